import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { h1OfManifest, manifestText, parseManifest } from '../../src/verify/dirhash.ts'
import { isInModule, nameInModule, pathOfName } from '../../src/verify/module-names.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { corrupted, sha256Hex } from '../support/log-cases.ts'

const module = 'golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64'
const entry = (name: string) => ({ name, sha256: sha256Hex(name) })

test('h1 of the one file of every toolchain module whose hash the log shows alike', () => {
  // The record of any toolchain says this of its go.mod.
  const manifest = manifestText([{ name: 'go.mod', sha256: sha256Hex('module golang.org/toolchain\n') }])
  expect(h1OfManifest(manifest)).toBe('h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=')
})

describe('a manifest', () => {
  test('is sorted by the bytes of the names', () => {
    const names = ['a-b', 'a/b', 'a.b', 'A', 'a', 'é', '\uffee', '\u{1f600}', 'z']
    const sorted = parseManifest(manifestText(names.map(entry)))?.map(({ name }) => name)
    expect(sorted).toEqual(names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
  })

  test.each([
    ['twice', [entry('a'), entry('b'), entry('a')]],
    ['an empty name', [entry('')]],
    ['a line end', [entry('a\nb')]],
    ['half a character', [entry('a\ud800')]],
    ['a short hash', [{ name: 'a', sha256: 'abc' }]],
    ['a hash in capitals', [{ name: 'a', sha256: sha256Hex('a').toUpperCase() }]],
  ])('cannot hold %s', async (_, entries) => {
    await gvErrorOf('verification', () => manifestText(entries))
  })

  test('is read back, and only as it was written', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !s.includes('\n'))),
        (names) => {
          const manifest = manifestText(names.map(entry))
          const entries = parseManifest(manifest)
          expect(entries && manifestText(entries)).toBe(manifest)
          expect(entries).toHaveLength(names.length)
        },
      ),
    )
  })

  const good = manifestText(['bin/go', 'bin/gofmt', 'src/fmt/print.go'].map(entry))
  const [first = '', second = '', third = ''] = good.split(/(?<=\n)/)

  test.each([
    ['another order', second + first + third],
    ['a line twice', first + first + second],
    ['no last line end', good.slice(0, -1)],
    ['an empty line', `${first}\n${second}`],
    ['an empty line at the end', `${good}\n`],
    ['one space', good.replace('  ', ' ')],
    ['a tab', good.replace('  ', '\t ')],
    ['a star', good.replace('  ', ' *')],
    ['a hash in capitals', good.replace(/^\w+/, (hash) => hash.toUpperCase())],
    ['no name', `${sha256Hex('')}  \n`],
    ['a name of half a character', `${sha256Hex('')}  \ud800\n`],
  ])('with %s is none', (_, manifest) => {
    expect(parseManifest(manifest)).toBeUndefined()
  })

  test('of any text is read as written, or not at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), corrupted(good)), (text) => {
        const entries = parseManifest(text)
        if (entries) expect(manifestText(entries)).toBe(text)
      }),
    )
  })
})

describe('names in the module', () => {
  test.each([
    ['bin/go', 'bin/go'],
    ['go.mod', '_go.mod'],
    ['src/go.mod', 'src/_go.mod'],
    ['src/cmd/go.mod', 'src/cmd/_go.mod'],
    ['src/cmd/go.mod/x', 'src/cmd/go.mod/x'],
    ['src/not-go.mod', 'src/not-go.mod'],
    ['src/go.mod.txt', 'src/go.mod.txt'],
  ])('%s is called %s', (path, name) => {
    expect(nameInModule(module, path)).toBe(`${module}/${name}`)
    expect(pathOfName(module, `${module}/${name}`)).toBe(path)
  })

  test('that no path gives lead nowhere', () => {
    for (const name of ['', module, `${module}/`, `${module}x/bin/go`, `${module}/src/go.mod`, 'bin/go']) {
      expect(pathOfName(module, name)).toBeUndefined()
    }
  })

  test('leave four folders out, and those only', () => {
    const out = ['api/go1.txt', 'doc/x', 'misc/go.mod', 'test/a/b.go']
    const within = ['api', 'src/test/x', 'lib/doc/x', 'apis/x', 'tests/x', 'testing/x', 'docs', 'VERSION', 'bin/go']
    expect(out.filter(isInModule)).toEqual([])
    expect(within.filter(isInModule)).toEqual(within)
  })
})
