import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.ts'

interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'),
)
const packages = Object.entries(lock.packages).filter(([path]) => path !== '')

describe('the lock file', () => {
  test('has packages', () => {
    expect(packages.length).toBeGreaterThan(20)
  })

  test('no package that gv ships runs a script when it is installed', () => {
    expect(packages.filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev)).toEqual([])
  })

  test('names no addresses, so that a clone works behind any mirror', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  test('knows the optional packages of every platform, without which `npm ci` refuses it', () => {
    const known = new Set(packages.map(([path]) => path.split('node_modules/').at(-1)))
    const wanted = packages.flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies))
    expect(wanted.filter((name) => !known.has(name))).toEqual([])
  })
})

describe('tracked files', () => {
  // In pieces, so that this file does not name them.
  const hosts = [
    ['registry', 'npmjs', 'org'],
    ['registry', 'yarnpkg', 'com'],
    ['proxy', 'golang', 'org'],
    ['goproxy', 'io'],
    ['goproxy', 'cn'],
    ['deb', 'debian', 'org'],
    ['ftp', 'debian', 'org'],
    ['archive', 'ubuntu', 'com'],
  ].map((parts) => parts.join('.'))

  test.each(hosts)('do not name a registry (host %#)', (host) => {
    expect(trackedFilesWith(host)).toEqual([])
  })

  test('name no folder of the machine they were made on', () => {
    expect(trackedFilesWith(['', 'work', 'main'].join('/'))).toEqual([])
    expect(trackedFilesWith(['', 'work', 'scratch'].join('/'))).toEqual([])
  })

  test('are searched at all', () => {
    expect(trackedFilesWith('exactOptionalPropertyTypes')).toContain('tsconfig.json')
  })
})

function trackedFilesWith(text: string): string[] {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: projectRoot, encoding: 'utf8' }).split('\0')
  return files.filter((file) => file && contains(join(projectRoot, file), text))
}

function contains(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'latin1').includes(text)
  } catch {
    // Removed, not yet committed.
    return false
  }
}
