import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePinFile } from '../../src/project/pin-file.ts'

const toolVersions = (text: string, isCut = false) => parsePinFile('.tool-versions', { text, isCut })
const goVersion = (text: string, isCut = false) => parsePinFile('.go-version', { text, isCut })

describe('.tool-versions', () => {
  it.each([
    ['golang 1.22.5\n', 1, ['1.22.5']],
    ['golang 1.22.5', 1, ['1.22.5']],
    ['go 1.22.5', 1, ['1.22.5']],
    ['nodejs 20\n\n# golang 1.1\n  golang\t1.22   1.21.3  \n', 4, ['1.22', '1.21.3']],
    ['\ufeffgolang 1.22.5\r\nnodejs 20\r\n', 1, ['1.22.5']],
    ['golang 1.22.5# the old one', 1, ['1.22.5']],
    ['go 1.21\ngolang 1.22', 1, ['1.21']],
    ['golang 1.22\ngo 1.21', 1, ['1.22']],
    ['golangci-lint 1.59.0\ngolang 1.22', 2, ['1.22']],
    ['go ref:abc path:/x', 1, ['ref:abc', 'path:/x']],
    ['golang 1.22\r\r\n', 1, ['1.22\r']],
    ['golang 1.22\u00a01.21', 1, ['1.22\u00a01.21']],
  ])('%j', (text, line, specs) => {
    expect(toolVersions(text)).toEqual({ line, specs })
  })

  it.each([
    '',
    '\n',
    '# golang 1.22\n',
    'nodejs 20\n',
    'golang-ci 1.2\n',
    ' \t\r\n',
    'GOLANG 1.22',
    'nodejs\rgolang 1.22',
  ])('%j is no pin', (text) => {
    expect(toolVersions(text)).toBeUndefined()
  })

  it.each(['x 1\ngolang\n', 'x 1\ngo # 1.22\n', 'x 1\ngolang \t\r\n'])('%j names no version', (text) => {
    expect(toolVersions(text)).toEqual({ line: 2, problem: expect.stringContaining('no version') })
  })

  it('counts as far as it was read', () => {
    expect(toolVersions('golang 1.22\nnodejs 2', true)).toEqual({ line: 1, specs: ['1.22'] })
    expect(toolVersions('nodejs 20\ngolang 1.2', true)).toMatchObject({ problem: expect.stringContaining('too long') })
  })
})

describe('.go-version', () => {
  it.each([
    ['1.22.5\n', 1, '1.22.5'],
    ['1.22.5', 1, '1.22.5'],
    ['\ufeffgo1.22.5\r\n', 1, 'go1.22.5'],
    ['# ours\n\n  >=1.21 <1.23 \t# both\n\n', 3, '>=1.21 <1.23'],
    ['1.22.5 1.21.3', 1, '1.22.5 1.21.3'],
  ])('%j', (text, line, spec) => {
    expect(goVersion(text)).toEqual({ line, specs: [spec] })
  })

  it.each(['', '\n\n', '# 1.22\n', ' \t'])('%j is no pin', (text) => {
    expect(goVersion(text)).toBeUndefined()
  })

  it('holds one version', () => {
    expect(goVersion('# x\n1.22\n1.21\n')).toEqual({ line: 3, problem: expect.stringContaining('one version') })
  })

  it('is not half read', () => {
    expect(goVersion('1.22.5\n# and then', true)).toMatchObject({ problem: expect.stringContaining('too long') })
  })
})

it('takes any text, in linear time', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('golang', 'go', ' ', '\t', '1.22', '\r', '\n', '#', '\ufeff') }),
  )
  fc.assert(
    fc.property(texts, fc.boolean(), (text, isCut) => {
      for (const pin of [toolVersions(text, isCut), goVersion(text, isCut)]) {
        expect(pin === undefined || pin.line >= 1).toBe(true)
        if (pin && 'specs' in pin) expect(pin.specs.join('')).not.toMatch(/[#\n]|^[ \t]|[ \t]$/)
      }
    }),
  )
  for (const text of [' '.repeat(65536), `golang ${' \t'.repeat(30000)}x`, '\n'.repeat(65536), 'go '.repeat(20000)]) {
    toolVersions(text)
    goVersion(text)
  }
})
