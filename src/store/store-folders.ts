import { accessSync, constants, mkdirSync, type Stats, statSync } from 'node:fs'
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'
import type { Store } from './layout.ts'
import { storageError } from './storage-error.ts'

/** The user that this process acts for; undefined on systems without such numbers. */
export type UserId = number | undefined

/**
 * Throws GvError('storage') when another user could change what is run from a store: the folders of a store belong to the
 * user or to root, and not everyone may write to them. Folders that are not there yet are right.
 */
export function assertTrustedStore(store: Store, user: UserId = process.geteuid?.()): void {
  for (const folder of [store.root, store.versions, store.receipts, store.tmp, store.shims]) {
    const stat = statOf(folder)
    const problem = stat && problemOf(stat, user)
    if (problem) throw new GvError('storage', `the store ${quoted(folder)} is not used`, problem)
  }
}

/**
 * Makes the folders of a store that are missing. Throws GvError('storage') at once when they cannot be made or written
 * (a read-only store), or others could change them.
 */
export function prepareStore(store: Store, user?: UserId): void {
  const shared = [store.root, store.versions, store.receipts, store.cache, store.locks]
  try {
    for (const folder of shared) makeFolder(folder, 0o755)
    makeFolder(store.tmp, 0o700)
    for (const folder of [...shared, store.tmp]) accessSync(folder, constants.W_OK)
  } catch (error) {
    throw storageError(error, 'cannot write to the store', store.root)
  }
  assertTrustedStore(store, user)
}

function makeFolder(folder: string, mode: number): void {
  mkdirSync(folder, { recursive: true, mode })
}

function statOf(folder: string): Stats | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false })
  } catch (error) {
    throw storageError(error, 'cannot use the store', folder)
  }
}

function problemOf(stat: Stats, user: UserId): { reason: string; hint: string } | undefined {
  if (!stat.isDirectory()) return { reason: 'it is not a folder', hint: 'move it away, or set GV_ROOT' }
  if (user === undefined) return undefined
  if (stat.uid !== user && stat.uid !== 0) {
    const hint = user === 0 ? 'run gv as that user, without sudo' : 'set GV_ROOT to a folder of your own'
    return { reason: `it belongs to another user (${stat.uid}), who could change what you run`, hint }
  }
  if ((stat.mode & 0o002) === 0) return undefined
  return {
    reason: 'everyone may write to it, and change what you run',
    hint: 'chmod o-w it, or set GV_ROOT to another folder',
  }
}
