import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { assertFreeSpace, unpackedBytes } from '../../src/store/free-space.ts'
import { storeAt } from '../../src/store/layout.ts'
import { readLink, switchLink } from '../../src/store/link.ts'
import { livenessOf, ownIdentity, parseIdentity } from '../../src/store/process-identity.ts'
import { storageError } from '../../src/store/storage-error.ts'
import { assertTrustedStore, prepareStore } from '../../src/store/store-folders.ts'
import { makeDurable } from '../../src/store/sync.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { mountTmpfs, remount } from './mounts.ts'
import { temporaryFolder } from './unpacking.ts'

/** Reads a link without a pause, in a thread of its own, until it is told that that is enough. */
const readLinks = `
  const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads')
  const { readlinkSync } = require('node:fs')
  const others = []
  let reads = 0
  parentPort.postMessage('ready')
  while (!receiveMessageOnPort(parentPort)) {
    for (let i = 0; i < 100; i++, reads++) {
      try {
        const target = readlinkSync(workerData)
        if (target !== '/a' && target !== '/b') others.push(target)
      } catch (error) {
        others.push(error.code)
      }
    }
  }
  parentPort.postMessage({ reads, others })
`

const self = process.getuid?.() ?? 0

describe('the folders of a store', () => {
  test('are made for the user alone to write, whatever the umask', () => {
    const usual = process.umask(0)
    const store = storeAt(join(temporaryFolder(), 'a/b/store'))
    prepareStore(store)
    process.umask(usual)
    for (const folder of [store.root, store.versions, store.receipts, store.cache, store.locks]) {
      expect(statSync(folder).mode & 0o777).toBe(0o755)
    }
    expect(statSync(store.tmp).mode & 0o777).toBe(0o700)
    prepareStore(store)
  })

  test.each(['root', 'versions', 'receipts', 'tmp', 'shims'] as const)(
    'are not used when everyone may write to %s',
    async (name) => {
      const store = storeAt(join(temporaryFolder(), 'store'))
      prepareStore(store)
      mkdirSync(store.shims)
      expect(() => assertTrustedStore(store)).not.toThrow()
      chmodSync(store[name], 0o1777)
      const error = await gvErrorOf('storage', () => assertTrustedStore(store))
      expect(error).toMatchObject({
        reason: expect.stringMatching(/everyone may write/),
        hint: expect.stringMatching(/chmod o-w/),
      })
      await gvErrorOf('storage', () => prepareStore(store))
    },
  )

  test('are not used when they belong to another user', async () => {
    const store = storeAt(join(temporaryFolder(), 'store'))
    prepareStore(store)
    if (self === 0) chownSync(store.versions, 4711, 4711)
    const error = await gvErrorOf('storage', () => assertTrustedStore(store, self === 0 ? 0 : self + 1))
    expect(error.reason).toMatch(self === 0 ? /belongs to another user \(4711\)/ : /belongs to another user/)
    expect(error.hint).toMatch(self === 0 ? /without sudo/ : /GV_ROOT/)
  })

  test.skipIf(self !== 0)('may belong to root', () => {
    const store = storeAt(join(temporaryFolder(), 'store'))
    prepareStore(store)
    expect(() => assertTrustedStore(store, 1000)).not.toThrow()
  })

  test('are not used when one is a file', async () => {
    const store = storeAt(temporaryFolder())
    writeFileSync(store.versions, '')
    await gvErrorOf('storage', () => assertTrustedStore(store))
    await gvErrorOf('storage', () => prepareStore(store))
  })

  test('that are not there are right', () => {
    expect(() => assertTrustedStore(storeAt('/nowhere/at/all'))).not.toThrow()
  })

  test('on a read-only file system are told at once', async (context) => {
    const folder = mountTmpfs(1_000_000)
    if (!folder) return context.skip('only root may mount a file system')
    const store = storeAt(join(folder, 'store'))
    prepareStore(store)
    remount(folder, 'ro')
    const error = await gvErrorOf('storage', () => prepareStore(store))
    expect(error.reason).toMatch(/mounted read-only/)
    expect(error.hint).toMatch(/GV_ROOT/)
  })
})

describe('free space', () => {
  test('that is too small is named, with what is needed', async (context) => {
    const folder = mountTmpfs(40_000_000)
    if (!folder) return context.skip('only root may mount a file system')
    expect(() => assertFreeSpace(folder, 30e6)).not.toThrow()
    const error = await gvErrorOf('storage', () => assertFreeSpace(join(folder, 'not/yet'), unpackedBytes(69e6)))
    expect(error.reason).toMatch(/^289\.8 MB are needed, 40\.0 MB are free there$/)
  })

  test('for files is counted as well', async (context) => {
    const folder = mountTmpfs(900_000_000, 'nr_inodes=1000')
    if (!folder) return context.skip('only root may mount a file system')
    const error = await gvErrorOf('storage', () => assertFreeSpace(folder, 1e6))
    expect(error.reason).toMatch(/20000 files are needed, it can hold \d+ more/)
  })

  test('is enough for what is small', () => {
    expect(() => assertFreeSpace(temporaryFolder(), 1000)).not.toThrow()
  })
})

describe('a link', () => {
  test('is made and switched by one rename', async () => {
    const folder = temporaryFolder()
    const link = join(folder, 'current')
    expect(readLink(link)).toBeUndefined()
    await switchLink(link, 'versions/go1.22.5')
    expect(readLink(link)).toBe('versions/go1.22.5')
    mkdirSync(join(folder, 'versions/go1.22.5'), { recursive: true })
    await switchLink(link, 'versions/go1.22.6')
    expect(readlinkSync(link)).toBe('versions/go1.22.6')
    expect(readdirSync(folder).sort()).toEqual(['current', 'versions'])
    expect(readdirSync(join(folder, 'versions/go1.22.5'))).toEqual([])
  })

  test('is never absent for those who read it', async () => {
    const link = join(temporaryFolder(), 'current')
    await switchLink(link, '/a')
    const reader = new Worker(readLinks, { eval: true, workerData: link })
    await once(reader, 'message')
    for (let i = 0; i < 60; i++) await switchLink(link, i % 2 ? '/a' : '/b')
    reader.postMessage('enough')
    const [{ reads, others }] = await once(reader, 'message')
    expect(reads).toBeGreaterThan(100)
    expect(others).toEqual([])
  })

  test('does not take the place of what is no link', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'current'))
    writeFileSync(join(folder, 'file'), 'mine')
    for (const name of ['current', 'file']) {
      const error = await gvErrorOf('storage', () => switchLink(join(folder, name), '/a'))
      expect(error.reason).toMatch(/no link is in its place/)
    }
    expect(readdirSync(folder).sort()).toEqual(['current', 'file'])
    expect(lstatSync(join(folder, 'current')).isDirectory()).toBe(true)
  })
})

describe('a process', () => {
  test('is known to live, or to be dead, or not known', () => {
    const own = ownIdentity()
    expect(livenessOf(own)).toBe('alive')
    expect(livenessOf({ ...own, host: 'elsewhere' })).toBe('unknown')
    expect(livenessOf({ ...own, space: 'another boot' })).toBe('unknown')
    // No machine gives out so large a number.
    expect(livenessOf({ ...own, pid: 2 ** 30 })).toBe('dead')
    if (own.birth !== null) expect(livenessOf({ ...own, birth: '1' })).toBe('dead')
  })

  test('is read back from JSON, and from nothing else', () => {
    expect(parseIdentity(JSON.parse(JSON.stringify(ownIdentity())))).toEqual(ownIdentity())
    for (const json of [
      null,
      1,
      {},
      { ...ownIdentity(), pid: -1 },
      { ...ownIdentity(), pid: '1' },
      { ...ownIdentity(), host: 1 },
    ]) {
      expect(parseIdentity(json)).toBeUndefined()
    }
  })
})

describe('an error of the file system', () => {
  test('is explained; one that is explained passes, and so does a defect', () => {
    const full = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' })
    const explained = storageError(full, 'cannot write', temporaryFolder())
    expect(explained).toMatchObject({
      code: 'storage',
      reason: expect.stringMatching(/no space is left there \(.* free\)/),
    })
    expect(storageError(explained, 'x')).toBe(explained)
    const defect = new TypeError('x is not a function')
    expect(storageError(defect, 'x')).toBe(defect)
    const unknown = Object.assign(new Error('EWHATEVER: odd'), { code: 'EWHATEVER' })
    expect(storageError(unknown, 'cannot write', '/a\n')).toMatchObject({
      message: 'cannot write in "/a\\n"',
      reason: 'EWHATEVER: odd',
    })
  })
})

describe('making durable', () => {
  test('works on a tree with links, and ends on an abort', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/b/file'), 'x')
    symlinkSync('/nowhere', join(folder, 'a/link'))
    // With the system's program, with one that cannot, and without any.
    for (const programs of [undefined, ['/bin/false'], []]) {
      await makeDurable(folder, new AbortController().signal, programs)
      await gvErrorOf('interrupted', () => makeDurable(folder, AbortSignal.abort(), programs))
    }
    expect(existsSync(join(folder, 'a/b/file'))).toBe(true)
    await gvErrorOf('storage', () => makeDurable(join(folder, 'none'), new AbortController().signal))
  })
})
