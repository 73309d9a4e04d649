import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { parseProjectSpec, parseSpec, type VersionSpec } from '../../src/version/spec.ts'
import { versionOf } from '../support/versions.ts'

/** A spec without what is written anyway, for comparison. */
function meaning(spec: VersionSpec): unknown {
  switch (spec.kind) {
    case 'exact':
      return spec.version.text
    case 'line':
      return `line ${spec.line.major}.${spec.line.minor}`
    case 'latest':
      return spec.line ? `latest of ${spec.line.major}.${spec.line.minor}` : 'latest'
    case 'path':
      return `path ${spec.path}`
    default:
      return spec.kind
  }
}

function failureOf(parse: () => unknown): GvError {
  try {
    parse()
  } catch (error) {
    if (error instanceof GvError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe.each([
  ['parseSpec', parseSpec],
  ['parseProjectSpec', parseProjectSpec],
])('%s', (_, parse) => {
  it.each([
    ['1.22.5', '1.22.5'],
    ['go1.22.5', '1.22.5'],
    ['v1.22.5', '1.22.5'],
    ['1.20.0', '1.20'],
    ['1.21.0', '1.21.0'],
    ['go1', '1.0'],
    ['1.23rc1', '1.23rc1'],
    ['go1.9.2rc2', '1.9.2rc2'],
    ['1.23.0-rc.2', '1.23rc2'],
    ['v1.9.2-rc.2', '1.9.2rc2'],
    ['1.18.0-beta.1', '1.18beta1'],
    ['1.22', 'line 1.22'],
    ['1.20', 'line 1.20'],
    ['go1.22', 'line 1.22'],
    ['v1.22', 'line 1.22'],
    ['latest', 'latest'],
    ['stable', 'latest'],
    ['latest:1.21', 'latest of 1.21'],
    ['oldstable', 'oldstable'],
    ['system', 'system'],
    ['1.22.x', 'range'],
    ['1.x', 'range'],
    ['*', 'range'],
    ['^1.21', 'range'],
    ['~1.21.3', 'range'],
    ['=1.21.3', 'range'],
    ['>=1.21 <1.23', 'range'],
    ['>= 1.21 < 1.23', 'range'],
    ['1.21 || 1.23', 'range'],
    ['1.21||>=go1.23rc1', 'range'],
    ['1.21 - 1.23', 'range'],
  ])('reads %s as %s', (text, expected) => {
    expect(meaning(parse(text))).toBe(expected)
    expect(parse(text).text).toBe(text)
  })

  it.each([
    '',
    ' ',
    '\t',
    ' 1.22',
    '1.22 ',
    '1.22\n',
    '1.22\u00a0',
    '\ufeff1.22',
    '1.22\u0000',
    '1.22.5-custom',
    '1.22.5+meta',
    '1.23.0-rc2',
    '1.23-rc.1',
    '1.23.0-rc.01',
    '1.23.0-pre.1',
    '1.22.5-1',
    '1.22.5-rc.1-custom',
    '1.022',
    '1.22.',
    '.22',
    '1..2',
    '1.22.5.6',
    '2.0',
    'gogo1.22',
    'vgo1.22',
    'go',
    'v',
    'Go1.22',
    'LATEST',
    'latest:',
    'latest:1.21.3',
    'latest:^1.21',
    'latest:latest',
    'stable:1.21',
    'system ',
    '1.21 ||',
    '|| 1.21',
    '1.21 | 1.23',
    '>=',
    '>= <1',
    '>=1.21,<1.23',
    '1.21\t1.22',
    '^1.21+x',
    '>=1.22.5-custom',
    '1.21-1.23',
    '1.x-rc.1',
    '^1.23-rc.1',
    '^1.x-rc.1',
    '>=1.22.5-rc2',
    'go2.0',
    '1.x.5',
    'x.1',
    '1.2.3.x',
    '^1.x.x.x',
    '1.22.5-rc',
    '../../evil',
    '1.22/../../x',
    '$(id)',
    'https://evil',
    'ref:master',
    'file:/x',
    'default',
    'local',
    'tip',
    'master',
    '１.２２',
  ])('refuses %j', (text) => {
    const error = failureOf(() => parse(text))
    expect(error.code).toBe('usage')
    expect(error.message).toContain('is not')
  })

  it('says in 300 plain characters, at once, what is wrong with a huge or hostile text', () => {
    const hostile = [
      '1'.repeat(1e7),
      ' '.repeat(1e7),
      '1.'.repeat(5e6),
      '|| '.repeat(3e6),
      '\u001b[31m\u202e\u009b1m'.repeat(10),
    ]
    for (const text of hostile) {
      const { message, reason } = failureOf(() => parse(text))
      const shown = `${message} ${reason}`
      expect(shown.length).toBeLessThan(700)
      expect(shown).toMatch(/^[\u0020-\u007e\u2026]*$/)
    }
  })

  it('never throws anything but a usage error, and keeps what was written', () => {
    const alphabet = fc.constantFrom(...'1 2.0xX*^~<>=|-vgorcbeta+:/\n'.split(''))
    const texts = fc.oneof(fc.string(), fc.string({ unit: alphabet, maxLength: 24 }))
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(parse(text).text).toBe(text)
        } catch (error) {
          expect(error).toMatchObject({ name: 'GvError', code: 'usage' })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a path', () => {
  it('may be named by the user', () => {
    expect(meaning(parseSpec('path:/opt/go tip'))).toBe('path /opt/go tip')
  })

  it.each(['path:', 'path:go', 'path:~/go', 'path:/a\nb', 'path:/a\u0000b', `path:/${'a'.repeat(5000)}`])(
    'refuses %j',
    (text) => {
      expect(failureOf(() => parseSpec(text)).code).toBe('usage')
    },
  )

  it.each(['path:/opt/go', 'path:x', 'ref:v1', 'ref:'])('may not be named by a project: %s', (text) => {
    expect(failureOf(() => parseProjectSpec(text))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('not allowed in a project'),
    })
  })
})

it('says which suffix it does not cut off', () => {
  expect(failureOf(() => parseSpec('1.22.5-custom')).reason).toContain('"-custom"')
  expect(meaning(parseSpec('1.22.5'))).toBe(versionOf('1.22.5').text)
})
