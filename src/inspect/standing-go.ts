/** The Go that somebody put by hand, or by its installer, where gv's link is to stand. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { GvError } from '../errors.ts'
import type { Workbench } from '../install/workbench.ts'
import type { Difference } from '../store/check.ts'
import type { ToolchainId } from '../store/layout.ts'
import { printable } from '../text.ts'
import { releaseName } from '../version/go-version.ts'
import { identifyGoroot } from './identify.ts'
import { inspectGoroot } from './inspect.ts'

/** What a folder is; `toolchain` where it is exactly a published release, but for modes, which the store gives anew. */
export interface StandingGo {
  readonly toolchain: ToolchainId | undefined
  /** One sentence without a full stop, fit for a terminal. */
  readonly description: string
}

/** How many files that differ are named. */
const namedFiles = 5

/** Looks at a folder file by file. What cannot be found out is said in the description. Throws GvError('interrupted'). */
export async function examineStandingGo(work: Workbench, folder: string): Promise<StandingGo> {
  if (statSync(join(folder, 'VERSION'), { throwIfNoEntry: false }) === undefined) {
    return { toolchain: undefined, description: 'it is no Go: it has no VERSION file' }
  }
  try {
    const toolchain = identifyGoroot(folder)
    const { differences, problem } = await inspectGoroot(work, folder, toolchain)
    const contents = differences.filter(({ kind }) => kind !== 'mode')
    const name = releaseName(toolchain.version)
    if (problem === undefined && contents.length === 0) {
      return { toolchain, description: `it is ${name}, every file as the checksum database has it` }
    }
    return { toolchain: undefined, description: `it is ${name}, but not as published: ${problem ?? named(contents)}` }
  } catch (error) {
    if (!(error instanceof GvError) || error.code === 'interrupted') throw error
    const why = error.reason === undefined ? error.message : `${error.message}: ${error.reason}`
    return { toolchain: undefined, description: `that it is as published is not known: ${why}` }
  }
}

function named(differences: readonly Difference[]): string {
  const some = differences
    .slice(0, namedFiles)
    .map(({ kind, path }) => `${printable(path)} ${kind === 'type' ? 'of another type' : kind}`)
  const more = differences.length - some.length
  return `${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
