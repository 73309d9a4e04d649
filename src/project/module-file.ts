/** Finding what `go` itself would read: go.work, else go.mod. */
import { join } from 'node:path'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import { printable, quoted } from '../text.ts'
import { isTemporaryRoot } from './folders.ts'
import { ModSyntaxError } from './modfile.ts'
import { readProjectFile, statFile, unusable } from './project-file.ts'
import { parseRequirement, type Requirement } from './requirement.ts'

/** A requirement and the file that it stands in. */
export interface FoundRequirement extends Requirement {
  readonly kind: 'go.mod' | 'go.work'
  /** Absolute. */
  readonly file: string
}

/** The settings of the go command that say which files count, as `go env` knows them; empty where not set. */
export interface ModuleSettings {
  readonly GOWORK: string
  readonly GO111MODULE: string
}

const maxModBytes = 1024 * 1024

/**
 * The requirement that holds in the first of these folders; they go up to `/`. Undefined if there is none. Throws GvError when
 * the file that decides cannot be read or understood. Source: cmd/go/internal/toolchain.Select and modload.FindGoWork.
 * @param goroots folders of toolchains, beyond which nobody looks for a go.work
 */
export function findRequirement(
  chain: readonly string[],
  settings: ModuleSettings,
  env: Environment,
  goroots: readonly string[],
): FoundRequirement | undefined {
  const goMod = findGoMod(chain, env)
  if (!areModulesOn(settings, goMod)) return undefined
  const goWork = findGoWork(chain, settings, goroots)
  if (goWork !== undefined) return readRequirement('go.work', goWork)
  return goMod === undefined ? undefined : readRequirement('go.mod', goMod)
}

/** Source: modload.WillBeEnabled. */
function areModulesOn({ GO111MODULE }: ModuleSettings, goMod: string | undefined): boolean {
  if (GO111MODULE === 'auto') return goMod !== undefined
  return GO111MODULE === '' || GO111MODULE === 'on'
}

function findGoMod(chain: readonly string[], env: Environment): string | undefined {
  const folder = chain.find((folder) => isFile(join(folder, 'go.mod')))
  return folder === undefined || isTemporaryRoot(folder, env) ? undefined : join(folder, 'go.mod')
}

function findGoWork(
  chain: readonly string[],
  { GOWORK }: ModuleSettings,
  goroots: readonly string[],
): string | undefined {
  if (GOWORK === 'off') return undefined
  if (GOWORK === '' || GOWORK === 'auto') {
    return foldersBelow(goroots, chain)
      .map((folder) => join(folder, 'go.work'))
      .find(isFile)
  }
  if (!GOWORK.startsWith('/')) {
    throw new GvError('usage', `GOWORK is ${quoted(GOWORK)}`, {
      reason: 'it has to be "off" or an absolute path, for gv as for go',
      hint: 'unset GOWORK, or see `go env GOWORK`',
    })
  }
  // It may name a file that is yet to be made, by `go work init`.
  return statFile(GOWORK) ? GOWORK : undefined
}

/**
 * Standing within a GOROOT, the go command neither takes a go.work of that GOROOT nor one above. Source: findWorkspaceFile of
 * modload, which knows of one GOROOT, its own; which Go will run is only being found out here.
 */
function foldersBelow(goroots: readonly string[], chain: readonly string[]): readonly string[] {
  const end = chain.findIndex((folder, index) => index > 0 && goroots.includes(folder))
  return end === -1 ? chain : chain.slice(0, end)
}

/** Whether `go` would take it for its file: whatever is no folder. */
function isFile(path: string): boolean {
  const stats = statFile(path)
  return stats !== undefined && !stats.isDirectory()
}

function readRequirement(kind: 'go.mod' | 'go.work', file: string): FoundRequirement | undefined {
  const { bytes, isCut } = readProjectFile(file, maxModBytes)
  if (isCut) throw unusable(file, `it is longer than ${maxModBytes} bytes`)
  try {
    const requirement = parseRequirement(bytes.toString('utf8'))
    return requirement && { ...requirement, kind, file }
  } catch (error) {
    if (!(error instanceof ModSyntaxError)) throw error
    throw new GvError('failed', `${printable(file)}:${error.line}: ${error.message}`, {
      hint: `mend it (\`go mod edit -fmt\` checks it), or set GV_VERSION for once`,
      cause: error,
    })
  }
}
