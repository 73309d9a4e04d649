import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  completeSubtrees,
  consistencyRanges,
  emptyTreeHash,
  type Hash,
  inclusionRanges,
  joinSubtrees,
  nodeHash,
  provesConsistency,
  provesInclusion,
  type RecordRange,
  recordHash,
} from '../../src/verify/tlog.ts'
import { proofOfConsistency, proofOfInclusion, treeHashes } from '../support/log-cases.ts'

const hashes = treeHashes(300)
const tree = (size: number) => ({ size, hash: hashes.root(size) })
const rangeHash = ({ from, to }: RecordRange) => hashes.root(to, from)
const maxSize = Number.MAX_SAFE_INTEGER

/** RFC 6962 §2.1: known values of Certificate Transparency's own test vectors. */
test('hashes are those of RFC 6962', () => {
  expect(emptyTreeHash.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(recordHash('').toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  const two = nodeHash(recordHash(''), recordHash(Buffer.of(0)))
  expect(two.toString('hex')).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')
})

test('a range is the join of its complete subtrees', () => {
  expect(joinSubtrees([])).toEqual(emptyTreeHash)
  for (let size = 1; size <= 300; size++) {
    const nodes = completeSubtrees({ from: 0, to: size })
    const parts = nodes.map(({ level, index }) => hashes.root((index + 1) * 2 ** level, index * 2 ** level))
    expect(joinSubtrees(parts).equals(hashes.root(size))).toBe(true)
  }
})

test('sizes up to 2^53 - 1 are cut up exactly', () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: maxSize }),
    fc.integer({ min: 0, max: 52 }).map((n) => 2 ** n),
    fc.constant(maxSize),
  )
  fc.assert(
    fc.property(size, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (to, place) => {
      const nodes = completeSubtrees({ from: 0, to })
      expect(nodes.reduce((sum, { level }) => sum + 2 ** level, 0)).toBe(to)
      for (const { level, index } of nodes) expect([level, index].every(Number.isSafeInteger)).toBe(true)
      const record = Math.floor(to * place)
      const around = [...inclusionRanges(to, record), { from: record, to: record + 1 }].sort((a, b) => a.from - b.from)
      expect(around.map((range) => range.from)).toEqual([0, ...around.slice(0, -1).map((range) => range.to)])
      expect(around.at(-1)?.to).toBe(to)
      expect(around.length).toBeLessThanOrEqual(54)
    }),
  )
})

describe('proofs', () => {
  test('of every record in every tree up to 40, and of every beginning', () => {
    for (let size = 1; size <= 40; size++) {
      for (let n = 0; n < size; n++) {
        const inclusion = inclusionRanges(size, n).map(rangeHash)
        expect(Buffer.concat(inclusion).equals(Buffer.concat(proofOfInclusion(hashes, size, n)))).toBe(true)
        expect(provesInclusion(inclusion, tree(size), n, hashes.root(n + 1, n))).toBe(true)
        const consistency = consistencyRanges(size, n + 1).map(rangeHash)
        expect(Buffer.concat(consistency).equals(Buffer.concat(proofOfConsistency(hashes, size, n + 1)))).toBe(true)
        expect(provesConsistency(consistency, tree(size), tree(n + 1))).toBe(true)
      }
    }
  })

  const place = fc.record({ size: fc.integer({ min: 1, max: 300 }), n: fc.nat(), k: fc.nat(), bit: fc.nat() })

  test('hold for nothing else', () => {
    fc.assert(
      fc.property(place, ({ size, n, k, bit }) => {
        const record = n % size
        const leaf = hashes.root(record + 1, record)
        const proof = inclusionRanges(size, record).map(rangeHash)
        for (const wrong of damaged(proof, k, bit)) {
          expect(provesInclusion(wrong, tree(size), record, leaf)).toBe(false)
        }
        expect(provesInclusion(proof, tree(size), (record + 1) % 300, leaf)).toBe(size === 1 && record !== 0)
        expect(provesInclusion(proof, tree(size), record, flip(leaf, bit))).toBe(false)
        expect(provesInclusion(proof, { size, hash: flip(hashes.root(size), bit) }, record, leaf)).toBe(false)
        for (const outside of [-1, size, size + 1, maxSize]) {
          expect(provesInclusion(proof, tree(size), outside, leaf)).toBe(false)
        }
      }),
    )
    fc.assert(
      fc.property(place, ({ size, n, k, bit }) => {
        const older = tree((n % size) + 1)
        const proof = consistencyRanges(size, older.size).map(rangeHash)
        for (const wrong of damaged(proof, k, bit)) expect(provesConsistency(wrong, tree(size), older)).toBe(false)
        expect(provesConsistency(proof, tree(size), { ...older, hash: flip(older.hash, bit) })).toBe(false)
        expect(provesConsistency(proof, { size, hash: flip(hashes.root(size), bit) }, older)).toBe(false)
        for (const wrongSize of [0, -1, size + 1]) {
          expect(provesConsistency(proof, tree(size), { ...older, size: wrongSize })).toBe(false)
        }
      }),
    )
  })

  test('end at once for huge numbers', () => {
    const leaf = recordHash('')
    const long = Array.from({ length: 10_000 }, () => leaf)
    expect(provesInclusion(long, { size: maxSize, hash: leaf }, maxSize - 1, leaf)).toBe(false)
    expect(provesConsistency(long, { size: maxSize, hash: leaf }, { size: maxSize - 2, hash: leaf })).toBe(false)
  })
})

/** The proof with a hash less, more, exchanged or changed. */
function damaged(proof: readonly Hash[], k: number, bit: number): Hash[][] {
  const longer = [
    [...proof, emptyTreeHash],
    [emptyTreeHash, ...proof],
  ]
  const at = k % Math.max(proof.length, 1)
  const hash = proof[at]
  return hash ? [...longer, proof.toSpliced(at, 1), proof.with(at, flip(hash, bit)), [...proof, hash]] : longer
}

function flip(hash: Hash, n: number): Hash {
  const flipped = Buffer.from(hash)
  const bit = n % 256
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}
