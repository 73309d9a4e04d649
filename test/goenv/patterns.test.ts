import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPatterns } from '../../src/goenv/patterns.ts'
import { findRealGo, type RealGo } from '../support/real-go.ts'

describe('matchesPatterns', () => {
  it.each([
    ['golang.org/toolchain', true],
    ['golang.org', true],
    ['golang.org/', true],
    ['golang.org/tool', false],
    ['golang.org/toolchain/x', false],
    ['*', true],
    ['*.org', true],
    ['corp.example,,*.org/*', true],
    ['golang.org//', false],
    ['golang.org/[a-t]oolchain', true],
    ['golang.org/[^a-t]oolchain', false],
    ['golang.???', true],
    ['golang\\.org', true],
    ['[', false],
    ['', false],
    [' golang.org', false],
  ])('%j names golang.org/toolchain: %s', (globs, expected) => {
    expect(matchesPatterns(globs, 'golang.org/toolchain')).toBe(expected)
  })

  it('answers a long hostile list at once', () => {
    expect(matchesPatterns(`${'*a'.repeat(2_000)}b`, 'a'.repeat(5_000))).toBe(false)
    expect(matchesPatterns(`[${'a-'.repeat(30_000)}`, 'a')).toBe(false)
  })
})

const realGo = findRealGo()

// The few characters that mean something, often; a path has no wildcard, but nothing forbids it here.
const glob = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '/', '*', '?', '[', ']', '^', '-', '\\', ',', '.'),
  maxLength: 12,
})
const path = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '/', '-', '.', ']'), maxLength: 8 })

// Where a class holds the slash, the others still must not match one.
const oddPairs = [
  ['?[a/]', '/a'],
  ['*[a/]', '/a'],
  ['*[^x]*b[/]', 'q/cb'],
] as const

describe.skipIf(!realGo)('matchesPatterns beside golang.org/x/mod/module', () => {
  it('says what Go says', () => {
    const pairs = [...oddPairs, ...fc.sample(fc.tuple(glob, path), 30_000)]
    const answers = realGo ? askGo(realGo, pairs) : []
    expect(answers.filter((answer) => answer === 'true').length).toBeGreaterThan(500)
    for (const [i, [globs, target]] of pairs.entries()) {
      expect(`${globs} ${target}: ${matchesPatterns(globs, target)}`).toBe(`${globs} ${target}: ${answers[i]}`)
    }
  })
})

/** Builds the program around the copy of golang.org/x/mod that every Go has in its sources. */
function askGo(go: RealGo, pairs: readonly (readonly [string, string])[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gv-patterns-'))
  try {
    const goroot = execFileSync(go.path, ['env', 'GOROOT'], { env: go.env, encoding: 'utf8' }).trim()
    for (const name of ['module', 'semver', 'internal']) {
      cpSync(join(goroot, 'src/cmd/vendor/golang.org/x/mod', name), join(folder, name), { recursive: true })
    }
    writeFileSync(join(folder, 'go.mod'), `module golang.org/x/mod\n\ngo ${go.version.slice(2)}\n`)
    mkdirSync(join(folder, 'patterns'))
    copyFileSync(new URL('patterns.go.txt', import.meta.url), join(folder, 'patterns/main.go'))
    const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('')
    const output = execFileSync(go.path, ['run', './patterns'], { cwd: folder, env: go.env, input, encoding: 'utf8' })
    return output.trimEnd().split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
