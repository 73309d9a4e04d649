import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { resolveGo } from '../../src/project/resolve.ts'
import { type InputChanges, inputFor } from './input.ts'
import { makeTree } from './tree.ts'

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

/** Each makes something at a path that is there but no use. */
const faults: Readonly<Record<string, (path: string) => void>> = {
  'UTF-16 with a mark': (path) => writeFileSync(path, utf16('golang 1.22.5\n')),
  'UTF-16, big-endian': (path) => writeFileSync(path, utf16('golang 1.22.5\n').swap16()),
  'UTF-16 without a mark': (path) => writeFileSync(path, Buffer.from('golang 1.22.5\n', 'utf16le')),
  'the mark of UTF-16 alone': (path) => writeFileSync(path, utf16('')),
  'a NUL': (path) => writeFileSync(path, 'golang 1.22.5\n\0'),
  'a folder': (path) => mkdirSync(path),
  'a FIFO': (path) => execFileSync('mkfifo', [path]),
  'a link to a FIFO': (path) => {
    execFileSync('mkfifo', [`${path}.fifo`])
    symlinkSync(`${path}.fifo`, path)
  },
  'a device': (path) => symlinkSync('/dev/zero', path),
  'a loop': (path) => symlinkSync(path, path),
  'a dangling link': (path) => symlinkSync('gone', path),
  'a line of 10 MB': (path) => writeFileSync(path, `golang ${'1'.repeat(1e7)}`),
  'a million lines': (path) => writeFileSync(path, 'nodejs 20\n'.repeat(1e6)),
  'a long spec': (path) => writeFileSync(path, `golang ${'1'.repeat(60_000)}`),
  'ten thousand fall-backs': (path) => writeFileSync(path, `golang 1.22.5 ${'1.22.5 '.repeat(8000)} y`),
  'escape sequences': (path) => writeFileSync(path, 'golang \u001b]0;x\u0007\u202e\u009b31m'),
}

/** RELIABILITY.md, line 25, says one second; a machine that runs other tests as well gets five. */
const answerLimitMs = 5000

function failure(cwd: string, changes: InputChanges = {}): GvError {
  const start = performance.now()
  try {
    resolveGo(inputFor(cwd, { installed: ['1.22.5', '1.23.4'], current: '1.23.4', ...changes }))
  } catch (error) {
    expect(performance.now() - start).toBeLessThan(answerLimitMs)
    if (error instanceof GvError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe.each(['.tool-versions', '.go-version'])('%s', (name) => {
  it.each(Object.entries(faults))('that is or has %s is named, and nothing takes its place', (_, make) => {
    const root = makeTree({ 'p/q/go.mod': 'go 1.22', '.go-version': '1.22.5' })
    make(join(root, 'p', name))
    const { message, reason = '' } = failure(join(root, 'p/q'))
    expect(message).toContain(join(root, 'p', name))
    expect(`${message} ${reason}`.length).toBeLessThan(300)
    expect(`${message} ${reason}`).toMatch(/^[\u0020-\u007e\u2026]*$/)
  })

  it('that may not be read is named', ({ skip }) => {
    const root = makeTree({ [name]: 'golang 1.22.5' })
    chmodSync(join(root, name), 0)
    asOrdinaryUser(skip, root, () => {
      expect(failure(root)).toMatchObject({ code: 'storage', reason: 'you may not read it' })
    })
  })

  it('that is a socket is named', async () => {
    const root = makeTree({})
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(root, name), resolve))
    onTestFinished(() => void server.close())
    expect(failure(root)).toMatchObject({ code: 'storage', reason: 'it is a socket' })
  })

  it('in a folder that may not be searched is not there', ({ skip }) => {
    const root = makeTree({ [`a/${name}`]: 'golang 1.22.5', 'a/b/c': null })
    chmodSync(join(root, 'a'), 0)
    onTestFinished(() => chmodSync(join(root, 'a'), 0o755))
    asOrdinaryUser(skip, root, () => {
      const { source } = resolveGo(inputFor(join(root, 'a/b/c'), { current: '1.23.4' }))
      expect(source.kind).toBe('default')
    })
  })
})

describe.each(['go.mod', 'go.work'])('%s', (name) => {
  it.each([
    ['a FIFO', faults['a FIFO'], 'it is a FIFO'],
    ['a device', faults['a device'], 'it is a device'],
    [
      'a megabyte and more',
      (path: string) => writeFileSync(path, '// x\n'.repeat(3e5)),
      'it is longer than 1048576 bytes',
    ],
  ])('that is %s is named', (_, make, reason) => {
    const root = makeTree({ p: null, 'go.mod': 'go 1.22' })
    make?.(join(root, 'p', name))
    expect(failure(join(root, 'p'))).toMatchObject({ message: `${join(root, 'p', name)} cannot be used`, reason })
  })

  it.each([
    ['UTF-16', faults['UTF-16 with a mark'], 'unexpected character'],
    ['a mark of UTF-8', (path: string) => writeFileSync(path, '\ufeffmodule m\ngo 1.22\n'), 'unexpected character'],
    ['a megabyte of quotes', (path: string) => writeFileSync(path, '"'.repeat(1e6 + 1)), 'a string does not end'],
  ])('with %s is an error, as for go', (_, make, message) => {
    const root = makeTree({ 'go.mod/x': null })
    make?.(join(root, 'go.mod/x', name))
    const failed = failure(join(root, 'go.mod/x'))
    expect(failed.message).toContain(`${name}:1: ${message}`)
    expect(failed.message.length).toBeLessThan(300)
  })

  it.each(['a folder', 'a loop', 'a dangling link'])('that is %s is passed over, as by go', (fault) => {
    const root = makeTree({ p: null, 'go.mod': 'go 1.22' })
    faults[fault]?.(join(root, 'p', name))
    expect(resolveGo(inputFor(join(root, 'p'), { installed: ['1.22.5'] })).source).toMatchObject({
      file: join(root, 'go.mod'),
    })
  })
})

describe('on a shared host, a pin above the working directory', () => {
  const stranger = 54321

  /** `/shared/.go-version` and below it a project of the user's own. */
  function sharedTree() {
    const root = makeTree({
      'shared/.go-version': '1.22.5',
      'shared/mine/p': null,
      'home/p': null,
      'home/.go-version': '1.22.5',
    })
    return { root, pin: join(root, 'shared/.go-version'), cwd: join(root, 'shared/mine/p'), home: join(root, 'home') }
  }

  const decide = (cwd: string, changes: InputChanges = {}) => {
    const { source, warnings } = resolveGo(inputFor(cwd, { installed: ['1.22.5'], current: '1.22.5', ...changes }))
    return { kind: source.kind, warnings }
  }

  it('is passed over with a word where anyone may write it', () => {
    const { pin, cwd } = sharedTree()
    expect(decide(cwd)).toEqual({ kind: 'pin', warnings: [] })
    chmodSync(pin, 0o666)
    expect(decide(cwd)).toEqual({ kind: 'default', warnings: [`${pin} was passed over: anyone may write it`] })
    expect(decide(cwd, { trustsSharedFiles: true })).toEqual({ kind: 'pin', warnings: [] })
    expect(decide(dirname(pin))).toEqual({ kind: 'pin', warnings: [] })
    mkdirSync(join(dirname(pin), '.git'))
    expect(decide(cwd)).toEqual({ kind: 'pin', warnings: [] })
  })

  it('is passed over with a word where it belongs to a stranger', ({ skip }) => {
    if (process.geteuid?.() !== 0) return skip('only root can give files away')
    const { pin, cwd } = sharedTree()
    chownSync(pin, stranger, stranger)
    const warning = `${pin} was passed over: it belongs to another user (uid ${stranger})`
    expect(decide(cwd)).toEqual({ kind: 'default', warnings: [warning] })
    expect(decide(cwd, { uid: stranger })).toEqual({ kind: 'pin', warnings: [] })
    expect(decide(cwd, { uid: undefined })).toEqual({ kind: 'pin', warnings: [] })
    expect(decide(cwd, { trustsSharedFiles: true })).toEqual({ kind: 'pin', warnings: [] })
    mkdirSync(join(dirname(pin), '.git'))
    expect(decide(cwd)).toEqual({ kind: 'default', warnings: [warning] })
    chownSync(cwd, stranger, stranger)
    expect(decide(cwd)).toEqual({ kind: 'pin', warnings: [] })
  })

  it('is passed over where a stranger made the link to it', ({ skip }) => {
    if (process.geteuid?.() !== 0) return skip('only root can give files away')
    const { root, cwd } = sharedTree()
    const link = join(root, 'shared/mine/.go-version')
    symlinkSync('../.go-version', link)
    expect(decide(cwd).warnings).toEqual([])
    lchownSync(link, stranger, stranger)
    expect(decide(cwd).warnings).toEqual([`${link} was passed over: it belongs to another user (uid ${stranger})`])
  })

  it('counts below $HOME and in it, whoever owns it', () => {
    const { cwd, home } = sharedTree()
    chmodSync(join(home, '.go-version'), 0o666)
    expect(decide(join(home, 'p'), { home })).toEqual({ kind: 'pin', warnings: [] })
    expect(decide(join(home, 'p'), { home: join(home, '..') })).toEqual({ kind: 'pin', warnings: [] })
    chmodSync(join(dirname(dirname(dirname(cwd))), 'shared/.go-version'), 0o666)
    expect(decide(cwd, { home }).kind).toBe('pin')
  })
})

/** Runs something as a user whom permissions bind; root is bound by none. */
function asOrdinaryUser(skip: (note: string) => void, root: string, run: () => void): void {
  if (process.geteuid?.() !== 0) {
    run()
    return
  }
  if (!process.seteuid) {
    skip('this system has no users')
    return
  }
  chmodSync(root, 0o755)
  process.seteuid(65534)
  try {
    run()
  } finally {
    process.seteuid(0)
  }
}
