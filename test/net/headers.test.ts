import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseContentRange } from '../../src/net/content-range.ts'
import { isEtag, isStrongEtag } from '../../src/net/etag.ts'
import { parseRetryAfter } from '../../src/net/retry-after.ts'

const now = new Date('2026-03-01T12:00:00Z')

describe('parseRetryAfter', () => {
  test.each<[string | undefined, number | undefined]>([
    ['0', 0],
    [' 120 ', 120_000],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Thu, 31 Feb 2026 12:00:00 GMT', undefined],
    ['Sun, 01 Mar 2026 25:00:00 GMT', undefined],
    ['Sun, 01 Mar 2026 12:60:00 GMT', undefined],
    ['Sun, 01 Mrz 2026 12:00:00 GMT', undefined],
    ['2026-03-01T12:00:30Z', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['0x10', undefined],
    ['99999999999', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected)
  })

  test('reads every date that a server may send', () => {
    const dates = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    fc.assert(
      fc.property(dates, (date) => {
        const seconds = Math.floor(date.getTime() / 1000) * 1000
        expect(parseRetryAfter(date.toUTCString(), now)).toBe(Math.max(0, seconds - now.getTime()))
      }),
    )
  })

  test('gives a wait or nothing for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const wait = parseRetryAfter(text, now)
        expect(wait === undefined || (wait >= 0 && Number.isFinite(wait))).toBe(true)
      }),
    )
  })
})

describe('parseContentRange', () => {
  test.each([
    ['bytes 0-0/1', { first: 0, last: 0, totalBytes: 1 }],
    ['bytes 100-199/200', { first: 100, last: 199, totalBytes: 200 }],
    ['Bytes 5-9/*', { first: 5, last: 9, totalBytes: undefined }],
    ['bytes 5-4/10', undefined],
    ['bytes 5-10/10', undefined],
    ['bytes */10', undefined],
    ['bytes 5-9/10, bytes 0-1/10', undefined],
    ['bytes -5-9/10', undefined],
    ['bytes 0x5-9/10', undefined],
    ['bytes=5-9/10', undefined],
    ['bytes 5-9', undefined],
    ['items 5-9/10', undefined],
    ['bytes 9999999999999999-99999999999999999/*', undefined],
    [undefined, undefined],
  ])('%j is %j', (text, expected) => {
    expect(parseContentRange(text)).toEqual(expected)
  })

  test('reads what a right server sends, and never believes a range that cannot be', () => {
    const numbers = fc.tuple(fc.maxSafeNat(), fc.maxSafeNat(), fc.option(fc.maxSafeNat()))
    fc.assert(
      fc.property(numbers, ([first, last, total]) => {
        const range = parseContentRange(`bytes ${first}-${last}/${total ?? '*'}`)
        const isRight =
          first <= last && (total === null || last < total) && [first, last, total ?? 0].every(hasFewDigits)
        expect(range).toEqual(isRight ? { first, last, totalBytes: total ?? undefined } : undefined)
      }),
    )
  })

  function hasFewDigits(value: number): boolean {
    return String(value).length <= 15
  }
})

test('an ETag is told from what may not stand in a header, and a strong one from a weak one', () => {
  expect(['"a"', '""', 'W/"a"', '"a b"', 'a', '"a', '"a\n"', '"ä"', undefined].map(isEtag)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ])
  expect(['"a"', 'W/"a"', 'w/"a"', '*'].map(isStrongEtag)).toEqual([true, false, false, false])
})
