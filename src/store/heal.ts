import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '../errors.ts'
import type { Platform } from '../platform.ts'
import { hasMisnamed, migrateStore } from './format.ts'
import { gorootOf, parseToolchainName, type Store } from './layout.ts'
import { abandonedLocks, tryLock } from './lock.ts'
import { livenessOf } from './process-identity.ts'
import { deliverReceipt, removeReceipt } from './receipt.ts'
import { removeTree } from './remove-tree.ts'
import { type Leftover, listLeftovers, throwAway } from './staging.ts'
import { storageError } from './storage-error.ts'

export interface Healing {
  readonly store: Store
  readonly host: Platform
  /** The toolchain whose lock this process holds. */
  readonly held?: string | undefined
  /** What this process runs, for those who wait for a lock meanwhile. */
  readonly command: string
}

/**
 * Puts right what processes left behind that were killed: a tree that was published gets its receipt, everything else in
 * `tmp` is removed, and receipts without a toolchain, and locks. What belongs to a living process is not touched. It may be cut
 * off or run twice at any point. Throws GvError('storage').
 */
export async function heal(healing: Healing): Promise<void> {
  const { store, host } = healing
  if (hasMisnamed(store, host)) await withLock(healing, 'format', () => migrateStore(store, host))
  else await migrateStore(store, host)
  for (const leftover of listLeftovers(store, host)) {
    if (leftover.kind === 'trash') await removeTrash(leftover.folder)
    else await whenAbandoned(healing, leftover, () => clear(store, leftover.name, leftover.folder))
  }
  for (const name of orphanedReceipts(store, host)) {
    await withLock(healing, name, () => {
      if (!isFolder(gorootOf(store, name))) removeReceipt(store, name)
    })
  }
  for (const name of abandonedLocks(store)) await withLock(healing, name, () => {})
}

type StagingLeftover = Extract<Leftover, { kind: 'staging' }>

/** Does the work if nobody can be at work in a staging folder any more. */
async function whenAbandoned(healing: Healing, leftover: StagingLeftover, work: () => Promise<void>): Promise<void> {
  const liveness = leftover.owner ? livenessOf(leftover.owner) : 'unknown'
  if (liveness === 'dead') await work()
  // Whoever it was, on another machine or in another container: without the lock it does not work there any more.
  if (liveness === 'unknown') await withLock(healing, leftover.name, work)
}

async function withLock(healing: Healing, name: string, work: () => void | Promise<void>): Promise<void> {
  if (name === healing.held) return work()
  const lock = await tryLock({ ...healing, name })
  if (typeof lock === 'string') return
  try {
    await work()
  } finally {
    await lock.release()
  }
}

/** A staging folder has lost its `go` and kept its receipt when its process died between publishing the one and the other. */
async function clear(store: Store, name: string, folder: string): Promise<void> {
  const wasPublished = !isFolder(join(folder, 'go')) && isFolder(gorootOf(store, name))
  if (wasPublished) await deliverReceipt(store, name, folder)
  await throwAway(store, folder)
}

async function removeTrash(folder: string): Promise<void> {
  try {
    await removeTree(folder)
  } catch (error) {
    throw storageError(error, 'cannot remove', folder)
  }
}

function orphanedReceipts(store: Store, host: Platform): string[] {
  const names = filesIn(store.receipts).flatMap((file) => /^(.+)\.(?:json|h1|extra)$/.exec(file)?.[1] ?? [])
  return [...new Set(names)].filter((name) => parseToolchainName(name, host) && !isFolder(gorootOf(store, name)))
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw storageError(error, 'cannot read', folder)
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
