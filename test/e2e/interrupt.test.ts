import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../src/checkpoint.ts'
import { type Answer, file, silence } from '../support/fault-server.ts'
import type { GvProcess } from '../support/gv-process.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { expectInstalled } from './expectations.ts'
import { archiveBytes, kinds, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5', { bulkBytes: 1_000_000 })
const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const

/** Sends the signal and checks how gv ends: in time, with the status, in one line, with nothing staged and nobody left. */
async function expectInterrupted(
  stage: Stage,
  run: GvProcess,
  signal: 'SIGINT' | 'SIGTERM',
  status: number,
): Promise<void> {
  const since = performance.now()
  run.kill(signal)
  const result = await run.result
  expect(performance.now() - since).toBeLessThan(2000)
  expect(result).toMatchObject({ status, signal: null, stdout: '' })
  expect(result.stderr).toMatch(/^(?:gv: .*trying again.*\n)*gv: .*interrupted.*\n$/)
  expect(await stage.list('store/tmp')).toEqual([])
  expect(await stage.list('store/versions')).toEqual([])
  expect(await stage.list('store/locks')).toEqual([])
  expect(orphansOf(stage)).toEqual([])
}

/** Processes of this machine that run in the sandbox, or with its environment. Source: proc(5). */
function orphansOf({ root }: Stage): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`).startsWith(root) ||
        readFileSync(`/proc/${pid}/environ`, 'latin1').includes(root)
      )
    } catch {
      return false
    }
  })
}

describe.each(kinds)('11. an installation from %s', (origin) => {
  describe.each(signals)('that gets %s', (signal, status) => {
    test('while it downloads keeps what it has, and the next one goes on from there', async () => {
      const stage = await setStage(origin)
      const bytes = archiveBytes(stage, stage.server.site.publish(toolchain))
      const half = Math.floor(bytes.length / 2)
      stage.server.fault(stage.archives, file(bytes, { etag: '"x"', until: half, end: 'stall' }))
      const run = stage.startGv(['install', '1.22.5'])
      await untilDownloaded(stage, half)
      await expectInterrupted(stage, run, signal, status)
      const [name = ''] = await stage.list('store/cache/downloads')
      expect((await stat(stage.path('store/cache/downloads', name))).size).toBe(half)

      stage.server.reset()
      stage.server.fault(stage.archives, file(bytes, { etag: '"x"' }))
      expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
      await expectInstalled(stage, toolchain)
      const asked = stage.server.seen.filter(({ path }) => stage.archives.test(path))
      expect(asked.map(({ headers }) => headers.range)).toEqual([`bytes=${half}-`])
    })

    test.each<[string, RegExp, Answer]>([
      ['the list', /mode=json|\/list$/, silence],
      ['the checksum database', /\/lookup\//, silence],
      ['the archive', /\.zip$|\.tar\.gz$/, silence],
    ])('while it waits for %s ends', async (_what, path, answer) => {
      const stage = await setStage(origin)
      stage.server.site.publish(toolchain)
      stage.server.fault(path, answer)
      const run = stage.startGv(['install', '1.22.5'])
      await untilAsked(stage, path)
      await expectInterrupted(stage, run, signal, status)
    })

    test.each<Checkpoint>(['unpack-half'])(
      'while it unpacks (%s) ends, and the next one needs no network',
      async (checkpoint) => {
        const stage = await setStage(origin)
        stage.server.site.publish(toolchain)
        const run = stage.startGv(['install', '1.22.5'], { parkAt: checkpoint })
        await run.parked()
        expect(await stage.list('store/tmp')).toHaveLength(1)
        await expectInterrupted(stage, run, signal, status)
        stage.server.reset()
        expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
        await expectInstalled(stage, toolchain)
        expect(stage.server.count(stage.archives)).toBe(0)
      },
    )

    test('while it waits for another one ends, and does not disturb that', async () => {
      const stage = await setStage(origin)
      stage.server.site.publish(toolchain)
      const first = stage.startGv(['install', '1.22.5'], { parkAt: 'unpack-half' })
      await first.parked()
      const second = stage.startGv(['install', '1.22.5'])
      await second.printed(/waiting for process \d+/)
      second.kill(signal)
      expect(await second.result).toMatchObject({ status, stdout: '' })
      first.resume()
      expect(await first.result).toMatchObject({ status: 0, stderr: '' })
      await expectInstalled(stage, toolchain)
    })
  })
})

async function untilAsked({ server }: Stage, path: RegExp): Promise<void> {
  while (server.count(path) === 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function untilDownloaded(stage: Stage, sizeBytes: number): Promise<void> {
  for (;;) {
    const [name] = await stage.list('store/cache/downloads')
    const size = name === undefined ? 0 : (await stat(stage.path('store/cache/downloads', name))).size
    if (size >= sizeBytes) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
