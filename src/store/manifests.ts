import { createHash } from 'node:crypto'
import { GvError } from '../errors.ts'
import { h1OfManifest } from '../verify/dirhash.ts'
import type { Toolchain } from './installed.ts'
import type { Store } from './layout.ts'
import { readText, receiptPath, unusable } from './receipt.ts'
import type { Receipt, TreeSummary } from './receipt-format.ts'
import type { UnpackedTree } from './unpacked-tree.ts'

/** The lines `SHA256HEX  NAME` of all files of a tree. */
export interface Manifests {
  /** Those whose own h1 is the log's. */
  readonly manifest: string
  /** Those of files that the log does not cover (`api/ doc/ misc/ test/` of tarballs); empty when there are none. */
  readonly extra: string
}

/** Larger ones were not written by gv: a manifest has 2 MB. */
const maxManifestBytes = 50_000_000

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

/** What a receipt says of an unpacked tree. */
export function summaryOf(tree: UnpackedTree): TreeSummary {
  const { h1, extra, files, sizeBytes } = tree
  return { h1, extraSha256: extra === '' ? null : sha256Of(extra), files, sizeBytes }
}

/** SHA-256 of a text, as a receipt has it of its `.extra` file. */
function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
