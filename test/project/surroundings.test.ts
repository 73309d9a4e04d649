import { chmodSync, chownSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Context, Environment } from '../../src/context.ts'
import { resolveGo } from '../../src/project/resolve.ts'
import { surroundingsOf } from '../../src/project/surroundings.ts'
import { findSystemGo } from '../../src/project/system-go.ts'
import { makeTree, type Tree } from './tree.ts'

const silent = { write: () => true, isTTY: false, columns: 80 }

function contextIn(root: string, env: Environment = {}): Context {
  return {
    env: { GV_SYSTEM_ROOT: join(root, 'opt'), GV_SYSTEM_LINK: join(root, 'link'), ...env },
    cwd: join(root, 'home/p'),
    home: join(root, 'home'),
    host: { os: 'linux', arch: 'amd64' },
    stdout: silent,
    stderr: silent,
    now: () => new Date(0),
    signal: new AbortController().signal,
  }
}

const machine: Tree = {
  'home/p': null,
  'home/.gv/versions/go1.21.3': null,
  'home/.gv/versions/go1.22.5': null,
  'home/.gv/versions/go1.23.1.darwin-arm64': null,
  'home/.gv/current': { link: 'versions/go1.21.3' },
  'opt/go1.22.5': null,
  'opt/go1.23.4': null,
}

describe('surroundingsOf', () => {
  it("sees the user's store, then the system's, and only toolchains that run here", () => {
    const root = makeTree(machine)
    const { installed, current, notes } = surroundingsOf(contextIn(root))
    expect(installed.map(({ goroot }) => goroot.slice(root.length + 1))).toEqual([
      'home/.gv/versions/go1.22.5',
      'home/.gv/versions/go1.21.3',
      'opt/go1.23.4',
      'opt/go1.22.5',
    ])
    expect(current?.goroot).toBe(join(root, 'home/.gv/versions/go1.21.3'))
    expect(notes).toEqual([])
  })

  it.each<[string, Tree]>([
    ['leads nowhere', { 'home/.gv/current': { link: 'versions/go1.9' } }],
    ['leads elsewhere', { 'home/.gv/current': { link: '../p' } }],
    ['is a folder', { 'home/.gv/current': null }],
    ['is not there', {}],
  ])('has no default where current %s', (_, tree) => {
    const { 'home/.gv/current': _link, ...others } = machine
    expect(surroundingsOf(contextIn(makeTree({ ...others, ...tree }))).current).toBeUndefined()
  })

  it('may have a default in the system store', () => {
    const root = makeTree({ ...machine, 'home/.gv/current': { link: '../../opt/go1.23.4' } })
    expect(surroundingsOf(contextIn(root)).current?.version.text).toBe('1.23.4')
  })

  it('hears what the user told go, in the environment or by go env -w', () => {
    const root = makeTree({ ...machine, 'home/.config/go/env': 'GOWORK=off\nGO111MODULE=auto\nGOTOOLCHAIN=local\n' })
    const home = { HOME: join(root, 'home') }
    expect(surroundingsOf(contextIn(root, home)).settings).toEqual({
      GOWORK: 'off',
      GO111MODULE: 'auto',
      GOTOOLCHAIN: 'local',
    })
    const env = { ...home, GOWORK: '/x/go.work', GO111MODULE: '' }
    expect(surroundingsOf(contextIn(root, env)).settings).toMatchObject({ GOWORK: '/x/go.work', GO111MODULE: 'auto' })
    expect(surroundingsOf(contextIn(root, { ...home, GOENV: 'off' })).settings.GOWORK).toBe('')
  })

  it('refuses a store that others may write, and passes over such a system store with a word', () => {
    const root = makeTree(machine)
    chmodSync(join(root, 'opt'), 0o777)
    expect(surroundingsOf(contextIn(root)).installed).toHaveLength(2)
    const { warnings } = resolveGo(surroundingsOf(contextIn(root)))
    expect(warnings).toEqual([`the system store ${root}/opt was passed over: anyone may write into it`])
    chmodSync(join(root, 'home/.gv'), 0o777)
    expect(() => surroundingsOf(contextIn(root))).toThrow(/the store .*\.gv is not used/)
    expect(surroundingsOf(contextIn(root), { trustsSharedFiles: true }).installed).toHaveLength(4)
  })

  it("refuses a stranger's store", ({ skip }) => {
    if (process.geteuid?.() !== 0) return skip('only root can give files away')
    const root = makeTree(machine)
    chownSync(join(root, 'home/.gv'), 54321, 54321)
    expect(() => surroundingsOf(contextIn(root))).toThrow(
      expect.objectContaining({ code: 'storage', reason: 'it belongs to another user (uid 54321)' }),
    )
  })

  it('works where there is nothing yet', () => {
    const root = makeTree({ 'home/p': null })
    expect(resolveGo(surroundingsOf(contextIn(root)))).toMatchObject({ source: { kind: 'none' }, installed: false })
  })
})

describe('findSystemGo', () => {
  const shim = '#!/bin/dash\n# gv shim: runs the Go of the folder you are in\n'
  const goroot = (path: string, version: string): Tree => ({
    [`${path}/bin/go`]: '#!/bin/sh\n',
    [`${path}/VERSION`]: `go${version}\ntime x\n`,
    [`${path}/pkg/tool/x`]: '',
  })

  function machineWith(tree: Tree, path: readonly string[]) {
    const root = makeTree(tree)
    for (const [name, content] of Object.entries(tree))
      if (typeof content === 'string') chmodSync(join(root, name), 0o755)
    const env = {
      PATH: path
        .map((folder) => (folder.startsWith('./') ? relative(process.cwd(), join(root, folder)) : join(root, folder)))
        .join(':'),
    }
    const go = findSystemGo({ env, systemLink: join(root, 'link'), storeRoot: join(root, 'store') })
    return (
      go && {
        ...go,
        program: go.program.replace(`${root}/`, ''),
        goroot: go.goroot?.replace(`${root}/`, ''),
        version: go.version?.text,
      }
    )
  }

  it.each<[string, Tree, readonly string[], object | undefined]>([
    ['nothing', {}, ['bin'], undefined],
    [
      'the link first',
      { ...goroot('x', '1.19'), link: { link: 'x' }, ...goroot('y', '1.20') },
      ['y/bin'],
      { program: 'link/bin/go', version: '1.19' },
    ],
    [
      'no folder in its place',
      { ...goroot('link', '1.19'), ...goroot('y', '1.20') },
      ['y/bin'],
      { program: 'y/bin/go', goroot: 'y', version: '1.20' },
    ],
    ['not a dangling link', { link: { link: 'gone' }, ...goroot('y', '1.20') }, ['y/bin'], { version: '1.20' }],
    [
      'behind a link in PATH',
      { 'usr/bin/go': { link: '../../y/bin/go' }, ...goroot('y', '1.20') },
      ['usr/bin'],
      { program: 'usr/bin/go', goroot: 'y' },
    ],
    [
      'a wrapper',
      { 'usr/bin/go': '#!/bin/sh\nexec x\n' },
      ['usr/bin'],
      { program: 'usr/bin/go', goroot: undefined, version: undefined },
    ],
    [
      'no shim, of whatever gv',
      { 'other/shims/go': shim, ...goroot('y', '1.20') },
      ['other/shims', 'y/bin'],
      { version: '1.20' },
    ],
    ['no link to a shim', { 'other/shims/go': shim, 'bin/go': { link: '../other/shims/go' } }, ['bin'], undefined],
    [
      'nothing of the own store',
      { ...goroot('store/versions/go1.22.5', '1.22.5'), 'bin/go': { link: '../store/versions/go1.22.5/bin/go' } },
      ['store/versions/go1.22.5/bin', 'bin'],
      undefined,
    ],
    ['no relative entry', goroot('y', '1.20'), ['./', './y/bin'], undefined],
    [
      'a build of its own',
      { ...goroot('y', '1.20'), 'y/VERSION': 'devel go1.24-abc\n' },
      ['y/bin'],
      { goroot: 'y', version: undefined },
    ],
  ])('finds %s', (_, tree, path, expected) => {
    const go = machineWith(tree, path)
    if (expected === undefined) expect(go).toBeUndefined()
    else expect(go).toMatchObject(expected)
  })
})
