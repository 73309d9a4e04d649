import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planTiles, proveTiles, type Tile, tileBytes, tilePath } from '../../src/verify/tile.ts'
import {
  completeSubtrees,
  consistencyRanges,
  inclusionRanges,
  joinSubtrees,
  provesInclusion,
  recordHash,
} from '../../src/verify/tlog.ts'
import { SumLog } from '../support/sumlog.ts'

test.each<[Tile, string]>([
  [{ level: 0, index: 0, width: 256 }, 'tile/8/0/000'],
  [{ level: 0, index: 999, width: 255 }, 'tile/8/0/999.p/255'],
  [{ level: 1, index: 1000, width: 256 }, 'tile/8/1/x001/000'],
  [{ level: 2, index: 1_234_067, width: 13 }, 'tile/8/2/x001/x234/067.p/13'],
  [{ level: 0, index: 2 ** 45 + 1, width: 1 }, 'tile/8/0/x035/x184/x372/x088/833.p/1'],
])('%o lies at %s', (tile, path) => {
  expect(tilePath(tile)).toBe(path)
})

const log = new SumLog().growTo(70_000)
const treeOf = (size: number) => ({ size, hash: log.rootHash(size) })

/** The data of the planned tiles, as the log serves them. */
function served(plan: readonly Tile[]): Map<string, Buffer> {
  return new Map(plan.map((tile) => [tilePath(tile), log.serve(tilePath(tile)) ?? Buffer.alloc(0)]))
}

const sizes = fc.oneof(
  fc.integer({ min: 1, max: 70_000 }),
  fc.constantFrom(1, 255, 256, 257, 512, 65_535, 65_536, 65_537, 65_792),
)

/** A tree, one of its records, and all that the proofs of that record and of the tree's beginning need. */
const situations = fc.record({ size: sizes, n: fc.nat() }).map(({ size, n }) => {
  const record = n % size
  const ranges = inclusionRanges(size, record)
  const consistency = consistencyRanges(size, record + 1)
  const nodes = [{ level: 0, index: record }, ...[...ranges, ...consistency].flatMap(completeSubtrees)]
  return { size, record, ranges, plan: planTiles(size, nodes) }
})

describe('tiles that hold', () => {
  test('give the hashes of their nodes', () => {
    fc.assert(
      fc.property(situations, ({ size, record, ranges, plan }) => {
        const proven = proveTiles(treeOf(size), plan, served(plan))
        if (!proven) throw new Error('honest tiles were refused')
        const leaf = proven.hashOf({ level: 0, index: record })
        expect(leaf.equals(recordHash(log.record(record)))).toBe(true)
        const proof = ranges.map((range) => joinSubtrees(completeSubtrees(range).map(proven.hashOf)))
        expect(provesInclusion(proof, treeOf(size), record, leaf)).toBe(true)
      }),
    )
  })

  test('are few: the right edge, and the way up from what is asked for', () => {
    fc.assert(
      fc.property(situations, ({ plan }) => {
        expect(plan.length).toBeLessThanOrEqual(3 + 2 * 3)
        expect(new Set(plan.map(tilePath)).size).toBe(plan.length)
      }),
    )
  })
})

describe('tiles that do not hold', () => {
  test('in any bit of any of them are noticed', () => {
    fc.assert(
      fc.property(situations, fc.nat(), fc.nat(), ({ size, plan }, k, n) => {
        const data = served(plan)
        const path = tilePath(plan[k % plan.length] ?? { level: 0, index: 0, width: 0 })
        const changed = Buffer.from(data.get(path) ?? [])
        const bit = n % (changed.length * 8)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(proveTiles(treeOf(size), plan, data.set(path, changed))).toBeUndefined()
      }),
    )
  })

  test('because one is missing, longer, shorter, or another one', () => {
    fc.assert(
      fc.property(
        situations,
        fc.nat(),
        fc.constantFrom('missing', 'longer', 'shorter', 'zeros'),
        ({ size, plan }, k, kind) => {
          const tile = plan[k % plan.length] ?? { level: 0, index: 0, width: 0 }
          const data = served(plan)
          const bytes = data.get(tilePath(tile)) ?? Buffer.alloc(0)
          if (kind === 'missing') data.delete(tilePath(tile))
          if (kind === 'longer') data.set(tilePath(tile), Buffer.concat([bytes, Buffer.alloc(32)]))
          if (kind === 'shorter') data.set(tilePath(tile), bytes.subarray(32))
          if (kind === 'zeros') data.set(tilePath(tile), Buffer.alloc(tileBytes(tile)))
          expect(proveTiles(treeOf(size), plan, data)).toBeUndefined()
        },
      ),
    )
  })

  test('because they are those of a fork, all of them or only some', () => {
    const fork = log.fork(1000)
    fork.append('an evil record\n')
    fork.growTo(70_000)
    fc.assert(
      fc.property(situations, fc.nat(), ({ size, plan }, mask) => {
        const data = served(plan)
        let differs = false
        for (const [i, tile] of plan.entries()) {
          const other = fork.serve(tilePath(tile))
          if (!other || ((mask >> i) & 1) === 0) continue
          differs ||= !other.equals(data.get(tilePath(tile)) ?? Buffer.alloc(0))
          data.set(tilePath(tile), other)
        }
        expect(proveTiles(treeOf(size), plan, data) === undefined).toBe(differs)
      }),
    )
  })

  test('because the tree is another one', () => {
    const plan = planTiles(1000, [{ level: 0, index: 5 }])
    expect(proveTiles({ size: 1000, hash: log.rootHash(999) }, plan, served(plan))).toBeUndefined()
  })
})

test('nodes outside of the tree are never looked for', () => {
  for (const node of [
    { level: 0, index: 1000 },
    { level: 9, index: 1 },
    { level: 52, index: 1 },
  ]) {
    expect(() => planTiles(1000, [node])).toThrow(RangeError)
  }
  expect(planTiles(Number.MAX_SAFE_INTEGER, [{ level: 0, index: Number.MAX_SAFE_INTEGER - 1 }]).length).toBeLessThan(16)
})
