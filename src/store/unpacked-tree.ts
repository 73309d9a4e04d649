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
