import { describe, expect, it } from 'vitest'
import { closest, suggestVersions } from '../../src/version/suggest.ts'
import { versionsOf } from '../support/versions.ts'

const available = versionsOf(
  '1.9',
  '1.9.7',
  '1.20',
  '1.20.14',
  '1.21.0',
  '1.21.13',
  '1.22.5',
  '1.22.12',
  '1.25.1',
  '1.26.3',
  '1.27rc1',
  '1.26.2',
)

describe('suggestVersions', () => {
  it.each([
    ['1.22.55', ['1.22.5', '1.22.12']],
    ['go1.22.6', ['1.22.5', '1.22.12']],
    ['1.225', ['1.22.5', '1.26.3', '1.25.1']],
    ['1.22.21', ['1.22.12']],
    ['1.21.99', ['1.21.13']],
    ['1.99', ['1.26.3', '1.25.1', '1.22.12']],
    ['1.27.0', ['1.27rc1']],
    ['nonsense', ['1.26.3', '1.25.1', '1.22.12']],
  ])('for %s', (text, expected) => {
    expect(suggestVersions(text, available)).toEqual(expected)
  })

  it('is not slowed down by a huge text', () => {
    expect(suggestVersions('1'.repeat(1e7), available)).toEqual(['1.26.3', '1.25.1', '1.22.12'])
    expect(closest('install'.repeat(1e6), ['install'])).toBeUndefined()
  })

  it('has nothing to say where there is nothing', () => {
    expect(suggestVersions('1.22', [])).toEqual([])
  })
})

describe('closest', () => {
  const commands = ['install', 'uninstall', 'list', 'ls-remote', 'current', 'which', 'exec', 'use', 'env', 'init']

  it.each([
    ['isntall', 'install'],
    ['instal', 'install'],
    ['unistall', 'uninstall'],
    ['lst', 'list'],
    ['ues', 'use'],
    ['curent', 'current'],
    ['list', 'list'],
    ['frobnicate', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%s → %s', (word, expected) => {
    expect(closest(word, commands)).toBe(expected)
  })
})
