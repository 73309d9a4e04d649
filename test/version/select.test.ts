import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareGoVersions, parseGoVersion } from '../../src/version/go-version.ts'
import { matches, selectVersion } from '../../src/version/select.ts'
import { parseSpec } from '../../src/version/spec.ts'
import { versionOf, versionsOf } from '../support/versions.ts'

const available = versionsOf(
  '1.20',
  '1.24rc1',
  '1.9.7',
  '1.20.14',
  '1.21rc2',
  '1.21.0',
  '1.21.3',
  '1.21.13',
  '1.22.5',
  '1.22.12',
  '1.23.4',
  '1.10.8',
  '1.23rc2',
)

describe('selectVersion', () => {
  it.each([
    ['1.22.5', '1.22.5'],
    ['1.22.6', undefined],
    ['1.22', '1.22.12'],
    ['1.20', '1.20.14'],
    ['1.20.0', '1.20'],
    ['1.24', undefined],
    ['1.24rc1', '1.24rc1'],
    ['1.23.0-rc.2', '1.23rc2'],
    ['1.1', undefined],
    ['latest', '1.23.4'],
    ['stable', '1.23.4'],
    ['oldstable', '1.22.12'],
    ['latest:1.21', '1.21.13'],
    ['latest:1.24', undefined],
    ['1.22.x', '1.22.12'],
    ['1.x', '1.23.4'],
    ['^1.21', '1.23.4'],
    ['~1.21.3', '1.21.13'],
    ['~1.22', '1.22.12'],
    ['>=1.21 <1.23', '1.22.12'],
    ['>=1.21 <=1.22.5', '1.22.5'],
    ['<1.21', '1.20.14'],
    ['<=1.20.0', '1.20'],
    ['<1.20.1 >=1.20', '1.20'],
    ['1.21 || 1.19', '1.21.13'],
    ['1.10 - 1.20.5', '1.20'],
    ['>1.23.4', undefined],
    ['>=1.24rc1', '1.24rc1'],
    ['>=1.24.0-rc.1', '1.24rc1'],
    ['>=1.24rc2', undefined],
    ['>=1.23rc1 <1.23.0', '1.23rc2'],
    ['system', undefined],
    ['path:/opt/go', undefined],
  ])('%s is %s', (text, expected) => {
    expect(selectVersion(parseSpec(text), available)?.text).toBe(expected)
  })

  it('finds no second line where there is but one', () => {
    expect(selectVersion(parseSpec('oldstable'), versionsOf('1.22.5', '1.22.4', '1.23rc1'))).toBeUndefined()
    expect(selectVersion(parseSpec('oldstable'), [])).toBeUndefined()
    expect(selectVersion(parseSpec('latest'), versionsOf('1.23rc1'))).toBeUndefined()
  })

  const releases = fc.array(fc.tuple(fc.nat(24), fc.nat(3)).map(([minor, patch]) => versionOf(`1.${minor}.${patch}`)))

  it('takes the newest of those that match, whatever their order', () => {
    const specs = fc.constantFrom('1.22', '^1.21', '1.x', 'latest', 'latest:1.20', '>=1.3 <1.20', '1.9', '1.1 || 1.21')
    fc.assert(
      fc.property(specs, releases, (text, versions) => {
        const spec = parseSpec(text)
        const selected = selectVersion(spec, versions)
        for (const version of versions.filter((version) => matches(spec, version))) {
          expect(selected && compareGoVersions(selected, version)).toBeGreaterThanOrEqual(0)
        }
        expect(selected === undefined || (versions.includes(selected) && matches(spec, selected))).toBe(true)
      }),
    )
  })

  it('reads a line like the range of its patches', () => {
    fc.assert(
      fc.property(fc.nat(24), releases, (minor, versions) => {
        expect(selectVersion(parseSpec(`1.${minor}.x`), versions)).toEqual(
          selectVersion(parseSpec(`1.${minor}`), versions),
        )
      }),
    )
  })
})

it('does not take a language version for a release', () => {
  const languageVersion = parseGoVersion('1.22')
  expect(languageVersion && matches(parseSpec('^1.21'), languageVersion)).toBe(false)
  expect(languageVersion && matches(parseSpec('1.22'), languageVersion)).toBe(false)
})
