import { lstatSync } from 'node:fs'
import { checkpoint } from '../checkpoint.ts'
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'
import { fsyncPath } from './fsync.ts'
import { gorootOf, type Store } from './layout.ts'
import type { Manifests } from './manifests.ts'
import { deliverReceipt, writePendingReceipt } from './receipt.ts'
import type { Receipt } from './receipt-format.ts'
import { discardStaging, moveStaged, type Staging } from './staging.ts'
import { storageError } from './storage-error.ts'
import { makeDurable } from './sync.ts'

export interface Publication {
  readonly store: Store
  /** The toolchain's. */
  readonly name: string
  /** Its `go` has to be complete and proven. */
  readonly staging: Staging
  readonly receipt: Receipt
  readonly manifests: Manifests
  readonly signal: AbortSignal
}

/**
 * Publishes a staged tree: everything is synced, then one rename makes the toolchain appear, complete; its receipt follows.
 * Where the toolchain is there already, because another process was faster, that one stays and this one is thrown away:
 * 'already there'. Until the rename an abort leaves nothing behind but the staging folder, which is the caller's;
 * from then on the work is finished. Throws GvError('storage'), ('interrupted').
 */
export async function publish(publication: Publication): Promise<'published' | 'already there'> {
  const { store, name, staging, signal } = publication
  writePendingReceipt(staging.folder, publication.receipt, publication.manifests)
  await makeDurable(staging.folder, signal)
  checkpoint('synced')
  const isPublished = moveIntoPlace(store, name, staging)
  if (isPublished) {
    checkpoint('published')
    await finishPublishing(store, name, staging)
  }
  await discardStaging(store, staging)
  return isPublished ? 'published' : 'already there'
}

async function finishPublishing(store: Store, name: string, staging: Staging): Promise<void> {
  try {
    await fsyncPath(store.versions)
  } catch (error) {
    throw storageError(error, 'cannot write to the disk', store.versions)
  }
  await deliverReceipt(store, name, staging.folder)
  checkpoint('receipt-written')
}

/** False when a toolchain of that name is there already. */
function moveIntoPlace(store: Store, name: string, staging: Staging): boolean {
  const goroot = gorootOf(store, name)
  try {
    moveStaged(staging, goroot)
    return true
  } catch (error) {
    const there = lstatSync(goroot, { throwIfNoEntry: false })
    if (there?.isDirectory()) return false
    if (!there) throw storageError(error, `cannot publish ${name}`, store.versions)
    throw new GvError('storage', `cannot publish ${name}`, {
      reason: `${quoted(goroot)} is there and is not a folder`,
      hint: 'move it away',
      cause: error,
    })
  }
}
