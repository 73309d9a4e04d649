import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../src/context.ts'
import { userEnvFilePath } from '../../src/goenv/env-file.ts'
import { readGoSettings } from '../../src/goenv/settings.ts'

const linux = { os: 'linux', arch: 'amd64' }
const darwin = { os: 'darwin', arch: 'arm64' }
let root = ''
let home = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gv-goenv-'))
  home = join(root, 'home')
  mkdirSync(home)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function settingsOf(env: Environment, more: { host?: typeof linux; places?: string[]; gvGoroots?: string[] } = {}) {
  return readGoSettings({ env: { HOME: home, ...env }, home, host: linux, places: [], ...more })
}

function write(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

/** A GOROOT as `go` knows one: bin/go, pkg/tool and go.env. */
function makeGoroot(path: string, goEnv = 'GOPROXY=https://packaged.example\n'): string {
  write(join(path, 'bin/go'), '#!/bin/sh\n', 0o755)
  mkdirSync(join(path, 'pkg/tool'), { recursive: true })
  write(join(path, 'go.env'), goEnv)
  return path
}

describe('where a value comes from', () => {
  it('is told: the environment, the file of go env -w, go.env, the default', () => {
    const userFile = write(join(home, '.config/go/env'), 'GOPROXY=https://user.example\nGOSUMDB=off\n')
    const goroot = makeGoroot(join(root, 'go'), 'GOPROXY=https://packaged.example\nGOTOOLCHAIN=local\n')
    const settings = settingsOf({ GOPROXY: 'https://env.example', GOSUMDB: '' }, { places: [goroot] })
    expect(settings.GOPROXY).toEqual({
      value: 'https://env.example',
      from: 'environment',
      file: undefined,
      userSet: true,
    })
    expect(settings.GOSUMDB).toEqual({ value: 'off', from: 'go env -w', file: userFile, userSet: true })
    expect(settings.GOTOOLCHAIN).toEqual({
      value: 'local',
      from: 'go.env',
      file: join(goroot, 'go.env'),
      userSet: false,
    })
    expect(settings.GOAUTH).toEqual({ value: 'netrc', from: 'default', file: undefined, userSet: false })
  })

  it('is that of GOPRIVATE where GONOPROXY follows it', () => {
    expect(settingsOf({ GOPRIVATE: 'corp.example' }).GONOPROXY).toMatchObject({ value: 'corp.example', userSet: true })
    expect(settingsOf({ GOPRIVATE: 'corp.example', GONOPROXY: 'none' }).GONOPROXY.value).toBe('none')
    expect(settingsOf({}).GONOSUMDB).toMatchObject({ value: '', from: 'default', userSet: false })
  })

  it('gives no GOPROXY when there is no Go and nobody named one, but the log of the Go team', () => {
    expect(settingsOf({}).GOPROXY).toEqual({ value: '', from: 'default', file: undefined, userSet: false })
    expect(settingsOf({}).GOSUMDB).toMatchObject({ value: 'sum.golang.org', userSet: false })
  })

  it('looks for no Go while the user has said it all', () => {
    const lazy = {
      env: { HOME: home, GOPROXY: 'off' },
      home,
      host: linux,
      get places(): readonly string[] {
        throw new Error('go.env was looked for')
      },
    }
    expect(readGoSettings(lazy).GOPROXY.value).toBe('off')
    expect(() => readGoSettings(lazy).GOSUMDB).toThrow('looked for')
  })
})

describe('the go.env of a Go on this machine', () => {
  const proxyOf = (...args: Parameters<typeof settingsOf>) => settingsOf(...args).GOPROXY.value

  it('is found through a link in PATH, past programs that have no GOROOT around them', () => {
    makeGoroot(join(root, 'lib/go-1.22'), 'GOPROXY=https://linked.example\n')
    mkdirSync(join(root, 'bin'))
    symlinkSync('../lib/go-1.22/bin/go', join(root, 'bin/go'))
    // A gv shim, a program that cannot be run, a folder named go, an entry that is relative.
    write(join(home, '.gv/shims/go'), '#!/bin/sh\n', 0o755)
    chmodSync(join(makeGoroot(join(root, 'plain')), 'bin/go'), 0o644)
    const folder = makeGoroot(join(root, 'folder'))
    rmSync(join(folder, 'bin/go'))
    mkdirSync(join(folder, 'bin/go'))
    const aside = relative(process.cwd(), join(makeGoroot(join(root, 'aside')), 'bin'))
    const path = [
      join(home, '.gv/shims'),
      join(root, 'plain/bin'),
      join(folder, 'bin'),
      '',
      '.',
      aside,
      join(root, 'bin'),
    ]
    for (const host of [linux, darwin])
      expect(proxyOf({ PATH: path.join(':') }, { host })).toBe('https://linked.example')
  })

  it('is found from bin/GOOS_GOARCH as well', () => {
    const goroot = makeGoroot(join(root, 'go'))
    write(join(goroot, 'bin/linux_arm64/go'), '', 0o755)
    expect(proxyOf({ PATH: join(goroot, 'bin/linux_arm64') })).toBe('https://packaged.example')
  })

  it('is that of GOROOT first, then PATH, the usual places, gv’s own toolchains', () => {
    const named = (name: string) => makeGoroot(join(root, name), `GOPROXY=https://${name}.example\n`)
    const env = { GOROOT: named('goroot'), PATH: join(named('path'), 'bin') }
    const more = { places: [named('usual')], gvGoroots: [named('own')] }
    expect(proxyOf(env, more)).toBe('https://goroot.example')
    rmSync(join(root, 'goroot'), { recursive: true })
    expect(proxyOf(env, more)).toBe('https://path.example')
    rmSync(join(root, 'path/go.env'))
    expect(proxyOf(env, more)).toBe('https://usual.example')
    rmSync(join(root, 'usual'), { recursive: true })
    expect(proxyOf(env, more)).toBe('https://own.example')
  })

  it('is that of the highest of several, by number', () => {
    for (const version of ['1.9', '1.22.9', '1.22.10', '1.21.13', '1.3', '1.10', '1.8.7', '1.22.8', '1.2']) {
      makeGoroot(join(root, `sdk/go${version}`), `GOPROXY=https://${version}.example\n`)
    }
    expect(proxyOf({}, { places: [join(root, 'sdk/*')] })).toBe('https://1.22.10.example')
  })
})

describe('files that are no settings', () => {
  it('are not waited for and not read without end', () => {
    const fifo = join(root, 'fifo')
    execFileSync('mkfifo', [fifo])
    symlinkSync('/dev/zero', join(root, 'zero'))
    for (const GOENV of [fifo, join(root, 'zero'), root, join(root, 'absent')]) {
      expect(settingsOf({ GOENV }).GOPROXY.from).toBe('default')
    }
  })

  it('are refused when too big, because GOPROXY=off may be in them', () => {
    const path = write(join(root, 'env'), `GOPROXY=off\n${'#'.repeat(70_000)}`)
    expect(() => settingsOf({ GOENV: path }).GOPROXY).toThrow(/settings of go in ".*env" cannot be read/)
    const exact = write(join(root, 'exact'), `GOPROXY=off\n${'#'.repeat(65_536 - 12)}`)
    expect(settingsOf({ GOENV: exact }).GOPROXY.value).toBe('off')
  })

  it('are not evaluated', () => {
    const GOENV = write(join(root, 'env'), 'GOPROXY=$(touch /tmp/gv-was-here)"x" # no comment\n')
    expect(settingsOf({ GOENV }).GOPROXY.value).toBe('$(touch /tmp/gv-was-here)"x" # no comment')
  })
})

describe('userEnvFilePath', () => {
  it('is in the folder for settings of each system', () => {
    const env = { HOME: '/h', XDG_CONFIG_HOME: '/x' }
    expect(userEnvFilePath(env, linux, '/')).toBe('/x/go/env')
    expect(userEnvFilePath(env, darwin, '/')).toBe('/h/Library/Application Support/go/env')
    expect(userEnvFilePath({ HOME: '/h', XDG_CONFIG_HOME: '' }, linux, '/')).toBe('/h/.config/go/env')
    expect(userEnvFilePath({ HOME: '/h', XDG_CONFIG_HOME: 'relative' }, linux, '/')).toBeUndefined()
    expect(userEnvFilePath({}, linux, '/')).toBeUndefined()
  })

  it('is what GOENV says', () => {
    expect(userEnvFilePath({ HOME: '/h', GOENV: 'off' }, linux, '/')).toBeUndefined()
    expect(userEnvFilePath({ HOME: '/h', GOENV: 'my/env' }, linux, '/w')).toBe('/w/my/env')
    expect(userEnvFilePath({ HOME: '/h', GOENV: '' }, linux, '/w')).toBe('/h/.config/go/env')
  })
})
