import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { netrcEntryFor, parseNetrc } from '../../src/net/netrc.ts'

const entry = (machine: string, login = 'l', password = 'p') => ({ machine, login, password })

describe('parseNetrc', () => {
  test.each<[string, string, unknown]>([
    ['one line', 'machine a login l password p', [entry('a')]],
    ['several lines, any order', 'machine a\n password p\n\tlogin l\n', [entry('a')]],
    ['CRLF', 'machine a login l\r\npassword p\r\n', [entry('a')]],
    [
      'several machines on a line',
      'machine a login l password p machine b login l password p',
      [entry('a'), entry('b')],
    ],
    [
      'the same machine twice',
      'machine a login l password p\nmachine a login x password y',
      [entry('a'), entry('a', 'x', 'y')],
    ],
    ['an incomplete machine', 'machine a login l\nmachine b login l password p', [entry('b')]],
    ['other words', 'machine a account x login l password p', [entry('a')]],
    ['a default entry', 'default login l password p', []],
    [
      'what follows a default entry',
      'machine a login l password p\ndefault\nmachine b login l password p',
      [entry('a')],
    ],
    ['quotes', 'machine a login "l" password "p q"', [entry('a', '"l"', '"p')]],
    ['a # in a password', 'machine a login l password p#q', [entry('a', 'l', 'p#q')]],
    ['a macro', 'macdef init\nmachine a login l password p\n\nmachine b login l password p', [entry('b')]],
    ['a macro to the end', 'macdef init\nmachine a login l password p', []],
    ['words in pairs only', 'machine\na login l password p', []],
    ['nothing', '', []],
  ])('reads %s', (_, text, expected) => {
    expect(parseNetrc(text)).toEqual(expected)
  })

  const word = fc.stringMatching(/^[^\s\u0085\ufeff]{1,12}$/).filter((text) => text !== 'default')
  test('gives back whatever was written, however it is spaced', () => {
    const blank = fc.constantFrom(' ', '\t', '  ', '\n', '\r\n', '\n\t', '\u00a0', '\u0085')
    const entries = fc.array(fc.tuple(word, word, word, blank, blank), { maxLength: 8 })
    fc.assert(
      fc.property(entries, (list) => {
        const text = list.map(([m, l, p, s, t]) => `machine ${m}${s}login ${l}${t}password ${p}`).join('\n')
        expect(parseNetrc(text)).toEqual(list.map(([m, l, p]) => entry(m, l, p)))
      }),
    )
  })

  test('never fails, and never gives a machine without login and password', () => {
    const words = fc.constantFrom('machine', 'default', 'login', 'password', 'macdef', 'a', 'b', '\n', '\n\n', ' ')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((list) => list.join(' ')),
        ),
        (text) => {
          for (const { machine, login, password } of parseNetrc(text)) {
            expect([machine, login, password]).not.toContain('')
          }
        },
      ),
    )
  })
})

test('the first entry of a host is taken, with its port or without', () => {
  const entries = [entry('a:8443', 'x'), entry('a'), entry('a', 'z'), entry('b.a')]
  expect(netrcEntryFor(entries, new URL('https://a:8443/'))?.login).toBe('x')
  expect(netrcEntryFor(entries, new URL('https://a/'))?.login).toBe('l')
  expect(netrcEntryFor(entries, new URL('https://a:1/'))?.login).toBe('l')
  expect(netrcEntryFor(entries, new URL('https://c.a/'))).toBeUndefined()
})
