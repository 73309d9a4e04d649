import type { PartialFile } from './partial-file.ts'

/** What is known of a file before it is downloaded. */
export interface Expectation {
  readonly sizeBytes?: number | undefined
  /** Hex. */
  readonly sha256?: string | undefined
}

/** Why a complete file is not the one that was expected; undefined if it is, as far as that is known. */
export function whyNotExpected(file: PartialFile, expected: Expectation | undefined): string | undefined {
  const { sizeBytes, sha256 } = expected ?? {}
  if (sizeBytes !== undefined && file.sizeBytes !== sizeBytes) return wrongSize(file.sizeBytes, sizeBytes)
  const found = file.sha256()
  const isRight = sha256 === undefined || sha256.toLowerCase() === found
  return isRight ? undefined : `its sha256 is ${found}, but ${sha256} was expected`
}

export function wrongSize(found: number, expected: number): string {
  return `it has ${found} bytes, but ${expected} were expected`
}
