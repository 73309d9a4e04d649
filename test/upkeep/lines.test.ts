import fc from 'fast-check'
import { expect, test } from 'vitest'
import { installedLines } from '../../src/upkeep/lines.ts'
import {
  compareGoVersions,
  type GoVersion,
  isPrerelease,
  lineOf,
  parseGoVersion,
} from '../../src/version/go-version.ts'

const versions = (...texts: string[]) =>
  texts.map((text) => {
    const version = parseGoVersion(text)
    if (!version) throw new Error(`${text} is no version`)
    return version
  })

test('each line is told once, by its newest, and newest first', () => {
  const lines = installedLines(versions('1.9', '1.22.4', '1.22.5', '1.10.1'), versions('1.22.6', '1.23.0', '1.10.8'))
  expect(
    lines.map(({ line, installed, newest, isOutdated }) => [line, installed.text, newest.text, isOutdated]),
  ).toEqual([
    ['1.22', '1.22.5', '1.22.6', true],
    ['1.10', '1.10.1', '1.10.8', true],
    ['1.9', '1.9', '1.9', false],
  ])
})

test('support follows what is released, not what is installed', () => {
  const supports = installedLines(versions('1.21.0', '1.22.0', '1.23.0', '1.24rc1'), versions('1.23.1', '1.24rc1'))
  expect(supports.map(({ support }) => support)).toEqual(['unreleased', 'supported', 'supported', 'end of life'])
})

const someVersion = fc
  .tuple(fc.integer({ min: 18, max: 25 }), fc.integer({ min: 0, max: 12 }), fc.constantFrom('', 'rc1', 'rc2', 'beta1'))
  .map(([minor, patch, pre]) => (pre === '' ? `1.${minor}.${patch}` : `1.${minor}${pre}`))
const someVersions = fc.array(someVersion, { maxLength: 12 }).map((texts) => versions(...texts))

test('nothing older is ever offered, nothing of another line, and no pre-release in the place of a release', () => {
  fc.assert(
    fc.property(someVersions, someVersions, (installed: GoVersion[], released: GoVersion[]) => {
      for (const { line, installed: have, newest, isOutdated } of installedLines(installed, released)) {
        expect(lineOf(newest)).toBe(line)
        expect(compareGoVersions(newest, have)).toBeGreaterThanOrEqual(0)
        expect(isOutdated).toBe(newest.text !== have.text)
        if (!isPrerelease(have)) expect(isPrerelease(newest)).toBe(false)
        for (const version of installed) {
          if (lineOf(version) === line) expect(compareGoVersions(have, version)).toBeGreaterThanOrEqual(0)
        }
      }
    }),
  )
})
