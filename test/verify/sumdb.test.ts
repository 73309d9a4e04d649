import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTree } from '../../src/verify/log-format.ts'
import { verifyLogProof } from '../../src/verify/log-proof.ts'
import { NotInLogError, SumDatabase } from '../../src/verify/sumdb.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { h1Of, MemoryStorage, recordText, SumLog, toolchain } from '../support/sumlog.ts'

const wanted = toolchain('1.22.5')
const trueH1 = h1Of('the true go1.22.5')
const evilH1 = h1Of('an evil go1.22.5')

/** A log in which the wanted record lies deep inside, with tiles of two levels, complete and incomplete ones. */
function grownLog(before = 300, after = 1000): SumLog {
  const log = new SumLog().growTo(before)
  log.add(toolchain('1.22.4'))
  log.add(wanted, trueH1)
  return log.growTo(after)
}

const log = grownLog()

function clientOf(storage: MemoryStorage): SumDatabase {
  return new SumDatabase(log.key, storage)
}

/** Looks it up in an empty store; what is served can be replaced. */
function lookup(replaced: (path: string, honest: Buffer | undefined) => Buffer | string | undefined) {
  const storage = new MemoryStorage({
    serve: (path) => {
      const served = replaced(path, log.serve(path))
      return typeof served === 'string' ? Buffer.from(served) : served
    },
  })
  return { storage, done: () => clientOf(storage).lookup(wanted) }
}

/** Refused, with nothing cached of the bad answer, and the first honest run afterwards succeeds. */
async function expectRefused(attack: ReturnType<typeof lookup>, code: 'verification' | 'network' = 'verification') {
  const error = await gvErrorOf(code, attack.done)
  expect([...attack.storage.cache.keys()].filter((path) => path.startsWith('lookup/'))).toEqual([])
  for (const [path, kept] of attack.storage.cache)
    expect({ path, honest: log.serve(path)?.equals(kept) }).toMatchObject({ honest: true })
  attack.storage.serve = (path) => log.serve(path)
  expect((await clientOf(attack.storage).lookup(wanted)).h1).toBe(trueH1)
  return error
}

const answerWith = (answer: string | Buffer) => lookup((path, honest) => (path.startsWith('lookup/') ? answer : honest))

describe('an honest log', () => {
  test('gives the hashes with a proof that holds without it', async () => {
    const { storage, done } = lookup((_, honest) => honest)
    const { h1, goModH1, proof } = await done()
    expect({ h1, goModH1 }).toEqual({ h1: trueH1, goModH1: h1Of('go.mod') })
    expect(proof).toMatchObject({ ...wanted, log: log.key.name, record: 301, h1: trueH1, head: log.head() })
    expect(verifyLogProof(proof, log.key).h1).toBe(trueH1)
    expect(storage.head).toBe(log.head())
  })

  test('of every size up to 600, and around the borders of tiles', async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 600 }),
      fc.constantFrom(255, 256, 257, 511, 512, 513, 65_536, 65_537, 66_000),
    )
    const big = new SumLog().growTo(66_000)
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, n) => {
        const module = { module: 'example.com/filler', version: `v1.0.${n % size}` }
        const storage = new MemoryStorage({
          serve: (path) => (path.startsWith('lookup/') ? Buffer.from(big.answer(module, size)) : big.serve(path)),
        })
        const { proof } = await new SumDatabase(big.key, storage).lookup(module)
        expect(proof.record).toBe(n % size)
        verifyLogProof(proof, big.key)
      }),
      { numRuns: 100 },
    )
  })

  test('is asked once: later look-ups need no network', async () => {
    const { storage, done } = lookup((_, honest) => honest)
    const first = await done()
    storage.offline = true
    expect(await clientOf(storage).lookup(wanted)).toEqual(first)
    expect(await gvErrorOf('network', () => clientOf(storage).lookup(toolchain('1.22.4')))).toBeDefined()
  })

  test('answers all that was ever asked from the cache, offline, however far it has grown since', async () => {
    const big = new SumLog().growTo(70_000)
    const look = fc.record({
      record: fc.nat({ max: 69_999 }),
      ahead: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 70_000 })),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(look, { minLength: 1, maxLength: 8 }), async (looks) => {
        const storage = new MemoryStorage(big)
        const client = new SumDatabase(big.key, storage)
        const filler = (record: number) => ({ module: 'example.com/filler', version: `v1.0.${record}` })
        for (const { record, ahead } of looks) {
          const size = Math.min(record + 1 + ahead, big.size)
          storage.serve = (path) =>
            path.startsWith('lookup/') ? Buffer.from(big.answer(filler(record), size)) : big.serve(path)
          await client.lookup(filler(record))
        }
        storage.offline = true
        for (const { record } of looks) expect((await client.lookup(filler(record))).proof.record).toBe(record)
      }),
      { numRuns: 30 },
    )
  })

  test('that does not know the module says so', async () => {
    const storage = new MemoryStorage(log)
    await expect(clientOf(storage).lookup(toolchain('1.99.0'))).rejects.toBeInstanceOf(NotInLogError)
    expect(storage.head).toBeUndefined()
  })

  test('may have dropped the incomplete tiles once they were completed', async () => {
    const storage = new MemoryStorage({
      serve: (path) => (path.includes('.p/') && log.serve(path.replace(/\.p\/\d+$/, '')) ? undefined : log.serve(path)),
    })
    storage.serve = (
      (serve) => (path: string) =>
        path.startsWith('lookup/') ? Buffer.from(log.answer(wanted, 400)) : serve(path)
    )(storage.serve)
    expect((await clientOf(storage).lookup(wanted)).proof.head).toBe(log.head(400))
    expect(storage.requests.some((path) => path.includes('.p/'))).toBe(true)
  })
})

describe('answers that are refused', () => {
  const honest = log.answer(wanted)
  const [number = '', line1 = '', line2 = ''] = honest.split('\n')
  const head = log.head()
  const evilLine = `${wanted.module} ${wanted.version} ${evilH1}`

  test.each<[string, string | Buffer]>([
    ['nothing at all', ''],
    ['an empty record', `${number}\n\n${head}`],
    ['an empty record with its blank line', `${number}\n\n\n${head}`],
    ['only a head', head],
    ['no head', `${number}\n${line1}\n${line2}\n\n`],
    ['the record of another module', log.answer({ module: 'example.com/filler', version: 'v1.0.7' })],
    ['the record of another version', log.answer(toolchain('1.22.4'))],
    ['another hash in the record', honest.replace(trueH1, evilH1)],
    ['a line before the record', `${number}\n${evilLine}\n${line1}\n${line2}\n\n${head}`],
    ['a line after the record', `${number}\n${line1}\n${line2}\n${evilLine}\n\n${head}`],
    ['a line before the number', `${evilLine}\n${honest}`],
    ['a line behind the record, outside of it', `${number}\n${line1}\n${line2}\n\n${evilLine}\n\n${head}`],
    ['a line in the head, unsigned', honest.replace('go.sum database tree\n', `go.sum database tree\n${evilLine}\n`)],
    ['a line behind the head', `${honest}${evilLine}\n`],
    ['only the line of go.mod', `${number}\n${line2}\n\n${head}`],
    ['only the line of the module', `${number}\n${line1}\n\n${head}`],
    ['the lines the other way round', `${number}\n${line2}\n${line1}\n\n${head}`],
    ['a repeated line', `${number}\n${line1}\n${line1}\n${line2}\n\n${head}`],
    ['the record of a neighbour under its number', honest.replace(/^301\n/, '300\n')],
    ['a number beyond the log', honest.replace(/^301\n/, `${log.size}\n`)],
    ['a negative number', honest.replace(/^301\n/, '-1\n')],
    ['a number beyond 2^53', honest.replace(/^301\n/, '9007199254740993\n')],
    ['a number beyond 2^64', honest.replace(/^301\n/, '18446744073709551917\n')],
    ['a number with a sign', honest.replace(/^301\n/, '+301\n')],
    ['a number with a zero in front', honest.replace(/^301\n/, '0301\n')],
    ['CRLF', honest.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${honest}`],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from(honest), Buffer.of(0xff)])],
    ['HTML', '<!DOCTYPE html><title>Welcome to our hotel</title>'],
    ['a head of another key of that name', honest.replace(head, new SumLog().growTo(1000).head())],
    ['a head that nobody signed', honest.replace(/— .*\n$/, '')],
    [
      'a head with the signature of another tree',
      honest.replace(head, head.replace(/— .*\n$/, log.head(999).slice(log.head(999).indexOf('—')))),
    ],
    ['a signed head that is no tree', honest.replace(head, log.sign('go.sum database tree v2\n5\nabc\n'))],
    [
      'a signed head of too many records',
      honest.replace(head, log.sign(formatTree({ size: 2 ** 53, hash: log.rootHash() }))),
    ],
  ])('%s', async (_, answer) => {
    await expectRefused(answerWith(answer))
  })

  test('more than 64 KiB, even of what a log may say', async () => {
    const tree = formatTree({ size: log.size, hash: log.rootHash() })
    const withHead = (length: number) => honest.replace(head, log.sign(`${tree}${'x'.repeat(length)}\n`))
    expect((await answerWith(withHead(60_000)).done()).h1).toBe(trueH1)
    await expectRefused(answerWith(withHead(66_000)))
  })

  test('a record of the log itself that says more than it should', async () => {
    for (const record of [
      `${line1}\n${line2}\n${evilLine}\n`,
      `${evilLine}\n${line1}\n${line2}\n`,
      `${line1}\n${line2}\nexample.com/x v1.0.0 ${evilH1}\n`,
      `${line2}\n${line1}\n`,
      `${line1}\n`,
    ]) {
      const lying = log.fork()
      const number = lying.append(record)
      await expectRefused(
        lookup((path) => (path.startsWith('lookup/') ? `${number}\n${record}\n${lying.head()}` : lying.serve(path))),
      )
    }
  })

  test('a forged record that the log signed nothing for, with tiles made to fit it', async () => {
    const forged = log.fork(301)
    forged.add(wanted, evilH1)
    forged.growTo(1000)
    // Answer and lower tiles of the forged tree under the honest head: the edge of the tree has to give it away.
    for (const fromLevel of [0, 1, 2]) {
      await expectRefused(
        lookup((path, honest) => {
          if (path.startsWith('lookup/')) return `301\n${recordText(wanted, evilH1, h1Of('go.mod'))}\n${log.head()}`
          return Number(path.split('/')[2]) < fromLevel || fromLevel === 2 ? forged.serve(path) : honest
        }),
      )
    }
  })

  test('any single bit of answer or tiles that is flipped', async () => {
    const paths = lookup((_, honest) => honest)
    await paths.done()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths.storage.requests), fc.nat(), async (target, n) => {
        await expectRefused(
          lookup((path, honest) => {
            if (path !== target || !honest) return honest
            const flipped = Buffer.from(honest)
            const bit = n % (flipped.length * 8)
            flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
            return flipped
          }),
        )
      }),
      { numRuns: 250 },
    )
  })

  test('tiles of a wrong length', async () => {
    const { storage, done } = lookup((_, honest) => honest)
    await done()
    const tiles = storage.requests.filter((path) => path.startsWith('tile/'))
    expect(tiles.length).toBeGreaterThan(2)
    for (const target of tiles) {
      for (const change of [
        (tile: Buffer) => tile.subarray(0, -1),
        (tile: Buffer) => tile.subarray(0, -32),
        (tile: Buffer) => Buffer.concat([tile, Buffer.alloc(32)]),
        () => Buffer.alloc(0),
        () => Buffer.alloc(8192 * 4),
      ]) {
        await expectRefused(lookup((path, honest) => (path === target && honest ? change(honest) : honest)))
      }
    }
  })

  test('a full tile where only its beginning is proven is not kept as a whole', async () => {
    const old = log.answer(wanted, 400)
    const { storage, done } = lookup((path, honest) => {
      if (path.startsWith('lookup/')) return old
      if (path.includes('.p/')) return path === 'tile/8/1/000.p/1' ? honest : undefined
      // Right in its first 144 hashes, which is what the tree of 400 records covers.
      return path === 'tile/8/0/001' && honest
        ? Buffer.concat([honest.subarray(0, 144 * 32), Buffer.alloc(112 * 32)])
        : honest
    })
    await done()
    expect(storage.cache.get('tile/8/0/001')).toBeUndefined()
    expect(storage.cache.get('tile/8/0/001.p/144')).toEqual(log.serve('tile/8/0/001.p/144'))
  })

  test('missing tiles are a failure of whoever serves them', async () => {
    await expectRefused(
      lookup((path, honest) => (path.startsWith('tile/8/0') ? undefined : honest)),
      'network',
    )
  })
})

describe('a cache that was damaged', () => {
  test('in any bit is noticed, and fetched anew', async () => {
    const { storage, done } = lookup((_, honest) => honest)
    const first = await done()
    const kept = new Map(storage.cache)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kept.keys()), fc.nat(), async (path, n) => {
        const damaged = Buffer.from(kept.get(path) ?? [])
        const bit = n % (damaged.length * 8)
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        storage.cache.set(path, damaged)
        expect(await clientOf(storage).lookup(wanted)).toEqual(first)
        expect(storage.cache.get(path)?.equals(kept.get(path) ?? Buffer.of())).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('offline is not believed', async () => {
    const { storage, done } = lookup((_, honest) => honest)
    await done()
    const path = [...storage.cache.keys()].find((key) => key.startsWith('lookup/')) ?? ''
    storage.cache.set(path, Buffer.from(log.answer(wanted).replace(trueH1, evilH1)))
    storage.offline = true
    await gvErrorOf('network', () => clientOf(storage).lookup(wanted))
  })
})

test('names that are no modules never become a path', async () => {
  const client = clientOf(new MemoryStorage(log))
  for (const [module, version] of [
    ['../../../etc/passwd', 'v1'],
    ['golang.org/toolchain', 'v1/../../../latest'],
    ['golang.org//toolchain', 'v1'],
    ['/golang.org', 'v1'],
    ['golang.org/toolchain', 'go1.22.5'],
    ['golang.org/toolchain?x', 'v1'],
    ['golang.org/toolchain', 'v1#x'],
    ['', ''],
  ] as const) {
    await gvErrorOf('usage', () => client.lookup({ module, version }))
  }
})
