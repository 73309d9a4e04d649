import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareGoVersions,
  type GoVersion,
  isPrerelease,
  isRelease,
  lineOf,
  makeGoVersion,
  parseGoVersion,
  releaseName,
} from '../../src/version/go-version.ts'
import { findRealGo, type RealGo } from '../support/real-go.ts'
import { versionOf } from '../support/versions.ts'

describe('parseGoVersion', () => {
  it.each([
    ['1.22.5', '1.22.5', 'go1.22.5', '1.22'],
    ['go1.22.5', '1.22.5', 'go1.22.5', '1.22'],
    ['1.20.0', '1.20', 'go1.20', '1.20'],
    ['1.21.0', '1.21.0', 'go1.21.0', '1.21'],
    ['go1.23rc1', '1.23rc1', 'go1.23rc1', '1.23'],
    ['1.23.0rc1', '1.23rc1', 'go1.23rc1', '1.23'],
    ['1.9.2rc2', '1.9.2rc2', 'go1.9.2rc2', '1.9'],
    ['1.8beta1', '1.8beta1', 'go1.8beta1', '1.8'],
    ['go1', '1.0', 'go1', '1.0'],
    ['1.0.3', '1.0.3', 'go1.0.3', '1.0'],
  ])('reads %s', (text, normalized, name, line) => {
    const version = versionOf(text)
    expect(version.text).toBe(normalized)
    expect(releaseName(version)).toBe(name)
    expect(lineOf(version)).toBe(line)
    expect(parseGoVersion(normalized)).toEqual(version)
  })

  it.each([
    '',
    'go',
    '2.0',
    '0.9',
    '1.',
    '1.022',
    '01.22',
    '1.22.05',
    '1.22.5.1',
    '1.22rc',
    '1.22rc01',
    '1.22alpha1',
    '1rc1',
    '1.22.5-custom',
    '1.22.5 ',
    ' 1.22.5',
    '1.22.5\n',
    'v1.22.5',
    'gogo1.22',
    'Go1.22',
    '1.22.99999',
    '1,22',
    '1.２２',
  ])('refuses %j', (text) => {
    expect(parseGoVersion(text)).toBeUndefined()
  })

  it('tells releases from language versions, and pre-releases from both', () => {
    const facts = ['1.20', '1.21', '1.21rc2', '1.21.0', '1'].map((text) => [
      isRelease(versionOf(text)),
      isPrerelease(versionOf(text)),
    ])
    expect(facts).toEqual([
      [true, false],
      [false, false],
      [true, true],
      [true, false],
      [true, false],
    ])
  })
})

describe('compareGoVersions', () => {
  it('has the order of go.dev/doc/toolchain', () => {
    const inOrder = [
      '1',
      '1.0.1',
      '1.8beta1',
      '1.9',
      '1.9.1',
      '1.9.2rc2',
      '1.9.2',
      '1.10',
      '1.20rc1',
      '1.20',
      '1.20.1',
      '1.21',
      '1.21rc1',
      '1.21rc2',
      '1.21rc10',
      '1.21.0',
      '1.21.10',
      '1.22',
      '1.22.2',
    ]
    expect([...inOrder].reverse().map(versionOf).sort(compareGoVersions)).toEqual(inOrder.map(versionOf))
  })

  it('gives the same version back from its own text', () => {
    fc.assert(
      fc.property(versions, (version) => {
        expect(parseGoVersion(version.text)).toEqual(version)
      }),
    )
  })

  const go = findRealGo()
  it.skipIf(!go)('agrees with the go/version package of a real Go', ({ skip }) => {
    if (!go) return skip('there is no go here')
    const texts = fc.sample(fc.tuple(goTexts, goTexts), { numRuns: 5000, seed: 20 })
    const answers = askGo(go, texts)
    expect(answers).toHaveLength(texts.length)
    for (const [index, [x, y]] of texts.entries()) {
      expect(`${x} ${y}: ${answerOf(x, y)}`).toBe(`${x} ${y}: ${answers[index]}`)
    }
  })
})

const number = fc.oneof(fc.nat(30), fc.constantFrom(0, 9, 20, 21, 22, 9999))
const prerelease = fc.record({ kind: fc.constantFrom('rc' as const, 'beta' as const), number })

/** Versions that Go knows too: a pre-release has no patch. */
const versions: fc.Arbitrary<GoVersion> = fc
  .record({
    major: fc.constant(1),
    minor: number,
    patch: fc.option(number, { nil: undefined }),
    prerelease: fc.option(prerelease, { nil: undefined }),
  })
  .map((parts) => makeGoVersion(parts.prerelease ? { ...parts, patch: undefined } : parts))

/** Mostly versions, and texts that are nearly versions. */
const goTexts = fc.oneof(
  { weight: 6, arbitrary: versions.map(releaseName) },
  { weight: 1, arbitrary: versions.map((version) => `go${version.text}.0`) },
  { weight: 1, arbitrary: fc.stringMatching(/^go1?(?:\.0?[0-9]{1,2}){0,4}(?:(?:rc|beta)0?[0-9]{1,2})?\.?$/) },
)

/** Our own answer to one line, in the words of order.go. */
function answerOf(x: string, y: string): string {
  const [a, b] = [knownToGo(x), knownToGo(y)]
  const order = a && b ? Math.sign(compareGoVersions(a, b)) : Number(a !== undefined) - Number(b !== undefined)
  return `${a !== undefined} ${a ? languageOf(a) : ''} ${order}`
}

/** Of the texts we read, those that Go's own parser reads. */
function knownToGo(text: string): GoVersion | undefined {
  return /^go1\.\d+\.\d+[a-z]/.test(text) ? undefined : parseGoVersion(text)
}

function languageOf(version: GoVersion): string {
  return version.minor === 0 ? 'go1' : `go${lineOf(version)}`
}

function askGo(go: RealGo, pairs: readonly (readonly [string, string])[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gv-order-'))
  try {
    copyFileSync(new URL('order.go.txt', import.meta.url), join(folder, 'order.go'))
    const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('')
    const output = execFileSync(go.path, ['run', 'order.go'], { cwd: folder, env: go.env, input, encoding: 'utf8' })
    return output.trimEnd().split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
