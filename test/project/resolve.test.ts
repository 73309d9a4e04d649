import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { logicalFolder } from '../../src/project/folders.ts'
import type { Resolution } from '../../src/project/resolution.ts'
import { requirementIn, resolveGo } from '../../src/project/resolve.ts'
import { versionOf } from '../support/versions.ts'
import { type InputChanges, inputFor } from './input.ts'
import { makeTree, type Tree } from './tree.ts'

const installed = ['1.20.14', '1.21.3', '1.22.5', '1.22.12', '1.23.4', '1.24rc1']

/** `VERSION by FILE:LINE` with FILE from the root; `none of SPEC` where nothing installed will do. */
function shown(resolution: Resolution, root: string): string {
  const { version, source, spec } = resolution
  const place = source.file === undefined ? source.kind : `${source.file.replace(`${root}/`, '')}:${source.line}`
  if (resolution.installed) return `${version?.text ?? 'a go'} by ${place}`
  return `none of ${spec} by ${place}`
}

function resolved(tree: Tree, cwd: string, changes: InputChanges = {}): string {
  const root = makeTree(tree)
  const home = changes.home === undefined ? {} : { home: join(root, changes.home) }
  return shown(resolveGo(inputFor(join(root, cwd), { installed, ...changes, ...home })), root)
}

describe('who decides', () => {
  const tree: Tree = {
    'h/.tool-versions': 'golang 1.20.14',
    'h/p/.go-version': '1.21.3',
    'h/p/m/go.mod': 'module m\ngo 1.22.5',
    'h/q/m/go.mod': 'module m\ngo 1.22.5',
    'h/q/w/go.work': '\ngo 1.23.4',
    'h/q/w/m/go.mod': 'module m\ngo 1.22.5',
    'h/go.mod': 'module h\ngo 1.23.4',
    'o/m/go.mod': 'module m\ngo 1.22.5',
    'o/x': null,
  }

  it.each<[string, InputChanges, string]>([
    ['h/p/m', { asked: '1.22', env: { GV_VERSION: '1.20' } }, '1.22.12 by argument'],
    ['h/p/m', { env: { GV_VERSION: '1.20' } }, '1.20.14 by environment'],
    ['h/p/m', { env: { GV_VERSION: '' } }, '1.21.3 by h/p/.go-version:1'],
    ['h/p/m', { current: '1.23.4' }, '1.21.3 by h/p/.go-version:1'],
    ['h/q/m', { current: '1.23.4' }, '1.22.5 by h/q/m/go.mod:2'],
    ['h/q/w/m', {}, '1.23.4 by h/q/w/go.work:2'],
    ['h/q/w/m', { settings: { GOWORK: 'off' } }, '1.22.5 by h/q/w/m/go.mod:2'],
    ['h/q', {}, '1.23.4 by h/go.mod:2'],
    ['h', {}, '1.23.4 by h/go.mod:2'],
    ['h', { settings: { GO111MODULE: 'off' } }, '1.20.14 by h/.tool-versions:1'],
    ['h/q/m', { settings: { GO111MODULE: 'nonsense' } }, '1.20.14 by h/.tool-versions:1'],
    ['h/q/m', { settings: { GO111MODULE: 'auto' } }, '1.22.5 by h/q/m/go.mod:2'],
    ['o/m', {}, '1.22.5 by o/m/go.mod:2'],
    ['o/x', { current: '1.23.4' }, '1.20.14 by h/.tool-versions:1'],
  ])('in %s with %j: %s', (cwd, changes, expected) => {
    expect(resolved(tree, cwd, { home: 'h', ...changes })).toBe(expected)
  })

  it.each<[string, Tree, string, InputChanges, string]>([
    ['above $HOME, below it', { '.go-version': '1.21', 'h/p': null }, 'h/p', { home: 'h' }, '1.21.3 by .go-version:1'],
    [
      'above $HOME, after modules',
      { '.go-version': '1.21', 'h/go.mod': 'go 1.22' },
      'h',
      { home: 'h' },
      '1.22.12 by h/go.mod:1',
    ],
    [
      '$HOME before what is above',
      { '.go-version': '1.21', 'h/.go-version': '1.22' },
      'h',
      { home: 'h' },
      '1.22.12 by h/.go-version:1',
    ],
    [
      'outside $HOME, folders above count',
      { 'o/.go-version': '1.21', 'o/p/q/go.mod': 'go 1.22', h: null },
      'o/p/q',
      { home: 'h' },
      '1.21.3 by o/.go-version:1',
    ],
    [
      'outside $HOME, its parents do not',
      { 'x/.go-version': '1.21', 'x/h': null, o: null },
      'o',
      { home: 'x/h', current: '1.22.5' },
      '1.22.5 by default',
    ],
    ['no $HOME at all', { 'o/.go-version': '1.21' }, 'o', { home: 'gone' }, '1.21.3 by o/.go-version:1'],
  ])('%s', (_, tree, cwd, changes, expected) => {
    expect(resolved(tree, cwd, changes)).toBe(expected)
  })

  it('knows $HOME as a file, not as text', () => {
    const root = makeTree({
      'real/.go-version': '1.20',
      'real/p/go.mod': 'go 1.22.5',
      home: { link: 'real' },
      other: { link: 'real/p' },
    })
    const at = (cwd: string, changes: InputChanges) => shown(resolveGo(inputFor(cwd, { installed, ...changes })), root)
    expect(at(join(root, 'real/p'), { home: join(root, 'home') })).toBe('1.22.5 by real/p/go.mod:1')
    expect(at(join(root, 'real'), { home: join(root, 'home') })).toBe('1.20.14 by real/.go-version:1')
  })

  it('comes at last to the default, to the Go of the machine, to nobody', () => {
    const root = makeTree({})
    const findSystemGo = () => ({ program: '/usr/bin/go', goroot: '/usr/lib/go', version: versionOf('1.19.8') })
    expect(shown(resolveGo(inputFor(root, { current: '1.22.5', findSystemGo })), root)).toBe('1.22.5 by default')
    expect(resolveGo(inputFor(root, { findSystemGo }))).toMatchObject({ program: '/usr/bin/go', goroot: '/usr/lib/go' })
    expect(shown(resolveGo(inputFor(root, { findSystemGo })), root)).toBe('1.19.8 by system')
    expect(resolveGo(inputFor(root))).toMatchObject({ spec: null, version: null, installed: false, wanted: null })
  })
})

describe('the folders that count', () => {
  it('are those of $PWD, where that is the working directory', () => {
    const root = makeTree({
      'real/p/.keep': '',
      'real/.go-version': '1.21',
      'ways/.go-version': '1.22.5',
      'ways/p': { link: '../real/p' },
    })
    const cwd = join(root, 'real/p')
    const by = (PWD: string | undefined) => shown(resolveGo(inputFor(cwd, { env: { PWD }, installed })), root)
    expect(by(join(root, 'ways/p'))).toBe('1.22.5 by ways/.go-version:1')
    expect(by(join(root, 'ways/p/'))).toBe('1.22.5 by ways/.go-version:1')
    expect(by(join(root, 'ways'))).toBe('1.21.3 by real/.go-version:1')
    expect(by('ways/p')).toBe('1.21.3 by real/.go-version:1')
    expect(by('/gone')).toBe('1.21.3 by real/.go-version:1')
    expect(by(undefined)).toBe('1.21.3 by real/.go-version:1')
  })

  it('are not those of a relative $PWD', () => {
    expect(logicalFolder(process.cwd(), { PWD: '.' })).toBe(process.cwd())
  })

  it('are cleaned as text, like go does', () => {
    const root = makeTree({ 'a/b/.go-version': '1.21', 'a/c': { link: 'b' }, 'a/.go-version': '1.22.5' })
    const PWD = `${root}/a//b/./../b`
    expect(shown(resolveGo(inputFor(join(root, 'a/b'), { env: { PWD }, installed })), root)).toBe(
      '1.21.3 by a/b/.go-version:1',
    )
  })

  it('have no go.mod in $TMPDIR itself', () => {
    const root = makeTree({
      't/go.mod': 'go 1.22',
      't/x': null,
      't/m/go.mod': 'go 1.21',
      link: { link: 't' },
      'go.mod': 'go 1.20',
    })
    const by = (cwd: string, TMPDIR: string, GO111MODULE = '') =>
      requirementIn({
        cwd: join(root, cwd),
        env: { TMPDIR: join(root, TMPDIR) },
        settings: { GOWORK: '', GO111MODULE, GOTOOLCHAIN: '' },
        installed: [],
      })?.text
    expect(by('t/x', 't')).toBeUndefined()
    expect(by('t/x', 't/')).toBeUndefined()
    expect(by('t', 'link')).toBeUndefined()
    expect(by('t/x', 't', 'auto')).toBeUndefined()
    expect(by('t/m', 't')).toBe('1.21')
    expect(by('t/x', 'gone')).toBe('1.22')
    expect(by('t/x', '')).toBe('1.22')
  })
})

describe('go.work', () => {
  it('does not count for what lies in a GOROOT below it, as for cmd/go', () => {
    const root = makeTree({
      'go.work': 'go 1.24',
      'goroot/go.work': 'go 1.23',
      'goroot/src/go.mod': 'go 1.22',
      'goroot/src/fmt': null,
      'other/go.mod': 'go 1.21',
    })
    const goroot = { version: versionOf('1.22.5'), goroot: join(root, 'goroot') }
    const by = (cwd: string) =>
      requirementIn({ cwd: join(root, cwd), env: {}, settings: inputFor('/').settings, installed: [goroot] })?.text
    expect(by('goroot/src/fmt')).toBe('1.22')
    // Source: findWorkspaceFile looks into the folder where it begins, whatever that is.
    expect(by('goroot')).toBe('1.23')
    expect(by('other')).toBe('1.24')
  })

  it.each<[string, Tree, InputChanges, string]>([
    [
      'counts for a module it does not use',
      { 'go.work': 'go 1.23.4', 'm/go.mod': 'go 1.22' },
      {},
      '1.23.4 by go.work:1',
    ],
    [
      'keeps go.mod from being read, though it asks for nothing',
      { 'go.work': 'use ./m', 'm/go.mod': 'go 1.22' },
      {},
      '1.20.14 by default',
    ],
    [
      'that is a folder is passed over, as by go',
      { 'go.work': null, 'm/go.mod': 'go 1.22' },
      {},
      '1.22.12 by m/go.mod:1',
    ],
    [
      'named by GOWORK but missing',
      { 'm/go.mod': 'go 1.22' },
      { settings: { GOWORK: '/gone/go.work' } },
      '1.22.12 by m/go.mod:1',
    ],
    [
      'is not looked for where modules are off',
      { 'go.work': 'go 1.23.4', m: null },
      { settings: { GO111MODULE: 'auto' } },
      '1.20.14 by default',
    ],
    ['with a toolchain', { 'm/go.work': 'go 1.21\n\ntoolchain go1.22.5' }, {}, '1.22.5 by m/go.work:3'],
  ])('%s', (_, tree, changes, expected) => {
    expect(resolved(tree, 'm', { current: '1.20.14', ...changes })).toBe(expected)
  })

  it('is named by GOWORK wherever it is', () => {
    const root = makeTree({ 'x/own.work': 'go 1.21', 'm/go.mod': 'go 1.22' })
    const settings = { GOWORK: join(root, 'x/own.work') }
    expect(shown(resolveGo(inputFor(join(root, 'm'), { installed, settings })), root)).toBe('1.21.3 by x/own.work:1')
  })

  it('is not named by a relative GOWORK', () => {
    expect(() => resolved({ m: null }, 'm', { settings: { GOWORK: 'go.work' } })).toThrow(/GOWORK is "go.work"/)
  })
})

describe('a pin', () => {
  it.each<[string, Tree, string]>([
    [
      '.tool-versions comes first',
      { '.tool-versions': 'golang 1.21', '.go-version': '1.22' },
      '1.21.3 by .tool-versions:1',
    ],
    [
      '.tool-versions without Go is passed over',
      { '.tool-versions': 'nodejs 20\n', '.go-version': '1.22' },
      '1.22.12 by .go-version:1',
    ],
    [
      'an empty one is none',
      { '.tool-versions': '', 'p/.go-version': '# soon\n', '.go-version': 'v1.22.5' },
      '1.22.5 by .go-version:1',
    ],
    [
      'the first of several that is installed',
      { '.tool-versions': '\n\ngolang 1.22.9 1.19 1.21.3 1.23' },
      '1.21.3 by .tool-versions:3',
    ],
    ['else the first', { '.tool-versions': 'go 1.22.9 1.19' }, 'none of 1.22.9 by .tool-versions:1'],
    ['a range with blanks', { '.go-version': '>=1.21 <1.23' }, '1.22.12 by .go-version:1'],
    ['a line picks no pre-release', { '.go-version': '1.24' }, 'none of 1.24 by .go-version:1'],
    ['a pre-release', { '.go-version': '1.24.0-rc.1' }, '1.24rc1 by .go-version:1'],
    ['latest', { '.go-version': 'latest' }, '1.23.4 by .go-version:1'],
    ['oldstable', { '.go-version': 'oldstable' }, '1.22.12 by .go-version:1'],
    ['a link to a file', { 'x/pin': '1.21', '.go-version': { link: 'x/pin' } }, '1.21.3 by .go-version:1'],
  ])('%s', (_, tree, expected) => {
    expect(resolved({ p: null, ...tree }, 'p')).toBe(expected)
  })

  it.each<[string, string, string]>([
    ['.tool-versions', 'nodejs 20\ngolang 1.22.5 nonsense\n', '/.tool-versions:2: "nonsense" is not a version of Go'],
    ['.tool-versions', 'golang >= 1.21', '/.tool-versions:1: ">=" is not a version of Go'],
    ['.tool-versions', '\ngolang\n', '/.tool-versions:2: no version follows "golang"'],
    ['.tool-versions', 'golang ref:master', '/.tool-versions:1: "ref:master" is not allowed in a project'],
    ['.go-version', 'path:/opt/evil', '/.go-version:1: "path:/opt/evil" is not allowed in a project'],
    ['.go-version', '1.22.5-custom', '/.go-version:1: "1.22.5-custom" is not a version of Go'],
    ['.go-version', '# x\n1.22\n1.21\n', '/.go-version:3: one version'],
    ['.go-version', '../../../evil', '"../../../evil" is not a version of Go'],
    ['.go-version', '\u001b[2J\u202e1.22', '"\\x1b[2J\\u202e1.22" is not a version of Go'],
  ])('in %s %j is an error, never the next source', (name, text, message) => {
    const tree = { '.go-version': '1.22', [`p/${name}`]: text, 'p/go.mod': 'go 1.22' }
    expect(() => resolved(tree, 'p', { current: '1.22.5' })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
    )
  })
})

describe('a requirement', () => {
  it.each<[string, InputChanges, string]>([
    ['go 1.22.5', {}, '1.22.5 by go.mod:1'],
    ['go 1.22.6', {}, '1.22.12 by go.mod:1'],
    ['go 1.22.13', {}, 'none of 1.22.13 by go.mod:1'],
    ['go 1.22', {}, '1.22.12 by go.mod:1'],
    ['go 1.19', {}, 'none of 1.19 by go.mod:1'],
    ['go 1.24', {}, 'none of 1.24 by go.mod:1'],
    ['go 1.21\ntoolchain go1.22.5-custom', {}, '1.22.5 by go.mod:2'],
    ['go 1.21', { current: '1.23.4' }, '1.21.3 by go.mod:1'],
    ['go 1.21', { current: '1.23.4', gomod: 'minimum' }, '1.23.4 by default'],
    ['go 1.23.4', { current: '1.23.4', gomod: 'minimum' }, '1.23.4 by default'],
    ['go 1.23', { current: '1.22.5', gomod: 'minimum' }, '1.23.4 by go.mod:1'],
    ['go 1.23', { gomod: 'minimum' }, '1.23.4 by go.mod:1'],
  ])('%j with %j: %s', (text, changes, expected) => {
    expect(resolved({ 'go.mod': text }, '', changes)).toBe(expected)
  })

  it('is what is to be installed where nothing suits, with what would do in its place', () => {
    const root = makeTree({ 'go.mod': 'go 1.22.13' })
    expect(resolveGo(inputFor(root, { installed }))).toMatchObject({
      version: { text: '1.22.13' },
      installed: false,
      program: null,
      wanted: { kind: 'exact' },
      substitute: { version: { text: '1.23.4' } },
      reason: 'go.mod:1 asks for go >= 1.22.13; 1.22.13 is not installed, but 1.23.4 is',
    })
    const line = makeTree({ 'go.mod': 'go 1.19' })
    expect(resolveGo(inputFor(line, { installed: ['1.18.1'] }))).toMatchObject({
      version: null,
      wanted: { kind: 'line', text: '1.19' },
      substitute: undefined,
      reason: 'go.mod:1 asks for go >= 1.19; no 1.19 is installed',
    })
  })

  it('in broken syntax is an error that names file and line', () => {
    const broken = { 'h/.go-version': '1.22', 'h/p/go.mod': 'module m\ngo 1.22\nrequire (\n' }
    expect(() => resolved(broken, 'h/p', { home: 'h' })).toThrow(/h\/p\/go.mod:4: the block of line 3 does not end$/)
    expect(() => resolved({ 'go.work': 'go "1.22"' }, '')).toThrow(/go.work:1: "\\"1.22\\"" is not a version/)
  })

  it('does not matter where a pin decides, broken or not', () => {
    expect(resolved({ 'p/.go-version': '1.22', 'p/go.mod': 'go (' }, 'p')).toBe('1.22.12 by p/.go-version:1')
  })
})

describe('a spec of the user', () => {
  it('may be a path or the Go of the machine', () => {
    const root = makeTree({ 'x/bin/go': '#!/bin/sh\n', 'x/VERSION': 'go1.19.8\ntime 2023\n' })
    chmodSync(join(root, 'x/bin/go'), 0o755)
    const path = resolveGo(inputFor(root, { asked: `path:${root}/x` }))
    expect(path).toMatchObject({
      version: { text: '1.19.8' },
      installed: true,
      goroot: `${root}/x`,
      program: `${root}/x/bin/go`,
    })
    const gone = resolveGo(inputFor(root, { env: { GV_VERSION: `path:${root}/y` } }))
    expect(gone).toMatchObject({ installed: false, version: null, wanted: { kind: 'path' } })
    const findSystemGo = () => ({ program: '/usr/bin/go', goroot: undefined, version: undefined })
    const system = resolveGo(inputFor(root, { asked: 'system', findSystemGo }))
    expect(system).toMatchObject({
      program: '/usr/bin/go',
      goroot: null,
      version: null,
      installed: true,
      spec: 'system',
    })
  })

  it('that cannot be read is an error that says whose it is', () => {
    const root = makeTree({})
    const usage = (message: string) =>
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) })
    expect(() => resolveGo(inputFor(root, { env: { GV_VERSION: '1.22.5-x' } }))).toThrow(
      usage('^GV_VERSION: "1.22.5-x" is'),
    )
    expect(() => resolveGo(inputFor(root, { asked: 'nonsense' }))).toThrow(usage('^"nonsense" is'))
    expect(() => resolveGo(inputFor(root, { asked: '' }))).toThrow(usage('^"" is'))
  })
})

describe('a warning', () => {
  const warningsOf = (tree: Tree, changes: InputChanges = {}) =>
    resolveGo(inputFor(makeTree(tree), { installed, ...changes })).warnings

  it.each<[Tree, InputChanges, readonly string[]]>([
    [
      { '.go-version': '1.22.5', 'go.mod': 'module m\n\ngo 1.23.0' },
      {},
      [
        'go.mod:3 asks for go >= 1.23.0, but .go-version:1 pins 1.22.5: go will switch to 1.23.0, which gv does not have',
      ],
    ],
    [
      { '.tool-versions': 'golang 1.22', 'go.work': 'go 1.21\ntoolchain go1.23.4' },
      {},
      ['go.work:2 asks for go >= 1.23.4, but .tool-versions:1 pins 1.22: go will switch to 1.23.4, which gv has'],
    ],
    [
      { 'go.mod': 'go 1.23' },
      { env: { GV_VERSION: '1.22.5' } },
      ['go.mod:1 asks for go >= 1.23, but GV_VERSION says 1.22.5: go will switch to 1.23.0, which gv does not have'],
    ],
    [
      { 'go.mod': 'go 1.23' },
      { asked: '1.22.99' },
      ['go.mod:1 asks for go >= 1.23, but you asked for 1.22.99: go will switch to 1.23.0, which gv does not have'],
    ],
    [
      { 'go.mod': 'go 1.23' },
      { asked: '1.20' },
      ['go.mod:1 asks for go >= 1.23, but you asked for 1.20: go 1.20 is too old to switch by itself'],
    ],
    [
      { 'go.mod': 'go 1.23\ntoolchain default' },
      { asked: '1.22' },
      ['go.mod:1 asks for go >= 1.23, but you asked for 1.22: go will refuse, because of its line "toolchain default"'],
    ],
    [
      { 'go.mod': 'go 1.23' },
      { asked: '1.22', settings: { GOTOOLCHAIN: 'local' } },
      ['go.mod:1 asks for go >= 1.23, but you asked for 1.22: go will refuse, because of GOTOOLCHAIN=local'],
    ],
    [{ 'go.mod': 'go 1.22.12', '.go-version': '1.22' }, {}, []],
    [{ 'go.mod': 'go 1.24', '.go-version': '1.24rc1' }, {}, []],
    [{ 'go.mod': 'go 1.23', '.go-version': '1.22' }, { settings: { GO111MODULE: 'off' } }, []],
    [{ 'go.mod': 'go 1.23.0', '.go-version': '1.22.x' }, { installed: [] }, []],
  ])('%j with %j', (tree, changes, expected) => {
    expect(warningsOf(tree, changes)).toEqual(expected)
  })
})
