import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPlainTarHeader } from '../../src/store/archive/plain-tar-header.ts'
import { parseTarHeader } from '../../src/store/archive/tar-header.ts'
import { sealTarHeader, type TarEntry, tarEntryBytes } from '../support/archive-writer.ts'

const headerOf = (entry: TarEntry) => tarEntryBytes(entry).subarray(0, 512)

const part = fc.stringMatching(/^[\w.+-]{1,30}$/)
const entry = fc.record({
  name: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  prefix: fc.oneof(fc.constant(''), part, fc.stringMatching(/^[\w./]{131,155}$/)),
  type: fc.constantFrom('0', '5'),
  size: fc.integer({ min: 0, max: 2 ** 33 - 1 }),
  mode: fc.integer({ min: 0, max: 0o7777 }),
})

describe('the quick reader of tar headers', () => {
  test('reads what Go writes as the package does', () => {
    fc.assert(
      fc.property(entry, (fields) => {
        const header = headerOf(fields)
        expect(readPlainTarHeader(header)).toEqual(parseTarHeader(header))
        expect(readPlainTarHeader(header)?.sizeBytes).toBe(fields.size)
      }),
    )
  })

  test('leaves what it does not read, and never reads anything otherwise', () => {
    let read = 0
    const bytes = fc.constantFrom(0, 0x20, 0x2f, 0x30, 0x37, 0x38, 0x61, 0x7f, 0x80, 0xff)
    const place = fc.oneof(
      fc.integer({ min: 0, max: 511 }),
      fc.constantFrom(99, 100, 107, 124, 135, 148, 154, 155, 156, 157, 257, 263, 329, 336, 345, 475, 499, 500),
    )
    fc.assert(
      fc.property(entry, fc.array(fc.tuple(place, bytes), { maxLength: 2 }), fc.boolean(), (fields, edits, sealed) => {
        const header = headerOf(fields)
        for (const [at, byte] of edits) header[at] = byte
        if (sealed) sealTarHeader(header)
        const plain = readPlainTarHeader(header)
        if (!plain) return
        read++
        expect(plain).toEqual(parseTarHeader(header))
      }),
      { numRuns: 5000 },
    )
    expect(read).toBeGreaterThan(500)
    expect(read).toBeLessThan(4500)
  })

  test('leaves a name that is not ASCII to the package', () => {
    expect(readPlainTarHeader(headerOf({ name: 'go/é' }))).toBeUndefined()
    expect(readPlainTarHeader(headerOf({ name: 'go/x', spoil: (header) => header.write('y', 3) }))).toBeUndefined()
  })
})
