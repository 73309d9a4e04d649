import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { platformName } from '../../src/platform.ts'
import { knownPlatforms } from '../../src/release/platform-names.ts'
import {
  parseProxyList,
  parseToolchainInfo,
  parseToolchainModuleVersion,
  proxyFileUrl,
  proxyListUrl,
  toolchainModuleVersion,
} from '../../src/release/proxy-list.ts'
import { anyText } from '../support/any-text.ts'
import { versionOf } from '../support/versions.ts'

describe('toolchainModuleVersion', () => {
  it('is read back as what it was made of', () => {
    for (const text of ['1.2.2', '1.20', '1.21.0', '1.23rc1', '1.9.2rc2', '1.5beta3']) {
      for (const platform of knownPlatforms) {
        const version = versionOf(text)
        expect(parseToolchainModuleVersion(toolchainModuleVersion(version, platform))).toEqual({ version, platform })
      }
    }
  })

  it.each([
    'v0.0.1-go1.22.linux-amd64',
    'v0.0.1-go1.20.0.linux-amd64',
    'v0.0.1-go1.22.5.linux-amd64 ',
    'v0.0.1-go1.22.5.linux-amd64/../x',
    'v0.0.1-go1.22.5.linux-AMD64',
    'v0.0.1-go1.22.5',
    'v0.0.1-1.22.5.linux-amd64',
    'v0.0.2-go1.22.5.linux-amd64',
    'v0.0.1-go1.22.5-custom.linux-amd64',
    'v0.0.1-go1.22.5.linux-amd64\n',
    '',
  ])('does not read %j', (text) => {
    expect(parseToolchainModuleVersion(text)).toBeUndefined()
  })
})

describe('parseProxyList', () => {
  const read = (text: string) =>
    parseProxyList(text).map(
      ({ version, stable, archives }) =>
        `${version.text}${stable ? '' : '?'} ${archives.map(({ platform }) => platformName(platform)).join(' ')}`,
    )

  it('gathers platforms by release and passes over the rest', () => {
    expect(
      read(
        [
          'v0.0.1-go1.22.5.linux-amd64',
          'v0.0.1-go1.22.5.linux-arm 2024-06-27T20:11:12Z',
          '\tv0.0.1-go1.23rc1.linux-amd64\r',
          'v0.0.1-go1.22.5.linux-amd64',
          'v1.0.0',
          'v0.0.1-go1.22.linux-amd64',
          '../../etc/passwd',
          '',
        ].join('\n'),
      ),
    ).toEqual(['1.22.5 linux-amd64 linux-arm', '1.23rc1? linux-amd64'])
  })

  it('refuses web pages and lists without end, and finds nothing in other text', () => {
    expect(() => parseProxyList(' <html>')).toThrow(GvError)
    expect(() => parseProxyList('\n'.repeat(4_000_001))).toThrow(GvError)
    for (const piece of ['\n', ' ', 'v0.0.1-', 'v0.0.1-go1.22.5.linux_amd64\n', 'v0.0.1-\n']) {
      expect(read(piece.repeat(3_999_999 / piece.length))).toEqual([])
    }
    expect(read('')).toEqual([])
    fc.assert(fc.property(anyText(), (text) => parseProxyList(`x${text}`).length === 0))
  })
})

describe('parseToolchainInfo', () => {
  const name = 'v0.0.1-go1.22.5.linux-amd64'

  it('is the time of the release', () => {
    expect(parseToolchainInfo(`{"Version":"${name}","Time":"2024-06-27T20:11:12Z","Origin":{}}`, name)).toEqual(
      new Date('2024-06-27T20:11:12Z'),
    )
    expect(parseToolchainInfo(`{"Version":"${name}","Time":"2024-06-27T22:11:12.5+02:00"}`, name)).toEqual(
      new Date('2024-06-27T20:11:12.500Z'),
    )
  })

  it.each([
    '{"Version":"v0.0.1-go1.22.4.linux-amd64","Time":"2024-06-27T20:11:12Z"}',
    `{"Version":"${name}","Time":"yesterday"}`,
    `{"Version":"${name}","Time":"2024-13-27T20:11:12Z"}`,
    `{"Version":"${name}","Time":1719519072}`,
    `{"Version":"${name}"}`,
    `["${name}"]`,
    '<html>',
    '',
    'null',
  ])('refuses %j', (text) => {
    expect(() => parseToolchainInfo(text, name)).toThrow(GvError)
  })

  it('refuses one without end', () => {
    const text = `{"Version":"${name}","Time":"2024-06-27T20:11:12Z"}`
    expect(() => parseToolchainInfo(`${text}${' '.repeat(64_000)}`, name)).toThrow(GvError)
  })
})

describe('URLs', () => {
  it.each([
    ['https://proxy.example', 'https://proxy.example/golang.org/toolchain/@v/list'],
    ['https://proxy.example/', 'https://proxy.example/golang.org/toolchain/@v/list'],
    ['https://proxy.example/go//proxy/', 'https://proxy.example/go/proxy/golang.org/toolchain/@v/list'],
    [
      'https://u:p@proxy.example/x?token=a%2Fb#f',
      'https://u:p@proxy.example/x/golang.org/toolchain/@v/list?token=a%2Fb',
    ],
    ['file:///srv/go%20proxy', 'file:///srv/go%20proxy/golang.org/toolchain/@v/list'],
  ])('lie below %s', (base, expected) => {
    expect(proxyListUrl(new URL(base)).href).toBe(expected)
  })

  it('name the file of a version, with capitals escaped', () => {
    const base = new URL('https://proxy.example/x/')
    expect(proxyFileUrl(base, 'v0.0.1-go1.22.5.linux-amd64', 'zip').href).toBe(
      'https://proxy.example/x/golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip',
    )
    expect(proxyFileUrl(base, 'v1.0.0-RC', 'info').pathname).toBe('/x/golang.org/toolchain/@v/v1.0.0-!r!c.info')
    expect(base.href).toBe('https://proxy.example/x/')
  })
})
