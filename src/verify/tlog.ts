/**
 * The mathematics of a transparency log: a list of records that only grows, and a Merkle tree over it.
 * Sources: RFC 6962 §2.1 (hashes), RFC 9162 §2.1.3.2 and §2.1.4.2 (how proofs are checked). Pure.
 *
 * Numbers of records are safe integers. They are halved by division: JavaScript's shifts cut them off at 32 bits.
 */
import { createHash } from 'node:crypto'

/** 32 bytes of SHA-256. */
export type Hash = Buffer

export const hashBytes = 32

/** The root of the tree of no records: SHA-256 of nothing. */
export const emptyTreeHash: Hash = createHash('sha256').digest()

/** The hash of a record, SHA-256(0x00 ‖ record). */
export function recordHash(record: Uint8Array | string): Hash {
  return createHash('sha256').update(leafPrefix).update(record).digest()
}

/** The hash of a node above two others, SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Hash {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest()
}

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** The records from `from` up to, but without, `to`; what a hash in a proof stands for. */
export interface RecordRange {
  readonly from: number
  readonly to: number
}

/** The root of a complete subtree: over the 2^level records from index · 2^level on. 0 ≤ level ≤ 52. */
export interface TreeNode {
  readonly level: number
  readonly index: number
}

/**
 * The complete subtrees that a range consists of, from left to right and so from large to small. The range has to start
 * where a subtree of its own size may start, as all ranges of this file do.
 */
export function completeSubtrees(range: RecordRange): TreeNode[] {
  const nodes: TreeNode[] = []
  let from = range.from
  while (from < range.to) {
    const size = largestPowerBelow(range.to - from + 1)
    nodes.push({ level: Math.log2(size), index: from / size })
    from += size
  }
  return nodes
}

/** The hash over a whole range, given those of its complete subtrees. */
export function joinSubtrees(hashes: readonly Hash[]): Hash {
  return hashes.length === 0 ? emptyTreeHash : hashes.reduceRight((right, left) => nodeHash(left, right))
}

/** What the hashes of the inclusion proof of a record stand for, in their order: from the record up. 0 ≤ record < size. */
export function inclusionRanges(size: number, record: number): RecordRange[] {
  const ranges: RecordRange[] = []
  let from = 0
  let to = size
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from)
    if (record < middle) {
      ranges.push({ from: middle, to })
      to = middle
    } else {
      ranges.push({ from, to: middle })
      from = middle
    }
  }
  return ranges.reverse()
}

/** What the hashes of the proof that a tree begins with an older one stand for, in their order. 0 < oldSize ≤ size. */
export function consistencyRanges(size: number, oldSize: number): RecordRange[] {
  const ranges: RecordRange[] = []
  let from = 0
  let to = size
  while (to !== oldSize) {
    const middle = from + largestPowerBelow(to - from)
    if (oldSize <= middle) {
      ranges.push({ from: middle, to })
      to = middle
    } else {
      ranges.push({ from, to: middle })
      from = middle
    }
  }
  // The old tree itself needs no telling when it is a complete subtree at the very left.
  if (from !== 0) ranges.push({ from, to })
  return ranges.reverse()
}

/** A tree by its number of records and its root. */
export interface Tree {
  readonly size: number
  readonly hash: Hash
}

/** Whether the proof shows that the tree has this hash as its record of this number. Source: RFC 9162 §2.1.3.2. */
export function provesInclusion(proof: readonly Hash[], tree: Tree, record: number, leaf: Hash): boolean {
  if (record < 0 || record >= tree.size) return false
  let place = record
  let last = tree.size - 1
  let hash = leaf
  for (const other of proof) {
    if (last === 0) return false
    if (isOdd(place) || place === last) {
      hash = nodeHash(other, hash)
      // At the right edge the levels without a neighbour on the left have no node of their own.
      while (!isOdd(place) && place !== 0) [place, last] = [place / 2, half(last)]
    } else {
      hash = nodeHash(hash, other)
    }
    ;[place, last] = [half(place), half(last)]
  }
  return last === 0 && hash.equals(tree.hash)
}

/** Whether the proof shows that the tree begins with all records of the older one. Source: RFC 9162 §2.1.4.2. */
export function provesConsistency(proof: readonly Hash[], tree: Tree, older: Tree): boolean {
  if (older.size < 1 || older.size > tree.size) return false
  if (older.size === tree.size) return proof.length === 0 && older.hash.equals(tree.hash)
  const [start, ...rest] = isPowerOfTwo(older.size) ? [older.hash, ...proof] : proof
  if (!start) return false
  let place = older.size - 1
  let last = tree.size - 1
  while (isOdd(place)) [place, last] = [half(place), half(last)]
  let oldHash = start
  let newHash = start
  for (const other of rest) {
    if (last === 0) return false
    if (isOdd(place) || place === last) {
      oldHash = nodeHash(other, oldHash)
      newHash = nodeHash(other, newHash)
      while (!isOdd(place) && place !== 0) [place, last] = [place / 2, half(last)]
    } else {
      newHash = nodeHash(newHash, other)
    }
    ;[place, last] = [half(place), half(last)]
  }
  return last === 0 && oldHash.equals(older.hash) && newHash.equals(tree.hash)
}

/** The largest power of two that is less than n, for 2 ≤ n ≤ 2^53. */
function largestPowerBelow(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

function isPowerOfTwo(n: number): boolean {
  return largestPowerBelow(n + 1) === n
}

function isOdd(n: number): boolean {
  return n % 2 === 1
}

function half(n: number): number {
  return Math.floor(n / 2)
}
