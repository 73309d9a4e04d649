import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, type Stats, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkpoint } from '../checkpoint.ts'
import { GvError } from '../errors.ts'
import { folderMode, modeOf } from './archive/published-tree.ts'
import type { Difference } from './check.ts'
import type { Store } from './layout.ts'
import { throwAway } from './staging.ts'
import { storageError } from './storage-error.ts'
import { makeDurable } from './sync.ts'

export interface Repair {
  readonly store: Store
  /** The tree to repair. */
  readonly goroot: string
  /** A verified tree of the same toolchain in the store's `tmp`; its files are moved out of it. */
  readonly staged: string | undefined
  readonly differences: readonly Difference[]
  /** The umask at the toolchain's installation. */
  readonly umask: number
  readonly signal: AbortSignal
}

/** Whether a repair needs the files of the archive, and not only to take away and to set modes. */
export function needsFiles(differences: readonly Difference[]): boolean {
  return differences.some(isContent)
}

/**
 * Takes back exactly the differences that were found, and touches nothing else: what was added goes, what was changed
 * or lost comes from the staged tree, each file by one rename, modes are set. Throws GvError('storage'), ('interrupted').
 */
export async function repairTree(repair: Repair): Promise<void> {
  const { goroot, differences, umask, signal } = repair
  const of = (kind: Difference['kind']) => differences.filter((difference) => difference.kind === kind)
  try {
    // Folders first: names can be changed only in those that can be written.
    for (const { path } of of('mode')) setMode(goroot, path, umask)
    for (const { path } of of('added')) await removeAdded(repair, path)
    const contents = differences.filter(isContent)
    for (const [i, { path }] of contents.entries()) {
      if (signal.aborted) throw new GvError('interrupted', 'interrupted while repairing')
      if (i === Math.floor(contents.length / 2)) checkpoint('repair-half')
      await restore(repair, path)
    }
  } catch (error) {
    throw storageError(error, 'cannot repair', goroot)
  }
  await makeDurable(goroot, signal)
}

function isContent({ kind }: Difference): boolean {
  return kind === 'changed' || kind === 'missing' || kind === 'type'
}

function setMode(goroot: string, path: string, umask: number): void {
  const absolute = join(goroot, path)
  const stat = statOf(absolute)
  if (stat?.isDirectory()) chmodSync(absolute, folderMode & ~umask)
  else if (stat?.isFile()) chmodSync(absolute, modeOf(path) & ~umask)
}

async function removeAdded({ store, goroot }: Repair, path: string): Promise<void> {
  const absolute = join(goroot, path)
  if (statOf(absolute)?.isDirectory()) await throwAway(store, absolute)
  else if (statOf(absolute)) unlinkSync(absolute)
  // The folders that came with it, up to the first that has something else in it.
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (!removeEmptyFolder(join(goroot, folder))) return
  }
}

function removeEmptyFolder(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}

async function restore({ store, goroot, staged, umask }: Repair, path: string): Promise<void> {
  if (staged === undefined) throw new TypeError('a repair of contents needs a staged tree')
  const from = join(staged, path)
  const to = join(goroot, path)
  makeParents(goroot, dirname(path), umask)
  chmodSync(from, modeOf(path) & ~umask)
  if (statOf(to)?.isDirectory()) await throwAway(store, to)
  renameSync(from, to)
}

/** Makes the folders on the way to a file. What was no folder there, a link above all, was added, and is gone by now. */
function makeParents(goroot: string, folder: string, umask: number): void {
  if (folder === '.') return
  makeParents(goroot, dirname(folder), umask)
  const absolute = join(goroot, folder)
  if (statOf(absolute)?.isDirectory()) return
  mkdirSync(absolute, folderMode)
  chmodSync(absolute, folderMode & ~umask)
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
