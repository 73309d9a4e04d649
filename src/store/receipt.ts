import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GvError, systemErrorCode } from '../errors.ts'
import { samePlatform } from '../platform.ts'
import { fsyncPath } from './fsync.ts'
import type { Toolchain } from './installed.ts'
import type { Store } from './layout.ts'
import type { Manifests } from './manifests.ts'
import { parseReceipt, type Receipt, receiptText } from './receipt-format.ts'
import { storageError } from './storage-error.ts'

/** The endings of a receipt's files, in the order in which they come: one whose `.json` is there is complete. */
export const receiptEndings = ['h1', 'extra', 'json'] as const
/** Larger ones were not written by gv: proofs are some kilobytes, manifests 2 MB. */
const maxReceiptBytes = 1_000_000

/** The receipt of a toolchain; undefined when it has none. Throws GvError('storage') when it is malformed or another's. */
export function readReceipt(store: Store, toolchain: Toolchain): Receipt | undefined {
  const path = receiptPath(store, toolchain.name, 'json')
  try {
    const text = readText(path, maxReceiptBytes)
    if (text === undefined) return undefined
    const receipt = parseReceipt(text)
    if (receipt.version.text === toolchain.version.text && samePlatform(receipt.platform, toolchain.platform))
      return receipt
    throw new GvError('storage', 'a receipt is malformed', { reason: 'it is that of another toolchain' })
  } catch (error) {
    throw unusable(error, toolchain)
  }
}

/** Writes a receipt's files into a staging folder, from which {@link deliverReceipt} takes them once the tree is published. */
export function writePendingReceipt(folder: string, receipt: Receipt, manifests: Manifests): void {
  try {
    // Whatever the umask allows, and whatever default ACLs add, nobody else writes a receipt.
    const options = { mode: 0o644, flag: 'wx' }
    writeFileSync(join(folder, pendingName('h1')), manifests.manifest, options)
    if (manifests.extra) writeFileSync(join(folder, pendingName('extra')), manifests.extra, options)
    writeFileSync(join(folder, pendingName('json')), receiptText(receipt), options)
  } catch (error) {
    throw storageError(error, 'cannot write the receipt', folder)
  }
}

/** Whether a staging folder has a receipt that waits for its tree to be published. */
export function hasPendingReceipt(folder: string): boolean {
  return statSync(join(folder, pendingName('json')), { throwIfNoEntry: false }) !== undefined
}

/**
 * Moves a pending receipt to its place, the `.json` last, and syncs. It may be called again after a crash, and by two
 * processes at once: what is gone from the staging folder has been delivered.
 */
export async function deliverReceipt(store: Store, name: string, folder: string): Promise<void> {
  try {
    if (!hasPendingReceipt(folder)) return
    // What an older receipt left is overwritten, or is not read any more.
    for (const ending of receiptEndings)
      moveIfThere(join(folder, pendingName(ending)), receiptPath(store, name, ending))
    await fsyncPath(store.receipts)
  } catch (error) {
    throw storageError(error, 'cannot write the receipt', store.receipts)
  }
}

/** Removes a toolchain's receipt, the `.json` first. */
export function removeReceipt(store: Store, name: string): void {
  for (const ending of receiptEndings.toReversed()) rmSync(receiptPath(store, name, ending), { force: true })
}

/** Where a file of a receipt lies. */
export function receiptPath(store: Store, name: string, ending: (typeof receiptEndings)[number]): string {
  return join(store.receipts, `${name}.${ending}`)
}

function pendingName(ending: (typeof receiptEndings)[number]): string {
  return `receipt.${ending}`
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}

/** The text of a file of a receipt; undefined when it is not there. Throws GvError('storage') when gv cannot have written it. */
export function readText(path: string, maxBytes: number): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (!stat.isFile() || stat.size > maxBytes)
    throw new GvError('storage', 'a receipt is malformed', { reason: 'it is too large' })
  return readFileSync(path, 'utf8')
}

/** That a receipt cannot be used, and why. */
export function unusable(error: unknown, { name }: Toolchain): unknown {
  const explained = storageError(error, 'it cannot be read')
  if (!(explained instanceof GvError)) return explained
  return new GvError('storage', `the receipt of ${name} cannot be used`, {
    reason: explained.reason ?? explained.message,
    hint: `gv uninstall ${name} && gv install ${name}`,
    cause: error,
  })
}
