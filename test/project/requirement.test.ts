import { describe, expect, it } from 'vitest'
import { ModSyntaxError } from '../../src/project/modfile.ts'
import { parseRequirement, switchTarget } from '../../src/project/requirement.ts'

function shown(text: string): unknown {
  const requirement = parseRequirement(text)
  if (!requirement) return undefined
  const { line, directive, spec, allowsSwitch } = requirement
  return `${line} ${directive} ${spec.kind} ${spec.text} → ${switchTarget(requirement)}${allowsSwitch ? '' : ' never'}`
}

describe('parseRequirement', () => {
  it.each([
    ['module m\n\ngo 1.22\n', '3 go line 1.22 → go1.22.0'],
    ['go 1.22.5', '1 go exact 1.22.5 → go1.22.5'],
    ['go 1.20', '1 go line 1.20 → go1.20'],
    ['go 1.20.0', '1 go exact 1.20.0 → go1.20'],
    ['go 1.23rc1', '1 go exact 1.23rc1 → go1.23rc1'],
    ['go 1.22\ntoolchain go1.22.5', '2 toolchain exact 1.22.5 → go1.22.5'],
    ['toolchain go1.22.5\n\n\nmodule m\ngo 1.21.3', '1 toolchain exact 1.22.5 → go1.22.5'],
    ['go 1.22.5\ntoolchain go1.22.4', '1 go exact 1.22.5 → go1.22.5'],
    ['go 1.22.5\ntoolchain go1.22.5', '1 go exact 1.22.5 → go1.22.5'],
    ['go 1.22.0\ntoolchain go1.22', '1 go exact 1.22.0 → go1.22.0'],
    ['go 1.21\ntoolchain go1.22', '2 toolchain line 1.22 → go1.22.0'],
    ['go 1.22\ntoolchain go1.22rc1', '2 toolchain exact 1.22rc1 → go1.22rc1'],
    ['go 1.22\ntoolchain go1.22.5-custom', '2 toolchain exact 1.22.5 → go1.22.5'],
    ['go 1.9\ntoolchain go1.10.3', '2 toolchain exact 1.10.3 → go1.10.3'],
    ['go 1.22\ntoolchain default', '1 go line 1.22 → go1.22.0 never'],
    ['toolchain go1.22.5', '1 toolchain exact 1.22.5 → go1.22.5'],
    ['go 1.22\ntoolchain go1', '1 go line 1.22 → go1.22.0'],
    ['go 1.22\ngo 1.23\ngo nonsense', '1 go line 1.22 → go1.22.0'],
    ['go 1.21\ntoolchain go1.22.1\ntoolchain go1.23.1', '2 toolchain exact 1.22.1 → go1.22.1'],
    ['unknown directive, and more\nodd (\n\tgo 1.99\n)\ngo 1.22', '5 go line 1.22 → go1.22.0'],
    ['\tgo\t1.22 // why\r\n', '1 go line 1.22 → go1.22.0'],
  ])('%j', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  it.each([
    '',
    'module m\n',
    '// go 1.22\n',
    'require (\n\tgo 1.22\n)\n',
    'go (\n\t1.22\n)',
    'go ()',
    'gopher 1.22',
    'toolchain default',
  ])('%j asks for nothing', (text) => {
    expect(shown(text)).toBeUndefined()
  })

  it.each([
    ['module m\ngo\n', 2],
    ['go 1.22 1.23', 1],
    ['go 1.22,', 1],
    ['go "1.22"', 1],
    ['go `1.22`', 1],
    ['go go1.22', 1],
    ['go v1.22', 1],
    ['go 1', 1],
    ['go 1.022', 1],
    ['go 1.22.x', 1],
    ['go ^1.22', 1],
    ['go latest', 1],
    ['go 1.22.5rc1', 1],
    ['go 1.22rc', 1],
    ['go 1.22-custom', 1],
    ['go 1.99999', 1],
    ['go 1.22\ntoolchain 1.22.5', 2],
    ['go 1.22\ntoolchain', 2],
    ['go 1.22\ntoolchain local', 2],
    ['go 1.22\ntoolchain go2.0', 2],
    ['go 1.22\ntoolchain go10.1', 2],
    ['go 1.22\ntoolchain "go1.22.5"', 2],
    ['go 1.22\ntoolchain go1.22.5-a/../../b', 2],
    ['go 1.22\ntoolchain go1.22.5rc1', 2],
    ['go 1.22\ntoolchain path:/x', 2],
    ['go 1.22\nrequire (\n', 3],
  ])('refuses %j', (text, line) => {
    expect(() => parseRequirement(text)).toThrow(ModSyntaxError)
    expect(() => parseRequirement(text)).toThrow(expect.objectContaining({ line }))
  })
})
