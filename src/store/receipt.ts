import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GvError, systemErrorCode } from '../errors.ts'
import { samePlatform } from '../platform.ts'
import { h1OfManifest } from '../verify/dirhash.ts'
import { fsyncPath } from './fsync.ts'
import type { Toolchain } from './installed.ts'
import type { Store } from './layout.ts'
import { parseReceipt, type Receipt, receiptText, type TreeSummary } from './receipt-format.ts'
import { storageError } from './storage-error.ts'
import type { UnpackedTree } from './unpacked-tree.ts'

/** The lines `SHA256HEX  NAME` of all files of a tree. */
export interface Manifests {
  /** Those whose own h1 is the log's. */
  readonly manifest: string
  /** Those of files that the log does not cover (`api/ doc/ misc/ test/` of tarballs); empty when there are none. */
  readonly extra: string
}

/** What a receipt says of an unpacked tree. */
export function summaryOf(tree: UnpackedTree): TreeSummary {
  const { h1, extra, files, sizeBytes } = tree
  return { h1, extraSha256: extra === '' ? null : sha256Of(extra), files, sizeBytes }
}

/** The endings of a receipt's files, in the order in which they come: one whose `.json` is there is complete. */
const endings = ['h1', 'extra', 'json'] as const
/** Larger ones were not written by gv: proofs are some kilobytes, manifests 2 MB. */
const maxReceiptBytes = 1_000_000
const maxManifestBytes = 50_000_000

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

/** The manifests of a toolchain, checked against its receipt. Throws GvError('storage') when they do not fit it. */
export function readManifests(store: Store, toolchain: Toolchain, receipt: Receipt): Manifests {
  const { h1, extraSha256 } = receipt.tree
  try {
    const manifest = readText(receiptPath(store, toolchain.name, 'h1'), maxManifestBytes) ?? ''
    const extra =
      extraSha256 === null ? '' : (readText(receiptPath(store, toolchain.name, 'extra'), maxManifestBytes) ?? '')
    const isRight = h1OfManifest(manifest) === h1 && (extraSha256 === null || sha256Of(extra) === extraSha256)
    if (isRight) return { manifest, extra }
    throw new GvError('storage', 'a manifest is damaged', { reason: 'its hash is not the one in the receipt' })
  } catch (error) {
    throw unusable(error, toolchain)
  }
}

/** Writes a receipt's files into a staging folder, from which {@link deliverReceipt} takes them once the tree is published. */
export function writePendingReceipt(folder: string, receipt: Receipt, manifests: Manifests): void {
  try {
    writeFileSync(join(folder, pendingName('h1')), manifests.manifest)
    if (manifests.extra) writeFileSync(join(folder, pendingName('extra')), manifests.extra)
    writeFileSync(join(folder, pendingName('json')), receiptText(receipt))
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
    for (const ending of endings) moveIfThere(join(folder, pendingName(ending)), receiptPath(store, name, ending))
    await fsyncPath(store.receipts)
  } catch (error) {
    throw storageError(error, 'cannot write the receipt', store.receipts)
  }
}

/** Removes a toolchain's receipt, the `.json` first. */
export function removeReceipt(store: Store, name: string): void {
  for (const ending of endings.toReversed()) rmSync(receiptPath(store, name, ending), { force: true })
}

/** SHA-256 of a text, as a receipt has it of its `.extra` file. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function receiptPath(store: Store, name: string, ending: (typeof endings)[number]): string {
  return join(store.receipts, `${name}.${ending}`)
}

function pendingName(ending: (typeof endings)[number]): string {
  return `receipt.${ending}`
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}

function readText(path: string, maxBytes: number): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (!stat.isFile() || stat.size > maxBytes)
    throw new GvError('storage', 'a receipt is malformed', { reason: 'it is too large' })
  return readFileSync(path, 'utf8')
}

function unusable(error: unknown, { name }: Toolchain): unknown {
  const explained = storageError(error, 'it cannot be read')
  if (!(explained instanceof GvError)) return explained
  return new GvError('storage', `the receipt of ${name} cannot be used`, {
    reason: explained.reason ?? explained.message,
    hint: `gv uninstall ${name} && gv install ${name}`,
    cause: error,
  })
}
