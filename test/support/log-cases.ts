import { createHash } from 'node:crypto'
import fc from 'fast-check'

/** A text with one or a few small accidents: a character changed, lost, doubled, inserted; a piece cut, repeated or moved. */
export function corrupted(text: string): fc.Arbitrary<string> {
  const characters = [...text]
  const accident = fc.record({
    kind: fc.nat({ max: 6 }),
    at: fc.nat({ max: characters.length }),
    length: fc.integer({ min: 1, max: 80 }),
    character: fc.constantFrom(
      '\n',
      ' ',
      '+',
      '=',
      '/',
      'A',
      'z',
      '0',
      '—',
      '\u0000',
      '\r',
      '\ufffd',
      '\u00a0',
      '\ufeff',
      '\u{1f600}',
    ),
  })
  return fc
    .array(accident, { minLength: 1, maxLength: 3 })
    .map((accidents) => accidents.reduce(damage, characters).join(''))
}

function damage(
  characters: string[],
  { kind, at, length, character }: { kind: number; at: number; length: number; character: string },
): string[] {
  const piece = characters.slice(at, at + length)
  if (kind === 0) return characters.toSpliced(at, 1, character)
  if (kind === 1) return characters.toSpliced(at, 1)
  if (kind === 2) return characters.toSpliced(at, 0, character)
  if (kind === 3) return characters.toSpliced(at, length)
  if (kind === 4) return characters.toSpliced(at, 0, ...piece)
  if (kind === 5) return characters.slice(0, at)
  return [...characters.toSpliced(at, length), ...piece]
}

/** The hashes of a tree of small records, by RFC 6962's own recursive definition: slow, and shared with nothing. */
export interface TreeHashes {
  /** MTH over the records [from, to). */
  root(to: number, from?: number): Buffer
}

export function treeHashes(size: number): TreeHashes {
  const known = new Map<string, Buffer>()
  const root = (to: number, from = 0): Buffer => {
    if (to > size) throw new RangeError('no such record')
    const key = `${from}-${to}`
    const hash = known.get(key) ?? compute(from, to)
    known.set(key, hash)
    return hash
  }
  const compute = (from: number, to: number): Buffer => {
    if (to === from) return sha256()
    if (to === from + 1) return sha256(Buffer.of(0), `record ${from}`)
    const middle = from + split(to - from)
    return sha256(Buffer.of(1), root(middle, from), root(to, middle))
  }
  return { root }
}

/** PATH(m, D[from:to]) of RFC 6962 §2.1.1. */
export function proofOfInclusion(hashes: TreeHashes, to: number, record: number, from = 0): Buffer[] {
  if (to - from === 1) return []
  const middle = from + split(to - from)
  return record < middle
    ? [...proofOfInclusion(hashes, middle, record, from), hashes.root(to, middle)]
    : [...proofOfInclusion(hashes, to, record, middle), hashes.root(middle, from)]
}

/** PROOF(m, D[n]) of RFC 6962 §2.1.2. */
export function proofOfConsistency(hashes: TreeHashes, to: number, older: number, from = 0, whole = true): Buffer[] {
  if (older === to) return whole ? [] : [hashes.root(to, from)]
  const middle = from + split(to - from)
  return older <= middle
    ? [...proofOfConsistency(hashes, middle, older, from, whole), hashes.root(to, middle)]
    : [...proofOfConsistency(hashes, to, older, middle, false), hashes.root(middle, from)]
}

export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** The largest power of two below n. */
function split(n: number): number {
  return n <= 2 ? 1 : 2 * split(Math.ceil(n / 2))
}

function sha256(...parts: (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
