import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTree, openTreeHead } from '../../src/verify/log-format.ts'
import { SumDatabase } from '../../src/verify/sumdb.ts'
import { provesConsistency, type Tree } from '../../src/verify/tlog.ts'
import { advanceHead } from '../../src/verify/tree-history.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { h1Of, MemoryStorage, SumLog, toolchain } from '../support/sumlog.ts'

const wanted = toolchain('1.22.5')

/** A store that has seen a log of that size. */
function storeThatSaw(log: SumLog, size: number): MemoryStorage {
  const storage = new MemoryStorage(log)
  storage.head = log.head(size)
  return storage
}

function advance(storage: MemoryStorage, log: SumLog, head: string): Promise<void> {
  return advanceHead(storage, log.key, openTreeHead(head, log.key))
}

describe('a log that only grows', () => {
  const log = new SumLog().growTo(1500)
  const sizes = fc.integer({ min: 1, max: 1500 })

  test('moves the remembered head on, never back', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (a, b) => {
        const storage = storeThatSaw(log, a)
        await advance(storage, log, log.head(b))
        expect(storage.head).toBe(log.head(Math.max(a, b)))
        expect(storage.evidence).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test('is left alone when the same head comes again', async () => {
    const storage = storeThatSaw(log, 800)
    storage.replaceHead = () => Promise.reject(new Error('written without need'))
    await advance(storage, log, log.head(800))
    expect(storage.requests).toEqual([])
  })

  test('begins with no record', async () => {
    const storage = storeThatSaw(log, 0)
    await advance(storage, log, log.head(5))
    await advance(storage, log, log.head(0))
    expect(storage.head).toBe(log.head(5))
  })

  test('is trusted when it is first seen', async () => {
    const storage = new MemoryStorage(log)
    await advance(storage, log, log.head(700))
    expect(storage).toMatchObject({ head: log.head(700), requests: [] })
  })

  test('proves even an older head, each time it is served anew', async () => {
    const storage = storeThatSaw(log, 1500)
    await advance(storage, log, log.head(400))
    expect(storage.requests).not.toEqual([])
    storage.cache.clear()
    storage.serve = () => undefined
    await gvErrorOf('network', () => advance(storage, log, log.head(401)))
  })
})

describe('a log that forked', () => {
  const log = new SumLog().growTo(700)
  log.add(wanted, h1Of('the true one'))
  log.growTo(1300)

  /** The same log up to `size`, then another record of the module. */
  function forkAt(size: number): SumLog {
    const fork = log.fork(Math.min(size, 700))
    fork.add(wanted, h1Of('an evil one'))
    return fork.growTo(1600)
  }

  test('is caught wherever it forked, whichever head is newer, with evidence that convicts it', async () => {
    const cases = fc.record({
      at: fc.integer({ min: 0, max: 700 }),
      seen: fc.integer({ min: 1, max: 1300 }),
      shown: fc.integer({ min: 1, max: 1600 }),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ at, seen, shown }) => {
        fc.pre(seen > at && shown > at)
        const fork = forkAt(at)
        const storage = storeThatSaw(log, seen)
        // Tiles always come from the log whose head is newer: that is the only way to get as far as a comparison.
        storage.serve = (path) => (shown >= seen ? fork : log).serve(path)
        const error = await gvErrorOf('verification', () => advance(storage, log, fork.head(shown)))
        expect(error.hint).toContain('/evidence/1.txt')
        expect(storage.head).toBe(log.head(seen))
        expectConviction(storage.evidence[0] ?? '', log, log.head(seen), fork.head(shown))
      }),
      { numRuns: 100 },
    )
  })

  test('through a look-up: refused, nothing cached, and good again when the true log answers', async () => {
    const storage = storeThatSaw(log, 1000)
    const fork = forkAt(700)
    const client = new SumDatabase(log.key, storage)
    storage.serve = (path) => fork.serve(path)
    await gvErrorOf('verification', () => client.lookup(wanted))
    expect([...storage.cache.keys()].filter((path) => path.startsWith('lookup/'))).toEqual([])
    storage.serve = (path) => log.serve(path)
    expect((await client.lookup(wanted)).h1).toBe(h1Of('the true one'))
  })

  test('cannot hide behind an answer of an older tree', async () => {
    const storage = storeThatSaw(log, 1000)
    const fork = forkAt(700)
    storage.serve = (path) => (path.startsWith('lookup/') ? Buffer.from(fork.answer(wanted, 900)) : log.serve(path))
    await gvErrorOf('verification', () => new SumDatabase(log.key, storage).lookup(wanted))
    expect(storage.evidence).toHaveLength(1)
  })

  test('of the same size is caught without asking anyone', async () => {
    const storage = storeThatSaw(log, 900)
    await gvErrorOf('verification', () => advance(storage, log, forkAt(10).head(900)))
    expect(storage.requests).toEqual([])
    expectConviction(storage.evidence[0] ?? '', log, log.head(900), forkAt(10).head(900))
  })

  test('is caught when a cached answer belongs to the other branch', async () => {
    for (const seen of [1300, 1700]) {
      const fork = forkAt(700)
      const storage = new MemoryStorage(fork)
      await new SumDatabase(log.key, storage).lookup(wanted)
      const grown = log.fork().growTo(seen)
      storage.head = grown.head()
      storage.serve = (path) => (seen > fork.size ? grown : fork).serve(path)
      await gvErrorOf('verification', () => new SumDatabase(log.key, storage).lookup(wanted))
      expect(storage.evidence).toHaveLength(1)
    }
  })

  test('to nothing, or with records under the hash of no tree', async () => {
    const storage = storeThatSaw(log, 1000)
    await gvErrorOf('verification', () =>
      advance(storage, log, log.sign(formatTree({ size: 0, hash: log.rootHash(5) }))),
    )
  })
})

describe('the remembered head', () => {
  const log = new SumLog().growTo(50)

  test.each([
    ['a cut note', log.head(40).slice(0, 60)],
    ['binary junk', '\u0000\ufffd\u0001'],
    ['another key under the same name', new SumLog().growTo(60).head()],
  ])('when damaged (%s) is put aside, and the next one is the first again', async (_, damaged) => {
    const storage = storeThatSaw(log, 0)
    storage.head = damaged
    await advance(storage, log, log.head(30))
    expect(storage.head).toBe(log.head(30))
    expect(storage.evidence[0]).toContain(damaged)
  })

  test('moves on although another process keeps moving it', async () => {
    const storage = storeThatSaw(log, 10)
    let others = 10
    storage.replaceHead = async function (previous, next) {
      if (this.head !== previous || others++ < 20) {
        this.head = log.head(others)
        return false
      }
      this.head = next
      return true
    }
    await advance(storage, log, log.head(45))
    expect(storage.head).toBe(log.head(45))
  })
})

/** The evidence alone, with the log's key, has to show two signed trees and a proof that the newer does not begin with the older. */
function expectConviction(evidence: string, log: SumLog, ...heads: [string, string]): void {
  const trees = heads.map((head) => openTreeHead(head, log.key)).sort((a, b) => a.size - b.size)
  for (const tree of trees) expect(evidence).toContain(tree.note)
  const [older, newer] = trees
  if (!older || !newer) throw new Error('two heads')
  const [beginning, ...proof] = (evidence.split('have the hash\n\n')[1] ?? '')
    .split('\n')
    .filter((line) => /^[A-Za-z0-9+/]{43}=$/.test(line))
    .map((line) => Buffer.from(line, 'base64'))
  if (!beginning) throw new Error('no hash in the evidence')
  const asServed: Tree = { size: older.size, hash: beginning }
  expect(provesConsistency(proof, newer, asServed)).toBe(true)
  expect(beginning.equals(older.hash)).toBe(false)
}
