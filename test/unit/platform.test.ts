import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSysctl } from '../../src/context.ts'
import { nativePlatform, platformOfNode } from '../../src/platform.ts'
import { temporaryFolder } from '../store/unpacking.ts'

/** A sysctl that knows some names, and else answers as macOS does. */
function fakeSysctl(values: Readonly<Record<string, string>>): (name: string) => string | undefined {
  const program = join(temporaryFolder(), 'sysctl')
  const cases = Object.entries(values).map(([name, value]) => `${name}) echo '${value}' ;;`)
  const unknown = `*) echo "sysctl: unknown oid '$2'" >&2; exit 1 ;;`
  writeFileSync(program, `#!/bin/sh\n[ "$1" = -n ] || exit 1\ncase $2 in ${cases.join(' ')} ${unknown} esac\n`)
  chmodSync(program, 0o755)
  return (name) => readSysctl(name, program)
}

const appleSilicon = { 'hw.optional.arm64': '1', 'sysctl.proc_translated': '1' }

describe('the platform of the machine', () => {
  test.each([
    ['an Intel Node on Apple silicon, under Rosetta', 'darwin', 'x64', appleSilicon, { os: 'darwin', arch: 'arm64' }],
    ['an arm64 Node on Apple silicon', 'darwin', 'arm64', appleSilicon, { os: 'darwin', arch: 'arm64' }],
    ['an Intel Mac', 'darwin', 'x64', {}, { os: 'darwin', arch: 'amd64' }],
    ['an Intel Mac that says so', 'darwin', 'x64', { 'hw.optional.arm64': '0' }, { os: 'darwin', arch: 'amd64' }],
    ['Linux', 'linux', 'x64', appleSilicon, { os: 'linux', arch: 'amd64' }],
    ['Linux on arm64', 'linux', 'arm64', {}, { os: 'linux', arch: 'arm64' }],
  ] as const)('of %s', (_what, nodePlatform, nodeArch, values, platform) => {
    expect(nativePlatform(platformOfNode(nodePlatform, nodeArch), fakeSysctl(values))).toEqual(platform)
  })

  test('is what Node says where sysctl cannot be run', () => {
    const none = (name: string) => readSysctl(name, '/nowhere/sysctl')
    expect(nativePlatform(platformOfNode('darwin', 'x64'), none)).toEqual({ os: 'darwin', arch: 'amd64' })
  })

  test('asks nobody but on a Mac that says it is an Intel Mac', () => {
    const fail = () => {
      throw new Error('asked')
    }
    expect(nativePlatform(platformOfNode('linux', 'x64'), fail)).toEqual({ os: 'linux', arch: 'amd64' })
    expect(nativePlatform(platformOfNode('darwin', 'arm64'), fail)).toEqual({ os: 'darwin', arch: 'arm64' })
  })
})
