import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { platformName } from '../../src/platform.ts'
import { parseGodevList } from '../../src/release/godev-list.ts'
import { anyText } from '../support/any-text.ts'
import { archive, godevText, release } from './godev-fixture.ts'

function read(...releases: readonly unknown[]): string {
  return parseGodevList(JSON.stringify(releases))
    .map(({ version, archives }) => `${version.text}: ${archives.map((a) => platformName(a.platform)).join(' ')}`)
    .join('\n')
}

describe('parseGodevList', () => {
  it('reads releases and their archives', () => {
    const [newest, older] = parseGodevList(godevText('go1.23rc1', 'go1.20'))
    expect(newest).toMatchObject({ version: { text: '1.23rc1' }, stable: false })
    expect(older).toMatchObject({ version: { text: '1.20' }, stable: true })
    expect(older?.archives).toEqual([
      { platform: { os: 'darwin', arch: 'arm64' }, sha256: '5ca1ab1e'.repeat(8), sizeBytes: 68_988_925 },
      { platform: { os: 'linux', arch: 'amd64' }, sha256: '5ca1ab1e'.repeat(8), sizeBytes: 68_988_925 },
      { platform: { os: 'linux', arch: 'arm' }, sha256: '5ca1ab1e'.repeat(8), sizeBytes: 68_988_925 },
    ])
  })

  it('knows the oddities of go.dev’s own list', () => {
    const unhashed = { sha256: '', size: 0 }
    expect(
      read(
        release('go1.9.2rc2', [archive('go1.9.2rc2', 'linux', 'amd64')]),
        release('go1.5.1', [archive('go1.5.1', 'linux', 'amd64', { sha256: '' })]),
        release('go1.4.2', [
          archive('go1.4.2', 'darwin', 'amd64', { filename: 'go1.4.2.darwin-amd64-osx10.6.tar.gz', ...unhashed }),
          archive('go1.4.2', 'darwin', 'amd64', { filename: 'go1.4.2.darwin-amd64-osx10.8.tar.gz', ...unhashed }),
          archive('go1.4.2', 'linux', 'amd64', unhashed),
          archive('go1.4.2', 'windows', '386', unhashed),
        ]),
        release('go1', [archive('go1', '4', 'bootstrap', { filename: 'go1.4-bootstrap-20170531.tar.gz' })]),
      ),
    ).toBe('1.9.2rc2: linux-amd64\n1.5.1: linux-amd64\n1.4.2: linux-amd64 windows-386')
  })

  it('passes over fields, kinds and platforms that it does not know', () => {
    const version = 'go1.30.0'
    const files = [
      { ...archive(version, 'linux', 'amd64'), signature: 'x' },
      archive(version, 'linux', 'amd64', { kind: 'sbom', filename: 'anything' }),
      archive(version, 'haiku', 'riscv128'),
    ]
    expect(read({ ...release(version, files), notes: [] })).toBe('1.30.0: linux-amd64 haiku-riscv128')
  })

  it.each<[string, Partial<ReturnType<typeof archive>>, string]>([
    ['a short hash', { sha256: 'abc' }, 'the sha256 of go1.22.5.linux-amd64.tar.gz is "abc"'],
    ['a hash in capitals', { sha256: 'AB'.repeat(32) }, 'not 64 hex digits'],
    ['a hash with a line behind it', { sha256: `${'ab'.repeat(32)}\n` }, 'not 64 hex digits'],
    ['no hash', { sha256: '' }, 'the sha256 of go1.22.5.linux-amd64.tar.gz is ""'],
    ['an absent hash', { sha256: undefined }, 'is nothing, not 64'],
    ['a list for a hash', { sha256: ['ab'.repeat(32)] }, 'not 64 hex digits'],
    ['no size', { size: undefined }, 'the size of go1.22.5.linux-amd64.tar.gz is nothing'],
    ['size 0', { size: 0 }, 'is 0'],
    ['a negative size', { size: -1 }, 'is -1'],
    ['a size in text', { size: '68988925' }, 'is "68988925"'],
    ['half a byte', { size: 0.5 }, 'is 0.5'],
    ['an endless size', { size: 1e300 }, 'is 1e+300'],
    ['a name of another version', { filename: 'go1.22.4.linux-amd64.tar.gz' }, '"go1.22.4.linux-amd64.tar.gz" is not'],
    ['a name of another platform', { filename: 'go1.22.5.linux-arm64.tar.gz' }, 'is not the name'],
    ['a path for a name', { filename: '../go1.22.5.linux-amd64.tar.gz' }, 'is not the name'],
    ['a URL for a name', { filename: 'https://evil.example/go1.22.5.linux-amd64.tar.gz' }, 'is not the name'],
    ['a number for a name', { filename: 5 }, 'has no name or kind'],
    ['no kind', { kind: undefined }, 'has no name or kind'],
    ['another version', { version: 'go1.22.4' }, 'is not the name of an archive of go1.22.5'],
    ['a path for a platform', { os: '../linux' }, 'for "../linux", "amd64"'],
    ['no platform', { os: undefined }, 'for nothing, "amd64"'],
    ['a terminal escape', { os: '\u001b[2J' }, 'for "\\u001b[2J"'],
  ])('refuses %s', (_, other, reason) => {
    const error = refusal(JSON.stringify([release('go1.22.5', [archive('go1.22.5', 'linux', 'amd64', other)])]))
    expect(error.reason).toContain(reason)
  })

  it.each<[string, string, string]>([
    ['a web page', '<!DOCTYPE html><html>', 'it is a web page'],
    ['a web page after space', '\n\t <html>', 'it is a web page'],
    ['nothing', '', 'it is not JSON, or cut off'],
    ['a cut list', godevText('go1.22.5').slice(0, -20), 'it is not JSON, or cut off'],
    ['an object', '{"version":"go1.22.5"}', 'it is JSON, but no list'],
    ['an empty list', '[]', 'there is no release in it'],
    ['a version twice', godevText('go1.22.5', 'go1.22.5'), 'go1.22.5 stands in it twice'],
    ['a version without go', JSON.stringify([release('1.22.5')]), 'entry 1 has "1.22.5" for a version'],
    ['another way to write a version', JSON.stringify([release('go1.20.0')]), 'entry 1 has "go1.20.0"'],
    ['a line', JSON.stringify([release('go1.22.5'), release('go1.22')]), 'entry 2 has "go1.22"'],
    ['a path', JSON.stringify([release('go1.22.5/../..')]), 'entry 1 has'],
    ['a number', '[1]', 'entry 1 has nothing for a version'],
    ['null', '[null]', 'entry 1 has nothing for a version'],
    ['no files', JSON.stringify([{ ...release('go1.22.5'), files: {} }]), 'go1.22.5 has no list of files'],
    ['a file that is null', JSON.stringify([release('go1.22.5', [null])]), 'a file of go1.22.5 is no object'],
    ['a stable rc', JSON.stringify([{ ...release('go1.23rc1'), stable: true }]), 'go1.23rc1 is said to be stable'],
    [
      'an unstable release',
      JSON.stringify([{ ...release('go1.23.0'), stable: false }]),
      'go1.23.0 is said to be unstable',
    ],
    ['"true"', JSON.stringify([{ ...release('go1.23.0'), stable: 'true' }]), 'go1.23.0 is said to be unstable'],
    ['too much', ' '.repeat(16_000_001), 'it has more than 16 MB'],
    [
      'two archives for one platform',
      JSON.stringify([
        release('go1.22.5', [archive('go1.22.5', 'linux', 'amd64'), archive('go1.22.5', 'linux', 'amd64')]),
      ]),
      'go1.22.5 has two archives for one platform',
    ],
  ])('refuses %s', (_, text, reason) => {
    expect(refusal(text).reason).toContain(reason)
  })

  it.each(['[', '[],', '{},', '0,', '"",', '{"a":', '{"version":"go1.22.5"},'])(
    'refuses 16 MB of %j in seconds and without much memory',
    (piece) => {
      const text = `[${piece.repeat(15_999_999 / piece.length)}`
      const before = process.memoryUsage.rss()
      const start = performance.now()
      expect(refusal(text).reason).toContain('not JSON, or cut off')
      expect(performance.now() - start).toBeLessThan(5_000)
      expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000)
    },
  )

  it('takes every damage for an error in one printable line, or for nothing', () => {
    const text = godevText('go1.22.5', 'go1.21rc2')
    const damage = fc.tuple(fc.nat(text.length), fc.nat(12), anyText(8))
    fc.assert(
      fc.property(damage, ([at, length, inserted]) => {
        const damaged = text.slice(0, at) + inserted + text.slice(at + length)
        try {
          for (const { archives } of parseGodevList(damaged)) {
            for (const { sha256, sizeBytes } of archives) {
              expect(sha256).toMatch(/^[0-9a-f]{64}$/)
              expect(sizeBytes).toBeGreaterThan(0)
            }
          }
        } catch (error) {
          expect(error).toBeInstanceOf(GvError)
          expect(error instanceof GvError ? error.reason : '').not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

function refusal(text: string): GvError {
  try {
    parseGodevList(text)
  } catch (error) {
    if (error instanceof GvError) return error
    throw error
  }
  throw new Error('the list was taken')
}
