import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLogStorage } from '../../src/verify/log-storage.ts'
import { SumDatabase } from '../../src/verify/sumdb.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { SumLog, toolchain } from '../support/sumlog.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gv-sumdb-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const name = 'sum.example.com/log'
const storage = (readRemote = async (_path: string): Promise<Buffer | undefined> => undefined) =>
  openLogStorage({ folder, name, readRemote })
const heads = () => join(folder, 'sum.example.com/log/heads')

test('keeps nothing before there is something to keep', async () => {
  expect(await storage().readHead()).toBeUndefined()
  expect(await storage().readCache('tile/8/0/000')).toBeUndefined()
  await storage().dropCache('tile/8/0/000')
  expect(readdirSync(folder)).toEqual([])
})

test('carries a client over from one process to the next', async () => {
  const log = new SumLog(name).growTo(500)
  log.add(toolchain('1.22.5'))
  log.growTo(1000)
  const found = await new SumDatabase(
    log.key,
    storage(async (path) => log.serve(path)),
  ).lookup(toolchain('1.22.5'))
  expect(existsSync(join(folder, 'sum.example.com/log/lookup/golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64'))).toBe(
    true,
  )
  const again = storage(() => Promise.reject(new Error('asked the network')))
  expect(await new SumDatabase(log.key, again).lookup(toolchain('1.22.5'))).toEqual(found)
  expect(await again.readHead()).toBe(log.head())
})

test('reads nothing that is empty, too large, or no file', async () => {
  await storage().writeCache('a', Buffer.from('x'))
  const path = join(folder, 'sum.example.com/log/a')
  writeFileSync(path, '')
  expect(await storage().readCache('a')).toBeUndefined()
  writeFileSync(path, Buffer.alloc(1_000_001))
  expect(await storage().readCache('a')).toBeUndefined()
  rmSync(path)
  mkdirSync(path)
  expect(await storage().readCache('a')).toBeUndefined()
  // A cache that cannot be written is none; nothing else depends on it.
  await storage().writeCache('a', Buffer.from('x'))
  await storage().dropCache('a')
})

test('never leaves its folder', async () => {
  const odd = openLogStorage({ folder: join(folder, 'in'), name: '../..', readRemote: async () => undefined })
  for (const path of ['../../x', '/x', './x', 'a/../../x', 'a\0b', 'a\\b', '']) {
    await odd.writeCache(path, Buffer.from(path))
    expect((await odd.readCache(path))?.toString() ?? '').toBe(path)
  }
  await odd.replaceHead(undefined, 'x')
  expect(await odd.keepEvidence('x')).toContain(join(folder, 'in'))
  expect(readdirSync(folder)).toEqual(['in'])
})

test('keeps evidence once, and says where', async () => {
  const path = await storage().keepEvidence('two trees')
  expect(await storage().keepEvidence('two trees')).toBe(path)
  expect(readFileSync(path, 'utf8')).toBe('two trees')
  expect(await storage().keepEvidence('others')).not.toBe(path)
})

describe('the newest head', () => {
  test('is replaced only by those who know it', async () => {
    expect(await storage().replaceHead('something', 'a')).toBe(false)
    expect(await storage().replaceHead(undefined, 'a')).toBe(true)
    expect(await storage().replaceHead(undefined, 'b')).toBe(false)
    expect(await storage().replaceHead('a', 'b')).toBe(true)
    expect(await storage().replaceHead('a', 'c')).toBe(false)
    expect(await storage().readHead()).toBe('b')
  })

  test('leaves few old ones, and no scraps', async () => {
    let previous: string | undefined
    for (let i = 1; i <= 60; i++) {
      const next = `head ${i}`
      expect(await storage().replaceHead(previous, next)).toBe(true)
      previous = next
    }
    expect(await storage().readHead()).toBe('head 60')
    const names = readdirSync(heads())
    expect(names.length).toBeLessThanOrEqual(17)
    expect(names.every((entry) => /^\d+$/.test(entry))).toBe(true)
  })

  test('does not go back when a number becomes free again', async () => {
    mkdirSync(heads(), { recursive: true })
    writeFileSync(join(heads(), '3'), 'head 3')
    const sleeper = storage()
    const replacing = sleeper.replaceHead('head 3', 'late')
    // It has looked and is about to link: now others go on to turn 40 and take the old ones away.
    while (!readdirSync(heads()).some((entry) => entry.startsWith('.new-'))) await setImmediate()
    writeFileSync(join(heads(), '40'), 'head 40')
    rmSync(join(heads(), '3'))
    expect(await replacing).toBe(false)
    expect(await sleeper.readHead()).toBe('head 40')
    expect(readdirSync(heads())).toEqual(['40'])
  })

  test('is not taken for absent when it cannot be read', async () => {
    mkdirSync(join(heads(), '5'), { recursive: true })
    await gvErrorOf('storage', () => storage().readHead())
    rmSync(heads(), { recursive: true })
    writeFileSync(heads(), 'a file')
    await gvErrorOf('storage', () => storage().readHead())
    await gvErrorOf('storage', () => storage().replaceHead(undefined, 'x'))
  })

  test('that cannot be kept is a storage failure', async () => {
    // Modes do not hold root back; there is no folder to be made below a device.
    chmodSync(folder, 0o500)
    const place = process.getuid?.() === 0 ? '/dev/null' : folder
    const unwritable = openLogStorage({ folder: place, name, readRemote: async () => undefined })
    await gvErrorOf('storage', () => unwritable.replaceHead(undefined, 'x'))
    chmodSync(folder, 0o700)
  })

  test('loses no step of twenty processes', async () => {
    const program = join(folder, 'count.mjs')
    await build({
      stdin: { contents: countingProgram, resolveDir: import.meta.dirname, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      logLevel: 'error',
    })
    const run = () => promisify(execFile)(process.execPath, [program, folder])
    const outputs = await Promise.all(Array.from({ length: 20 }, run))
    const steps = outputs.map(({ stdout }) => Number(stdout))
    expect(steps).toEqual(Array(20).fill(5))
    expect(await openLogStorage({ folder, name: 'count', readRemote: async () => undefined }).readHead()).toBe('100')
  })
})

/** Adds one, five times, and prints how often it took itself to have done so. */
const countingProgram = `
  import { openLogStorage } from '../../src/verify/log-storage.ts'
  const storage = openLogStorage({ folder: process.argv[2] ?? '', name: 'count', readRemote: async () => undefined })
  let steps = 0
  while (steps < 5) {
    const head = await storage.readHead()
    if (await storage.replaceHead(head, String(Number(head ?? 0) + 1))) steps++
  }
  console.log(steps)
`
