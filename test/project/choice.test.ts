import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseByRequirement, chooseBySpec, nearestAbove } from '../../src/project/choice.ts'
import { parseRequirement } from '../../src/project/requirement.ts'
import { compareGoVersions, lineOf } from '../../src/version/go-version.ts'
import { parseSpec } from '../../src/version/spec.ts'
import { versionOf } from '../support/versions.ts'

const toolchains = (...versions: string[]) =>
  versions.map((text, index) => ({ version: versionOf(text), goroot: `/${index}` }))

function byGoMod(text: string, ...installed: string[]): string | undefined {
  const requirement = parseRequirement(text)
  return requirement && chooseByRequirement(requirement, toolchains(...installed))?.version.text
}

describe('chooseByRequirement', () => {
  it.each([
    ['go 1.22', ['1.22.1', '1.22.7', '1.23.1'], '1.22.7'],
    ['go 1.22', ['1.22rc1', '1.23.1'], undefined],
    ['go 1.22', ['1.21.1'], undefined],
    ['go 1.20', ['1.20', '1.21.0'], '1.20'],
    ['go 1.20', ['1.20', '1.20.14'], '1.20.14'],
    ['go 1.20.0', ['1.20', '1.20.14'], '1.20'],
    ['go 1.22.5', ['1.22.5', '1.22.7'], '1.22.5'],
    ['go 1.22.5', ['1.22.4', '1.22.7', '1.22.6', '1.23.1'], '1.22.7'],
    ['go 1.22.5', ['1.22.4', '1.23.1'], undefined],
    ['go 1.22.0', ['1.22rc2'], undefined],
    ['go 1.22rc1', ['1.22rc1', '1.22.3'], '1.22rc1'],
    ['go 1.22rc1', ['1.22rc2', '1.22beta1'], '1.22rc2'],
    ['go 1.22rc1', ['1.22rc2', '1.22.3'], '1.22.3'],
    ['go 1.1', ['1.10.3', '1.11'], undefined],
    ['toolchain go1.22.5-x', ['1.22.5'], '1.22.5'],
  ])('%s of %j: %s', (text, installed, expected) => {
    expect(byGoMod(text, ...installed)).toBe(expected)
  })

  it('takes what satisfies go, of the line asked for, whatever is installed', () => {
    const versions = fc
      .tuple(fc.integer({ min: 18, max: 24 }), fc.nat(4))
      .map(([minor, patch]) => `1.${minor}.${patch}`)
    const asked = fc.oneof(
      versions,
      versions.map((text) => lineOf(versionOf(text))),
    )
    fc.assert(
      fc.property(asked, fc.array(versions), (text, installed) => {
        const chosen = byGoMod(`go ${text}`, ...installed)
        const suitable = installed
          .map(versionOf)
          .filter((version) => lineOf(version) === lineOf(versionOf(text)))
          .filter((version) => compareGoVersions(version, versionOf(text)) >= 0)
        expect(chosen === undefined).toBe(suitable.length === 0)
        if (chosen !== undefined) expect(suitable.map((version) => version.text)).toContain(chosen)
      }),
    )
  })
})

it('of equal versions the first store has it', () => {
  expect(chooseBySpec(parseSpec('1.22'), toolchains('1.21.1', '1.22.5', '1.22.5'))?.goroot).toBe('/1')
  const requirement = parseRequirement('go 1.22.3')
  expect(requirement && chooseByRequirement(requirement, toolchains('1.22.5', '1.22.5'))?.goroot).toBe('/0')
})

it('names what comes nearest from above', () => {
  const nearest = (text: string, ...installed: string[]) =>
    nearestAbove(versionOf(text), toolchains(...installed))?.version.text
  expect(nearest('1.22.5', '1.21.3', '1.23.1', '1.23.4', '1.24.0')).toBe('1.23.4')
  expect(nearest('1.22.5', '1.22.9', '1.23.1')).toBe('1.22.9')
  expect(nearest('1.22', '1.23rc1', '1.24.0')).toBe('1.24.0')
  expect(nearest('1.22', '1.21.1')).toBeUndefined()
})
