import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Context, Environment } from '../../src/context.ts'
import { systemStoreLayout } from '../../src/store/layout.ts'
import { adviceOn } from '../../src/system/advice.ts'
import { temporaryFolder } from '../store/unpacking.ts'

const silent = { write: () => true, isTTY: false, columns: 80 }
const isRoot = process.geteuid?.() === 0

/** A machine with a system store whose link leads to a Go; files by their path below it. */
function machine(files: Readonly<Record<string, string>>, os = 'linux', env: Environment = {}) {
  const root = temporaryFolder()
  const path = (...names: string[]) => join(root, ...names)
  const put = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), text.replaceAll('@', root))
    if (/\/bin\/go$/.test(name)) chmodSync(path(name), 0o755)
  }
  for (const [name, text] of Object.entries({ 'opt/go/go1.22.5/bin/go': '', 'usr/local/bin/x': '', ...files }))
    put(name, text)
  symlinkSync(path('opt/go/go1.22.5'), path('usr/local/go'))
  const all = { GV_SYSTEM_ROOT: path('opt/go'), GV_SYSTEM_LINK: path('usr/local/go'), HOME: path('home'), ...env }
  const context: Context = {
    env: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value?.replaceAll('@', root)])),
    cwd: root,
    home: path('home'),
    host: { os, arch: 'amd64' },
    stdout: silent,
    stderr: silent,
    now: () => new Date(0),
    signal: new AbortController().signal,
  }
  const advice = () =>
    adviceOn(context, systemStoreLayout(context), path('etc')).map((line) => line.replaceAll(root, '@'))
  return { path, advice }
}

const sudo = { SUDO_UID: '47111', PATH: '/usr/sbin:/usr/bin' }

describe('PATH', () => {
  test.each<[string, string, Record<string, string>, Environment]>([
    ['of a root shell has it', 'linux', {}, { PATH: '@/usr/local/go/bin:/usr/bin' }],
    [
      'of sessions on Linux has it by /etc/environment',
      'linux',
      { 'etc/environment': 'PATH="@/usr/local/go/bin:/x"\n' },
      sudo,
    ],
    [
      'has it by a profile',
      'linux',
      { 'etc/profile.d/go.sh': 'export PATH="$PATH:@/usr/local/go/bin"\n', 'etc/environment': 'PATH=/x' },
      sudo,
    ],
    [
      "has it by the installer's file on macOS",
      'darwin',
      { 'etc/paths': '/usr/local/bin-\n', 'etc/paths.d/go': '@/usr/local/go/bin\n' },
      sudo,
    ],
    ['has a link to it before it', 'linux', { 'etc/environment': 'PATH="@/links/bin:@/usr/local/go/bin"' }, sudo],
  ])('%s: nothing is said', (what, os, files, env) => {
    const { path, advice } = machine(files, os, env)
    if (what.includes('a link to it')) {
      mkdirSync(path('links/bin'), { recursive: true })
      symlinkSync('../../usr/local/go/bin/go', path('links/bin/go'))
    }
    expect(advice()).toEqual([])
  })

  test('without it is told, with the command that mends it', () => {
    expect(machine({ 'etc/environment': 'PATH=/x' }, 'linux', sudo).advice()).toEqual([
      `@/usr/local/go/bin is not in the PATH of new sessions: echo 'export PATH="$PATH:@/usr/local/go/bin"' | sudo tee /etc/profile.d/go.sh`,
    ])
    expect(machine({ 'etc/paths': '/x\n' }, 'darwin', sudo).advice()).toEqual([
      '@/usr/local/go/bin is not in the PATH of new sessions: echo @/usr/local/go/bin | sudo tee /etc/paths.d/go',
    ])
  })

  test('names what is found before it: path_helper puts /etc/paths before /etc/paths.d', () => {
    const files = {
      'etc/paths': '@/usr/local/bin\n/x\n',
      'etc/paths.d/go': '@/usr/local/go/bin\n',
      'usr/local/bin/go': '',
    }
    const { path, advice } = machine(files, 'darwin', sudo)
    chmodSync(path('usr/local/bin/go'), 0o644)
    expect(advice()).toEqual([])
    chmodSync(path('usr/local/bin/go'), 0o755)
    expect(advice()).toEqual([
      '@/usr/local/bin/go comes before @/usr/local/go/bin in PATH, and is what "go" means then',
    ])
  })
})

const withPath = { PATH: '@/usr/local/go/bin' }

describe('GOPATH', () => {
  test.each<[string, Environment, RegExp]>([
    [
      'within the Go that is linked',
      { GOPATH: '@/usr/local/go/path' },
      /^GOPATH @\/usr\/local\/go\/path: it lies where Go itself does/,
    ],
    ['the link itself', { GOPATH: '@/usr/local/go' }, /it lies where Go itself does/],
    ['within the store', { GOPATH: '@/home/a:@/opt/go/x' }, /^GOPATH @\/opt\/go\/x: it lies where Go itself does/],
    ['a relative path', { GOPATH: 'go' }, /^GOPATH go: it is not an absolute path/],
  ])('%s is told', (_what, env, says) => {
    expect(machine({}, 'linux', { ...withPath, ...env }).advice()).toEqual([expect.stringMatching(says)])
  })

  test('that everyone may write to is told, from the file of go env -w too', () => {
    const { path, advice } = machine({ 'home/.config/go/env': 'GOPATH=@/shared\n', 'shared/x': '' }, 'linux', withPath)
    expect(advice()).toEqual([])
    chmodSync(path('shared'), 0o777)
    expect(advice()).toEqual(['GOPATH @/shared: everyone may write to @/shared: chmod o-w @/shared'])
    chmodSync(path('shared'), 0o1777)
    expect(advice()).toEqual([])
  })

  test.skipIf(!isRoot)("of the user who called sudo is told when it is root's, also where sudo changed HOME", () => {
    const files = {
      'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nalice:x:47111:47111::@/home-alice:/bin/sh\n',
      'etc/environment': 'PATH=@/usr/local/go/bin',
      'home-alice/go/bin/x': '',
    }
    const { path, advice } = machine(files, 'linux', sudo)
    expect(advice()).toEqual([
      'GOPATH @/home-alice/go: @/home-alice/go belongs to root: sudo chown -R 47111 @/home-alice/go',
    ])
    chownSync(path('home-alice/go'), 47111, 47111)
    expect(advice()).toEqual([
      'GOPATH @/home-alice/go: @/home-alice/go/bin belongs to root: sudo chown -R 47111 @/home-alice/go',
    ])
    chownSync(path('home-alice/go/bin'), 47111, 47111)
    expect(advice()).toEqual([])
  })
})
