import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { storeAt } from '../../src/store/layout.ts'
import { acquireLock, type HeldLock, type LockRequest, tryLock } from '../../src/store/lock.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { bundleProgram, Program } from './programs.ts'
import { temporaryFolder } from './unpacking.ts'

/** RELIABILITY.md, 13, and some grace for a machine that does other things. */
const deadHolderMs = 5000 + 1500
const unlockableMs = 2000 + 500

let program = ''
beforeAll(async () => {
  program = await bundleProgram('locker')
})
afterAll(() => rm(dirname(program), { recursive: true }))

function start(root: string, name: string, workMs: number): Program {
  const started = new Program(program, [root, name, String(workMs)])
  onTestFinished(() => started.kill('SIGKILL'))
  return started
}

function request(root: string, more: Partial<LockRequest> = {}): LockRequest {
  const signal = new AbortController().signal
  return {
    store: storeAt(root),
    name: 'go1.22.5',
    command: 'test',
    signal,
    isDone: () => false,
    onWait: () => {},
    ...more,
  }
}

async function held(work: Promise<HeldLock | 'done'>): Promise<HeldLock> {
  const lock = await work
  if (lock === 'done') throw new Error('the lock was not taken')
  onTestFinished(() => lock.release())
  return lock
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const since = performance.now()
  return { value: await work, ms: performance.now() - since }
}

describe('a lock', () => {
  test('is held by one process; the others are told by whom, and that the work is done', async () => {
    const root = temporaryFolder()
    const first = start(root, 'go1.22.5', 1500)
    await first.printed(/^holds true/)
    const second = start(root, 'go1.22.5', 0)
    expect(await second.printed(/^waits/)).toBe(`waits for ${first.pid} locker go1.22.5`)
    await second.printed(/^done/)
    expect(await second.ended).toEqual({ status: 0, signal: null })
    expect(await first.ended).toEqual({ status: 0, signal: null })
    expect(readdirSync(join(root, 'locks'))).toEqual([])
  })

  test('lets twenty processes do the work once', async () => {
    const root = temporaryFolder()
    const all = Array.from({ length: 20 }, () => start(root, 'go1.22.5', 300))
    for (const one of all) expect(await one.ended).toEqual({ status: 0, signal: null })
    expect(readFileSync(join(root, 'work'), 'utf8').trim().split('\n')).toHaveLength(1)
  })

  test('of one toolchain does not keep another waiting', async () => {
    const root = temporaryFolder()
    await held(acquireLock(request(root)))
    const other = await held(acquireLock(request(root, { name: 'go1.22.6', onWait: () => expect.unreachable() })))
    expect(other.isHeld).toBe(true)
    expect(await tryLock(request(root))).toBe('busy')
  })

  test('is taken when it is let go', async () => {
    const root = temporaryFolder()
    const first = await held(acquireLock(request(root)))
    const second = acquireLock(request(root))
    await first.release()
    expect((await held(second)).isHeld).toBe(true)
  })

  test('whose holder was killed delays nobody', async () => {
    const root = temporaryFolder()
    const first = start(root, 'go1.22.5', 0)
    await first.printed(/^holds true/)
    first.kill('SIGKILL')
    await first.ended
    const { value, ms } = await timed(held(acquireLock(request(root))))
    expect(value.isHeld).toBe(true)
    expect(ms).toBeLessThan(1000)
  })

  test('whose holder was killed without a word of who it was delays by 5 s at most', async () => {
    const root = temporaryFolder()
    const first = start(root, 'go1.22.5', 0)
    await first.printed(/^holds true/)
    first.kill('SIGKILL')
    rmSync(join(root, 'locks/go1.22.5.json'))
    const { value, ms } = await timed(held(acquireLock(request(root))))
    expect(value.isHeld).toBe(true)
    expect(ms).toBeLessThan(deadHolderMs)
  })

  test('is not broken because of a note that an earlier, dead holder left', async () => {
    const root = temporaryFolder()
    const first = start(root, 'go1.22.5', 0)
    await first.printed(/^holds true/)
    const note = readFileSync(join(root, 'locks/go1.22.5.json'))
    first.kill('SIGKILL')
    await first.ended
    await held(acquireLock(request(root)))
    writeFileSync(join(root, 'locks/go1.22.5.json'), note)
    expect(await tryLock(request(root))).toBe('busy')
  })

  test('whose holder was stopped delays by 5 s at most, and is not taken away by it when it goes on', async () => {
    const root = temporaryFolder()
    // Long enough that it is still at work when it is stopped, also on a machine under load.
    const first = start(root, 'go1.22.5', 8000)
    await first.printed(/^holds true/)
    first.kill('SIGSTOP')
    const { value, ms } = await timed(held(acquireLock(request(root))))
    expect(ms).toBeLessThan(deadHolderMs)
    first.kill('SIGCONT')
    await first.printed(/^releases false/)
    await first.ended
    expect(value.isHeld).toBe(true)
    expect(await tryLock(request(root))).toBe('busy')
    expect(existsSync(join(root, 'locks/go1.22.5.json'))).toBe(true)
  })

  test('from the future delays by 5 s at most', async () => {
    const root = temporaryFolder()
    const lock = join(root, 'locks/go1.22.5.lock')
    mkdirSync(lock, { recursive: true })
    utimesSync(lock, 4e9, 4e9)
    const { value, ms } = await timed(held(acquireLock(request(root))))
    expect(value.isHeld).toBe(true)
    expect(ms).toBeLessThan(deadHolderMs)
  })

  test('that is an old folder delays nobody', async () => {
    const root = temporaryFolder()
    const lock = join(root, 'locks/go1.22.5.lock')
    mkdirSync(lock, { recursive: true })
    utimesSync(lock, 1e9, 1e9)
    writeFileSync(join(root, 'locks/go1.22.5.json'), 'nonsense')
    const { ms } = await timed(held(acquireLock(request(root))))
    expect(ms).toBeLessThan(1000)
  })

  test('that cannot be had in a folder costs 2 s at most', async () => {
    const root = temporaryFolder()
    writeFileSync(join(root, 'locks'), 'a file')
    const { value, ms } = await timed(held(acquireLock(request(root))))
    expect(value.isHeld).toBe(false)
    expect(ms).toBeLessThan(unlockableMs)
  })

  test('with a file in its place needs nobody to remove that', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'locks'))
    writeFileSync(join(root, 'locks/go1.22.5.lock'), 'a file')
    const { value, ms } = await timed(held(acquireLock(request(root))))
    expect(value.isHeld).toBe(true)
    expect(ms).toBeLessThan(deadHolderMs)
  })

  test('is not waited for after an abort', async () => {
    const root = temporaryFolder()
    await held(acquireLock(request(root)))
    const controller = new AbortController()
    const waiting = gvErrorOf('interrupted', () => acquireLock(request(root, { signal: controller.signal })))
    controller.abort()
    const { ms } = await timed(waiting)
    expect(ms).toBeLessThan(1000)
  })

  test('is renewed as long as it is held', async () => {
    const root = temporaryFolder()
    const lock = await held(acquireLock(request(root)))
    const before = statSync(join(root, 'locks/go1.22.5.lock')).mtimeMs
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(statSync(join(root, 'locks/go1.22.5.lock')).mtimeMs).toBeGreaterThan(before)
    expect(lock.isHeld).toBe(true)
  })

  test('is not taken for work that is done', async () => {
    const root = temporaryFolder()
    expect(await acquireLock(request(root, { isDone: () => true }))).toBe('done')
    expect(readdirSync(join(root, 'locks'))).toEqual([])
  })
})
