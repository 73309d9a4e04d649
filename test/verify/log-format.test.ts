import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GvError } from '../../src/errors.ts'
import {
  formatTree,
  lookupPath,
  openTreeHead,
  parseLookupAnswer,
  parseRecord,
  parseTree,
} from '../../src/verify/log-format.ts'
import { SumDatabase } from '../../src/verify/sumdb.ts'
import { corrupted } from '../support/log-cases.ts'
import { h1Of, MemoryStorage, recordText, SumLog, toolchain } from '../support/sumlog.ts'

const wanted = toolchain('1.22.5')
const log = new SumLog().growTo(40)
log.add(wanted, h1Of('the true one'))
log.growTo(90)
const answer = log.answer(wanted)

/** Bytes of every kind: random, text, and near misses of a right answer. */
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  corrupted(answer).map((text) => Buffer.from(text)),
)

describe('whatever is served', () => {
  test('is read as it was written, or not at all', () => {
    fc.assert(
      fc.property(anything, (bytes) => {
        const parsed = parseLookupAnswer(bytes)
        if (parsed) expect(`${parsed.record}\n${parsed.recordText}\n${parsed.head}`).toBe(bytes.toString())
        const tree = parseTree(bytes.toString())
        if (tree) expect(bytes.toString().startsWith(formatTree(tree))).toBe(true)
        const record = parseRecord(bytes.toString(), wanted)
        if (record) expect(recordText(wanted, record.h1, record.goModH1)).toBe(bytes.toString())
      }),
      { numRuns: 500 },
    )
  })

  test('as an answer or as a tile ends in the truth or in a GvError', async () => {
    const place = fc.constantFrom('lookup', 'tile')
    await fc.assert(
      fc.asyncProperty(anything, place, async (bytes, prefix) => {
        const storage = new MemoryStorage({ serve: (path) => (path.startsWith(prefix) ? bytes : log.serve(path)) })
        try {
          expect((await new SumDatabase(log.key, storage).lookup(wanted)).h1).toBe(h1Of('the true one'))
        } catch (error) {
          expect(error).toBeInstanceOf(GvError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('a record is read, and is nobody else’s', () => {
  const [h1, goModH1] = [h1Of('a'), h1Of('b')]
  expect(parseRecord(recordText(wanted, h1, goModH1), wanted)).toEqual({ h1, goModH1 })
  for (const other of [toolchain('1.22.50'), toolchain('1.22'), { ...wanted, module: 'golang.org/tool' }]) {
    expect(parseRecord(recordText(other, h1, goModH1), wanted)).toBeUndefined()
  }
  for (const hash of ['h1:', 'h2:abc', h1.slice(0, -1), `${h1} `, h1.replace('h1:', 'H1:'), `${h1.slice(0, -2)}B=`]) {
    expect(parseRecord(recordText(wanted, hash, goModH1), wanted)).toBeUndefined()
  }
})

test('a signed head that is no tree says what was signed, fit to be read', () => {
  const read = () => openTreeHead(log.sign('no tree, but \u0085\u202ehostile\n'), log.key)
  expect(read).toThrow(GvError)
  expect(read).toThrow(/malformed/)
  try {
    read()
  } catch (error) {
    expect(error instanceof GvError && error.reason).not.toMatch(/[\u0085\u202e]/)
  }
})

test('capitals of a module are escaped in its path', () => {
  expect(lookupPath({ module: 'github.com/BurntSushi/toml', version: 'v1.0.0-RC1+incompatible' })).toBe(
    'lookup/github.com/!burnt!sushi/toml@v1.0.0-!r!c1+incompatible',
  )
})
