import type { Proof } from '../verify/proof.ts'

/** What proved a toolchain, in one word for --json; null stands for nothing, with --insecure. */
export function proofWord(proof: Proof | null): string {
  if (proof?.log) return 'log'
  if (proof?.pgp) return 'pgp'
  return proof ? 'file' : 'none'
}

/** The same for people. */
export const proofTexts: Readonly<Record<string, string>> = {
  log: 'proven by the checksum database',
  pgp: 'proven by a PGP signature',
  file: 'as a file:// GOPROXY had it, not proven',
  none: 'NOT PROVEN (--insecure)',
  missing: 'no receipt: gv verify proves it',
  unreadable: 'its receipt cannot be read: gv verify proves it',
}
