import type { Platform } from '../platform.ts'
import type { GoVersion } from '../version/go-version.ts'
import type { Store } from './layout.ts'

/** How a toolchain came here and how it was proven: `receipts/go1.22.5.json`. */
export interface Receipt<Proof> {
  readonly version: GoVersion
  readonly platform: Platform
  /** The URL the archive came from, without user, password and query. */
  readonly source: string
  /** The archive as it was fetched. */
  readonly archive: { readonly sha256: string; readonly sizeBytes: number }
  /** The tree: h1 over the files that the log covers, and the SHA-256 of the lines of the others (absent when there are none). */
  readonly tree: {
    readonly h1: string
    readonly extraSha256?: string
    readonly files: number
    readonly sizeBytes: number
  }
  /** What proves it; null only for an install with --insecure. */
  readonly proof: Proof | null
  /** Whether it was installed without a proof, because the user said so. */
  readonly insecure: boolean
  /** ISO 8601, UTC. */
  readonly installedAt: string
  /** gv's own version. */
  readonly gvVersion: string
  /** The user's umask at that time: which bits were taken off 0644 and 0755. */
  readonly umask: number
}

/** Reads a proof out of parsed JSON; throws when it is malformed. */
export type ParseProof<Proof> = (json: unknown) => Proof

/** The lines of all files of a tree, as the receipt's `.h1` and `.extra` hold them. */
export interface Manifests {
  /** The lines whose own h1 is the log's. */
  readonly h1: string
  /** The lines of files that the log does not cover (`api/ doc/ misc/ test/` of tarballs); empty when there are none. */
  readonly extra: string
}

/** The receipt of a toolchain; undefined when it has none. Throws GvError('storage') when it is there but malformed. */
export function readReceipt<Proof>(
  _store: Store,
  _name: string,
  _parseProof: ParseProof<Proof>,
): Receipt<Proof> | undefined {
  throw new Error('not built yet')
}

/** The manifests of a toolchain, checked against its receipt. Throws GvError('storage') when they do not fit. */
export function readManifests(_store: Store, _name: string, _receipt: Receipt<unknown>): Manifests {
  throw new Error('not built yet')
}
