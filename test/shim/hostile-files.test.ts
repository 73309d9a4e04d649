import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findShells } from '../support/shells.ts'
import { makeShimmedStore, type ShimmedStore, type ShimRun } from './shimmed-store.ts'

const shells = findShells().filter(({ family }) => family === 'posix')
const isRoot = process.getuid?.() === 0
const stranger = 12345

/** A store whose default is 1.21.3, so that a step to it would be seen. */
async function storeWithDefault(): Promise<ShimmedStore> {
  const store = await makeShimmedStore(['1.22.5', '1.21.3'])
  await symlink('versions/go1.21.3', `${store.store}/current`)
  await mkdir(store.path('home/p/sub'), { recursive: true })
  return store
}

/** What every refusal is: no Go ran, a few words that name the file, and nothing that a terminal would act on. */
function expectRefusal(result: ShimRun, file: string): void {
  expect(result).toMatchObject({ status: 127, stdout: '' })
  expect(result.stderr).toContain(file)
  expect(result.stderr.length - file.length).toBeLessThan(300)
  expectTame(result.stderr)
}

function expectTame(text: string): void {
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
}

const unusable: readonly [string, (path: string, store: ShimmedStore) => unknown][] = [
  ['a folder', (path) => mkdir(path)],
  ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ['a link to itself', (path) => symlink(path, path)],
  ['a link to nowhere', (path) => symlink('nowhere', path)],
  ['/dev/zero behind a link', (path) => symlink('/dev/zero', path)],
  ['UTF-16', (path, store) => plant(store, path, Buffer.from('\ufeffgolang 1.22.5\n', 'utf16le'))],
  ['a NUL', (path, store) => plant(store, path, 'golang 1.22.5\n\0')],
  ['no version', (path, store) => plant(store, path, 'golang\n')],
  ['a command', (path, store) => plant(store, path, 'golang $(touch HACKED)\n')],
  ['a path', (path, store) => plant(store, path, 'golang path:/tmp/evil\n')],
  ['a step out of the store', (path, store) => plant(store, path, 'golang ../../evil\n')],
  ['escapes', (path, store) => plant(store, path, 'golang \u001b[31m1.22.5\u001b[0m\u202e\u009b31m\n')],
  ['a million lines', (path, store) => plant(store, path, 'nodejs 20\n'.repeat(1_000_000))],
  ['a million blank lines', (path, store) => plant(store, path, '\n'.repeat(1_000_000))],
]

function plant(store: ShimmedStore, path: string, content: string | Buffer): Promise<string> {
  return store.write(path.slice(store.root.length + 1), content)
}

describe('a pin that is there and cannot be used is an error that names it, never another version', () => {
  test.each(unusable)('%s', async (_, make) => {
    const store = await storeWithDefault()
    const path = store.path('home/p/.tool-versions')
    await make(path, store)
    for (const shell of [undefined, ...shells]) {
      const result = await store.shim(['version'], { cwd: 'home/p', ...(shell ? { shell } : {}) })
      expectRefusal(result, path)
      // RELIABILITY 25 allows a second; Node's start on a busy machine is in it too.
      expect(result.elapsedMs).toBeLessThan(3000)
    }
    expect(await store.list('home/p')).not.toContain('HACKED')
  })

  // A shell that reads byte by byte, as dash does, needs a second for a megabyte without a line end; nothing in it tells how long a
  // line will be. What it must not do is match patterns with one, which would take it hours.
  test.each([
    ['.tool-versions', 'golang'],
    ['go.mod', 'go'],
  ])('a line of a megabyte in %s', async (name, word) => {
    const store = await storeWithDefault()
    const path = await store.write(`home/p/${name}`, `${word} ${'1'.repeat(1_000_000)}`)
    for (const shell of shells) {
      const result = await store.shim(['version'], { cwd: 'home/p', shell })
      expectRefusal(result, path)
      expect(result.elapsedMs).toBeLessThan(20_000)
    }
  })

  test.each(unusable.slice(0, 1).concat(unusable.slice(5)))('%s, from a folder below', async (_, make) => {
    const store = await storeWithDefault()
    const path = store.path('home/p/.tool-versions')
    await make(path, store)
    expectRefusal(await store.shim(['version'], { cwd: 'home/p/sub' }), path)
  })

  test('one that may not be read', async () => {
    const store = await storeWithDefault()
    const path = await store.write('home/p/.tool-versions', 'golang 1.22.5\n')
    await chmod(path, 0)
    expectRefusal(await store.shim(['version'], { cwd: 'home/p', heedsModes: true }), path)
  })

  test('BOM and CRLF are read', async () => {
    const store = await storeWithDefault()
    await store.write('home/p/.tool-versions', '\ufeffgolang 1.22.5\r\n')
    expect((await store.shim(['version'], { cwd: 'home/p' })).stdout).toMatch(/^go1\.22\.5\n/)
  })
})

describe('a go.mod or go.work', () => {
  test.each([
    ['go.mod', 'a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['go.work', 'a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['go.mod', '/dev/zero behind a link', (path: string) => symlink('/dev/zero', path)],
    ['go.mod', 'a million lines', (path: string, store: ShimmedStore) => plant(store, path, '\n'.repeat(1_100_000))],
  ])('%s that is %s cannot be used', async (name, _, make) => {
    const store = await storeWithDefault()
    const path = store.path('home/p', name)
    await make(path, store)
    const result = await store.shim(['version'], { cwd: 'home/p' })
    expectRefusal(result, path)
    expect(result.elapsedMs).toBeLessThan(3000)
  })

  test('a long one is read as far as is needed', async () => {
    const store = await storeWithDefault()
    await plant(
      store,
      store.path('home/p/go.mod'),
      `module m\n\ngo 1.22.5\n\nrequire (\n${'\ta v1\n'.repeat(150_000)})\n`,
    )
    const result = await store.shim(['version'], { cwd: 'home/p' })
    expect(result.stdout).toMatch(/^go1\.22\.5\n/)
  })
})

describe('what lies above a project', () => {
  test('a pin that anyone may write is passed over with a word', async () => {
    const store = await storeWithDefault()
    const pin = await store.write('shared/.tool-versions', 'golang 1.22.5\n')
    await mkdir(store.path('shared/mine'))
    await chmod(pin, 0o666)
    const result = await store.shim(['version'], { cwd: 'shared/mine' })
    expect(result).toMatchObject({ status: 0, stderr: `gv: ${pin} was passed over: anyone may write it\n` })
    expect(result.stdout).toMatch(/^go1\.21\.3\n/)
    await store.write('shared/go.mod', 'module m\n')
    expect((await store.shim(['version'], { cwd: 'shared/mine' })).stdout).toMatch(/^go1\.22\.5\n/)
  })

  test.skipIf(!isRoot)('a pin of another user is passed over with a word', async () => {
    const store = await storeWithDefault()
    const pin = await store.write('shared/.tool-versions', 'golang 1.22.5\n')
    await mkdir(store.path('shared/mine'))
    await chown(pin, stranger, stranger)
    const result = await store.shim(['version'], { cwd: 'shared/mine' })
    expect(result).toMatchObject({ status: 0 })
    expect(result.stderr).toContain(`${pin} was passed over: it belongs to another user (uid ${stranger})`)
    expect(result.stdout).toMatch(/^go1\.21\.3\n/)
    await store.write('store/config.toml', 'trust_shared_files = true\n')
    expect((await store.shim(['version'], { cwd: 'shared/mine' })).stdout).toMatch(/^go1\.22\.5\n/)
  })

  test.skipIf(!isRoot)('a store of another user is refused', async () => {
    const store = await storeWithDefault()
    await store.write('home/p/.tool-versions', 'golang 1.22.5\n')
    await chown(store.store, stranger, stranger)
    expectRefusal(await store.shim(['version'], { cwd: 'home/p' }), store.store)
  })
})

describe('names of folders', () => {
  test.each([
    'a b',
    "it's",
    '$(touch HACKED)',
    '`touch HACKED`',
    '*',
    '?[a]',
    '-n',
    '\\',
    '"',
    'é',
    'a\nb',
    '\u001b[31m',
    '~',
    '#',
    ';touch HACKED',
  ])('%j matters to no shell', async (name) => {
    const store = await storeWithDefault()
    const cwd = `home/${name}/sub`
    await store.write(`home/${name}/.tool-versions`, 'golang 1.22.5\n')
    await store.write(`${cwd}/keep`, '')
    for (const shell of [undefined, ...shells]) {
      const result = await store.shim(['a  b', '*', '$x', ''], { cwd, ...(shell ? { shell } : {}) })
      expect(result).toMatchObject({ status: 0, stderr: '' })
      expect(result.stdout).toMatch(/^go1\.22\.5\n[\s\S]*\n\[a {2}b\]\n\[\*\]\n\[\$x\]\n\[\]\n$/)
    }
    await store.write(`home/${name}/.tool-versions`, 'golang nonsense\n')
    const refused = await store.shim(['version'], { cwd })
    expect(refused).toMatchObject({ status: 127, stdout: '' })
    expectTame(refused.stderr)
    expect(await store.list('home')).not.toContain('HACKED')
    expect(await store.list(cwd)).toEqual(['keep'])
  })

  test('of the store neither', async () => {
    const store = await storeWithDefault()
    const odd = `${dirname(store.store)}/od'd $(x) "s`
    await rm(odd, { recursive: true, force: true })
    execFileSync('cp', ['-r', store.store, odd])
    const moved = { GV_ROOT: odd }
    expect(await store.gv(['reshim'], { env: moved })).toMatchObject({ status: 0 })
    await store.write('home/p/.tool-versions', 'golang 1.22\n')
    const result = execFileSync(`${odd}/shims/go`, ['version'], {
      cwd: store.path('home/p'),
      env: { ...store.env, GV_ROOT: '' },
    })
    expect(result.toString()).toContain(`GOROOT=${odd}/versions/go1.22.5\n`)
  })
})
