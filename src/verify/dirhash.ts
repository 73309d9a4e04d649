/**
 * The h1 hash of a module's files, and the manifest it is taken over: a text that proves itself, since its hash is the one in the log.
 * Source: golang.org/x/mod/sumdb/dirhash, Hash1. Pure.
 */
import { createHash } from 'node:crypto'
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'

export interface ManifestEntry {
  /** As it stands in the module: `golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64/bin/go`. */
  readonly name: string
  /** Of the content; 64 lower-case hex digits. */
  readonly sha256: string
}

/**
 * The lines `SHA256HEX  NAME`, sorted by the bytes of the names. Throws GvError('verification') for names that no module can
 * have: twice the same, or with a line end in it.
 */
export function manifestText(entries: Iterable<ManifestEntry>): string {
  const sorted = [...entries].sort((a, b) => compareNames(a.name, b.name))
  for (const [i, { name, sha256 }] of sorted.entries()) {
    const problem = problemOf(name, sha256, sorted[i - 1]?.name)
    if (problem)
      throw new GvError('verification', `${quoted(name)} cannot be part of a Go toolchain`, { reason: problem })
  }
  return sorted.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')
}

/** `h1:` and the base64 of the SHA-256 of a manifest. */
export function h1OfManifest(manifest: string): string {
  return `h1:${createHash('sha256').update(manifest).digest('base64')}`
}

/** Reads a manifest; undefined unless it is exactly what {@link manifestText} writes. */
export function parseManifest(manifest: string): ManifestEntry[] | undefined {
  if (manifest === '') return []
  if (!manifest.endsWith('\n') || loneSurrogate.test(manifest)) return undefined
  const entries: ManifestEntry[] = []
  for (const line of manifest.slice(0, -1).split('\n')) {
    const [sha256, name] = [line.slice(0, 64), line.slice(66)]
    const before = entries.at(-1)?.name
    if (line.slice(64, 66) !== '  ' || problemOf(name, sha256, before)) return undefined
    if (before !== undefined && compareNames(before, name) > 0) return undefined
    entries.push({ name, sha256 })
  }
  return entries
}

function problemOf(name: string, sha256: string, nameBefore: string | undefined): string | undefined {
  if (name === '' || name.includes('\n')) return 'its name is empty or has a line end in it'
  if (loneSurrogate.test(name)) return 'its name is not Unicode'
  if (name === nameBefore) return 'it is there twice'
  return /^[0-9a-f]{64}$/.test(sha256) ? undefined : 'its hash is malformed'
}

/** What UTF-8 cannot write. */
const loneSurrogate = /\p{Surrogate}/u
const surrogates = /[\ud800-\udfff]/

/** The order of the bytes of UTF-8. JavaScript's own differs from it only beyond U+FFFF. */
function compareNames(a: string, b: string): number {
  if (surrogates.test(a) || surrogates.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}
