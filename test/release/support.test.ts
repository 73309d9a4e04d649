import { describe, expect, it } from 'vitest'
import { supportOf } from '../../src/release/support.ts'
import { versionOf, versionsOf } from '../support/versions.ts'

describe('supportOf', () => {
  it.each([
    ['1.24rc1', 'unreleased'],
    ['1.23rc1', 'supported'],
    ['1.22.0', 'supported'],
    ['1.21.13', 'end of life'],
    ['1.9', 'end of life'],
  ])('the line of %s is %s while 1.23.0 is the newest', (line, expected) => {
    expect(supportOf(versionOf(line), versionsOf('1.9', '1.24rc1', '1.23.0', '1.22.12'))).toBe(expected)
  })

  it('does not change with a release candidate, only with the release', () => {
    expect(supportOf({ minor: 21 }, versionsOf('1.21.0', '1.22.0', '1.23rc2'))).toBe('supported')
    expect(supportOf({ minor: 21 }, versionsOf('1.21.0', '1.22.0', '1.23.0'))).toBe('end of life')
    expect(supportOf({ minor: 21 }, [])).toBe('unreleased')
  })
})
