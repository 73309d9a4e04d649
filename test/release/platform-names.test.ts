import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { platformName } from '../../src/platform.ts'
import {
  archiveFileName,
  isKnownPlatform,
  knownArchitectures,
  knownPlatforms,
  knownSystems,
  platformOfFile,
} from '../../src/release/platform-names.ts'
import { findRealGo } from '../support/real-go.ts'
import { versionOf } from '../support/versions.ts'

describe('archiveFileName', () => {
  it.each([
    ['1.22.5', 'linux', 'amd64', 'go1.22.5.linux-amd64.tar.gz'],
    ['1.20', 'linux', 'arm', 'go1.20.linux-armv6l.tar.gz'],
    ['1.23rc1', 'freebsd', 'arm', 'go1.23rc1.freebsd-arm.tar.gz'],
    ['1.22.5', 'windows', 'arm64', 'go1.22.5.windows-arm64.zip'],
  ])('%s for %s-%s is %s', (version, os, arch, expected) => {
    expect(archiveFileName(versionOf(version), { os, arch })).toBe(expected)
  })
})

describe('platformOfFile', () => {
  it('undoes the naming of go.dev', () => {
    expect(platformOfFile('linux', 'armv6l')).toEqual({ os: 'linux', arch: 'arm' })
    expect(platformOfFile('freebsd', 'arm')).toEqual({ os: 'freebsd', arch: 'arm' })
    expect(platformOfFile('', '')).toBeUndefined()
    expect(platformOfFile('4', 'bootstrap')).toBeUndefined()
    expect(platformOfFile('linux', 'amd64/..')).toBeUndefined()
  })
})

describe('knownPlatforms', () => {
  it('has what is asked for', () => {
    expect(isKnownPlatform({ os: 'darwin', arch: 'arm64' })).toBe(true)
    expect(isKnownPlatform({ os: 'darwin', arch: 'mips' })).toBe(false)
    expect(knownSystems).toContain('freebsd')
    expect(knownArchitectures).toContain('riscv64')
  })

  const realGo = findRealGo()
  it.skipIf(!realGo)('has all that the real go knows', () => {
    const ports = execFileSync(realGo?.path ?? '', ['tool', 'dist', 'list'], {
      env: { ...realGo?.env },
      encoding: 'utf8',
    })
    const known = knownPlatforms.map(platformName)
    expect(known).toEqual(expect.arrayContaining(ports.trim().replaceAll('/', '-').split('\n')))
  })
})
