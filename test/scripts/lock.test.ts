import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { acquireLock } from '../../scripts/lib/lock.mjs'
import { projectRoot } from '../support/project-root.ts'
import { makeSandbox } from '../support/sandbox.ts'

test('one holder at a time, in many processes', async () => {
  const { root, write, path } = await makeSandbox()
  await write('count', '0')
  // Reads and writes in two steps, as only a holder may.
  const code = `
    import { readFileSync, writeFileSync } from 'node:fs'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { acquireLock } from '${join(projectRoot, 'scripts/lib/lock.mjs')}'
    for (let i = 0; i < 4; i++) {
      const lock = await acquireLock('lock', { waitMs: 60_000 })
      const count = Number(readFileSync('count', 'utf8'))
      await sleep(5)
      writeFileSync('count', String(count + 1))
      await lock.release()
    }`
  const processes = Array.from({ length: 5 }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', code], { cwd: root, stdio: 'inherit' }),
  )
  await Promise.all(processes.map((child) => once(child, 'close')))
  expect(await readFile(path('count'), 'utf8')).toBe('20')
})

test('a dead holder is no holder; a program that it left behind is one', async () => {
  const { path } = await makeSandbox()
  const dead = spawnSync('true').pid
  await hold(path('lock'), `${hostname()} ${dead}`)
  const lock = await acquireLock(path('lock'), { waitMs: 0 })
  await lock.release()
  await hold(path('lock'), `${hostname()} ${dead} ${process.pid}`)
  await expect(acquireLock(path('lock'), { waitMs: 300 })).rejects.toThrow(/holds .*lock for too long/)
})

test('a holder that cannot be asked is given some seconds', async () => {
  const { path } = await makeSandbox()
  for (const text of ['elsewhere.example 1', '']) {
    await hold(path('lock'), text)
    await expect(acquireLock(path('lock'), { waitMs: 200 })).rejects.toThrow(/too long/)
    const then = new Date(Date.now() - 6000)
    await utimes(path('lock'), then, then)
    await (await acquireLock(path('lock'), { waitMs: 0 })).release()
  }
})

test('a waiter is told once whom it waits for', async () => {
  const { path } = await makeSandbox()
  const held = await acquireLock(path('lock'), { waitMs: 0 })
  const told: unknown[] = []
  const waiting = acquireLock(path('lock'), { waitMs: 20_000, onWait: (pid) => told.push(pid) })
  setTimeout(() => void held.release(), 1500)
  await (await waiting).release()
  expect(told).toEqual([process.pid])
})

async function hold(folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'holder'), text)
}
