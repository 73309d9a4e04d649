import type { ToolchainId } from './layout.ts'

/** An archive to unpack. What is hashed is what is unpacked: all is read from this one descriptor, by position. */
export interface UnpackJob extends ToolchainId {
  readonly fd: number
  readonly sizeBytes: number
  readonly format: 'tar.gz' | 'zip'
  /** An existing folder that gets the tree; null: hash only, nothing is written. */
  readonly into: string | null
  readonly signal: AbortSignal
  /** Bytes of the archive that have been read so far; at most ten times a second. */
  readonly onProgress?: (readBytes: number) => void
}

/** What was in an archive, hashed while it was written. */
export interface UnpackedTree {
  /** One line `SHA256HEX  golang.org/toolchain@…/PATH` a file that the log covers, sorted; its own h1 is the log's. */
  readonly manifest: string
  /** `h1:…` of the manifest. */
  readonly h1: string
  /** The lines of the files that the log does not cover; empty for a module zip. */
  readonly extra: string
  readonly files: number
  /** Of the files' contents. */
  readonly sizeBytes: number
}

/**
 * Unpacks and checks an archive in a worker thread, so that the main thread goes on renewing locks and heeding signals.
 * Throws GvError('verification') for anything a Go archive does not hold, ('storage') when the disk fails, ('interrupted') on abort.
 */
export function unpackInWorker(_job: UnpackJob): Promise<UnpackedTree> {
  throw new Error('not built yet')
}
