import { accessSync, chmodSync, constants, mkdirSync, type Stats, statSync } from 'node:fs'
import { GvError, systemErrorCode } from '../errors.ts'
import { quoted } from '../text.ts'
import { assertKnownFormat } from './format.ts'
import type { Store } from './layout.ts'
import { assertRootsAlone, makeRootsFolder } from './ownership.ts'
import { storageError } from './storage-error.ts'

/** The user that this process acts for; undefined on systems without such numbers. */
export type UserId = number | undefined

/**
 * Throws GvError('storage') when another user could change what is run from a store: the folders of a store belong to the
 * user or to root, and not everyone may write to them; those of the system store, and all on the way to them, are root's
 * alone. Folders that are not there yet are right. So does it for a store that a newer gv made.
 */
export function assertTrustedStore(store: Store, user: UserId = process.geteuid?.()): void {
  if (store.kind === 'system') assertTrustedSystemStore(store)
  else assertTrustedUserStore(store, user)
  assertKnownFormat(store)
}

function assertTrustedUserStore(store: Store, user: UserId): void {
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
  assertKnownFormat(store)
  if (store.kind === 'system') prepareSystemStore(store)
  else prepareUserStore(store, user)
}

function prepareUserStore(store: Store, user: UserId): void {
  for (const folder of [store.root, store.versions, store.receipts, store.cache, store.locks]) makeFolder(folder, 0o755)
  makeFolder(store.tmp, 0o700)
  assertTrustedStore(store, user)
}

function assertTrustedSystemStore(store: Store): void {
  for (const folder of [store.root, store.receipts, store.cache, store.locks, store.tmp]) {
    assertRootsAlone(folder, 'the system store')
    const stat = statOf(folder)
    if (stat?.isDirectory() === false) {
      const details = { reason: 'it is not a folder', hint: 'move it away, or set GV_SYSTEM_ROOT' }
      throw new GvError('storage', `the system store ${quoted(folder)} is not used`, details)
    }
  }
}

/** Looked at before anything is made, and again when all is there: in a sticky folder another may have been faster. */
function prepareSystemStore(store: Store): void {
  assertTrustedSystemStore(store)
  try {
    // Receipts are for everyone to verify with; the rest is nobody's business.
    for (const folder of [store.root, store.own, store.receipts]) makeRootsFolder(folder)
    for (const folder of [store.cache, store.locks, store.tmp]) makeRootsFolder(folder, 0o700)
    chmodSync(store.tmp, 0o700)
  } catch (error) {
    const where = 'the system store cannot be made'
    if (systemErrorCode(error) !== 'EROFS') throw storageError(error, where, store.root)
    throw new GvError('storage', `${where} in ${quoted(store.root)}`, {
      reason: 'that file system is mounted read-only',
      hint: 'mount it writable, or set GV_SYSTEM_ROOT and GV_SYSTEM_LINK to places that can be written',
      cause: error,
    })
  }
  assertTrustedSystemStore(store)
}

/** Makes a folder that can be written, or finds it. */
function makeFolder(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { recursive: true, mode })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw storageError(error, 'cannot write to the store', folder)
  }
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
