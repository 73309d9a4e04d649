import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesText, durationText, printable, quoted, shownUrl } from '../../src/text.ts'

describe('printable', () => {
  test.each([
    ['a\u001b[31mb', 'a\\x1b[31mb'],
    ['line\nline\r\t', 'line\\nline\\r\\t'],
    ['c1 \u009b2J', 'c1 \\x9b2J'],
    ['bidi \u202eabc\u2066', 'bidi \\u202eabc\\u2066'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['half \ud800 pair', 'half \\ud800 pair'],
    ['größer 😀', 'größer 😀'],
  ])('%j is shown as %s', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  test('never lets a control character or a bidi control through, and is bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const shown = printable(text, 100)
        expect(shown).toMatch(/^[^\p{Cc}\p{Bidi_Control}\p{Cs}]*$/u)
        expect(shown.length).toBeLessThanOrEqual(100 * 6 + 1)
      }),
    )
  })
})

test('quoted text cannot end its own quotes', () => {
  expect(quoted('say "hi"')).toBe('"say \\"hi\\""')
})

describe('shownUrl', () => {
  test.each([
    ['https://user:secret@host.example/a/b?token=1#x', 'https://host.example/a/b'],
    ['https://host.example/dl/go1.22.5.linux-amd64.tar.gz', 'https://host.example/dl/go1.22.5.linux-amd64.tar.gz'],
    ['https://user@host.example/dl', 'https://host.example/dl'],
    ['https://host.example/dl?token', 'https://host.example/dl'],
    ['https://host.example/dl\n', 'https://host.example/dl'],
    ['https://host.example/a/../b', 'https://host.example/b'],
    ['not a url with user:secret@x', '"not a url with user:secret@x"'],
    ['//user:secret@host/x', '"//host/x"'],
  ])('%s is shown as %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown)
  })
})

test('amounts and spans are given as people say them', () => {
  expect([0, 999, 1000, 68_988_925, 1_500_000_000].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '69.0 MB',
    '1.5 GB',
  ])
  expect([5, 999, 3210, 125_000].map(durationText)).toEqual(['5 ms', '999 ms', '3.2 s', '2 min 5 s'])
})
