/** Taking a toolchain of another manager into the store. */
import { checkpoint } from '../checkpoint.ts'
import { GvError } from '../errors.ts'
import { adoptGoroot } from '../inspect/adopt.ts'
import { inspectGoroot } from '../inspect/inspect.ts'
import type { Workbench } from '../install/workbench.ts'
import { assertFreeSpace } from '../store/free-space.ts'
import type { Toolchain } from '../store/installed.ts'
import type { ToolchainId } from '../store/layout.ts'
import { removeSpares, replaceFolder } from '../system/replace-folder.ts'
import { quoted } from '../text.ts'
import { apparentBytes } from '../upkeep/disk-usage.ts'
import { removeForeign } from '../upkeep/remove-foreign.ts'
import { isInModule } from '../verify/module-names.ts'
import type { Found } from './import-plan.ts'

/** What becomes of the original: it stays; it goes; or a link to gv's own stands in its place, so that its manager goes on working. */
export type TakeOver = 'copy' | 'move' | 'link'

/**
 * Copies a GOROOT into the store, proven by the checksum database, and only then does with the original what was asked for. The store never shares a file
 * with the original, which others may change. Cut off at any point it can be called again.
 * Throws GvError('verification') when it is not as published, ('network'), ('storage'), ('interrupted').
 */
export async function takeOver(work: Workbench, found: Found, id: ToolchainId, how: TakeOver): Promise<Toolchain> {
  const { goroot, manager, isKnown } = found
  const isModule = manager === 'gomodcache'
  // What gv has already proves nothing of this one.
  if (isKnown && how !== 'copy' && !isModule) await assertAsPublished(work, goroot, id)
  if (!isKnown) assertFreeSpace(work.store.tmp, await apparentBytes(goroot))
  const toolchain = await adoptGoroot(work, goroot, id, isModule ? nameInRelease : undefined)
  checkpoint('import-copied')
  if (how === 'move' || (how === 'link' && isModule)) await removeForeign([goroot])
  else if (how === 'link') {
    await replaceFolder(goroot, toolchain.goroot, 'spare')
    await removeSpares(goroot)
  }
  return toolchain
}

/**
 * What a file in the module cache is called in the release: there each go.mod is `_go.mod`, as modules may not lie in each other, and beside
 * some of them the go command has put a copy under the usual name. Source: cmd/go/internal/toolchain, Exec.
 */
function nameInRelease(path: string): string | undefined {
  if (/(?:^|\/)go\.mod$/.test(path)) return undefined
  return path.replace(/(^|\/)_go\.mod$/, '$1go.mod')
}

async function assertAsPublished(work: Workbench, goroot: string, id: ToolchainId): Promise<void> {
  const { differences, problem } = await inspectGoroot(work, goroot, id)
  const contents = differences.filter(({ kind, path }) => kind !== 'mode' && isInModule(path))
  if (problem === undefined && contents.length === 0) return
  throw new GvError('verification', `${quoted(goroot)} stays where it is`, {
    reason: problem ?? `it differs from what the Go team published: ${contents[0]?.path} and perhaps more`,
    hint: `gv verify ${goroot}`,
  })
}
