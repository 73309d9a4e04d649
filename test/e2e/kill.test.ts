import { rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type Checkpoint, checkpoints } from '../../src/checkpoint.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectInstalled, publishedTree, treeOf } from './expectations.ts'
import { kinds, onStage, type Stage } from './stage.ts'

const toolchain = makeToolchain('1.22.5', { bulkBytes: 1_000_000 })
const goroot = 'store/versions/go1.22.5'

/** Moments of an installation; the others are those of other commands. */
const installing = checkpoints.filter(
  (name) => !/^(?:uninstall|repair|profile|import|upgrade|prune|link|adopt)-/.test(name),
)

/** Whatever is shown or run is whole; there may be nothing. */
async function expectNeverHalf(stage: Stage): Promise<void> {
  const listed = (await stage.gv(['list', '--json'])).json()
  const run = await stage.gv(['exec', '1.22.5', 'go', 'version'], { env: { GV_AUTO_INSTALL: 'never' } })
  if (!(await stage.list('store/versions')).includes('go1.22.5')) {
    expect(listed).toEqual([])
    expect(run.status).toBe(exit.noSuchVersion)
    return
  }
  expect(listed).toMatchObject([{ version: '1.22.5' }])
  expect(run).toMatchObject({ status: 0, stdout: 'go version go1.22.5 linux/amd64\n' })
  expect(await treeOf(stage.path(goroot))).toEqual(publishedTree(toolchain, stage.origin))
}

/** The next installation puts all right: the toolchain, its receipt, and nothing else. */
async function expectHealed(stage: Stage): Promise<void> {
  expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
  await expectInstalled(stage, toolchain)
  expect(await stage.gv(['verify', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
  expect((await stage.gv(['list', '--json'])).json()).toMatchObject([{ proof: 'log' }])
  expect(await stage.list('store/versions')).toEqual(['go1.22.5'])
  expect(await stage.list('store/cache/downloads')).toEqual([])
}

describe.each(kinds)('10. kill -9 of an installation from %s', (origin) => {
  test.concurrent.each(installing)('at %s leaves nothing half done, and the next one heals', async (checkpoint) => {
    await onStage(origin, async (stage) => {
      stage.server.site.publish(toolchain)
      const run = stage.startGv(['install', '1.22.5'], { parkAt: checkpoint })
      await run.parked()
      run.kill('SIGKILL')
      expect((await run.result).signal).toBe('SIGKILL')
      await expectNeverHalf(stage)
      await expectHealed(stage)
    })
  })

  test.concurrent('is healed also by one that finds another version installed already', async () => {
    await onStage(origin, async (stage) => {
      const other = makeToolchain('1.21.13')
      for (const each of [toolchain, other]) stage.server.site.publish(each)
      await stage.gv(['install', '1.21.13'])
      await stage.gv(['install', '1.22.5'], { killAt: 'unpack-half' })
      expect(await stage.list('store/tmp')).toHaveLength(1)
      stage.server.reset()
      expect(await stage.gv(['install', '1.21.13'])).toMatchObject({ status: 0, stderr: '' })
      expect(await stage.list('store/tmp')).toEqual([])
      expect(stage.server.seen).toEqual([])
    })
  })

  test.concurrent('and again while it heals', async () => {
    await onStage(origin, async (stage) => {
      stage.server.site.publish(toolchain)
      for (const checkpoint of ['unpacked', 'published', 'unpack-half', 'receipt-written'] as const) {
        await stage.gv(['install', '1.22.5'], { killAt: checkpoint })
        await expectNeverHalf(stage)
      }
      await expectHealed(stage)
    })
  })
})

/** A generator of numbers below 1 that are the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = seeded(20_240_702)
const moments = Array.from({ length: 10 }, (_, i) => ({
  moment: i + 1,
  share: random(),
  origin: kinds[i % 2] ?? kinds[0],
}))

test.concurrent.each(moments)(
  '10. kill -9 at random moment $moment leaves nothing half done, and the next one heals',
  async ({ share, origin }) => {
    await onStage(origin, async (stage) => {
      stage.server.site.publish(toolchain)
      const whole = await stage.gv(['install', '1.22.5'])
      await rm(stage.store, { recursive: true })
      const run = stage.startGv(['install', '1.22.5'])
      await Promise.race([sleep(whole.elapsedMs * share), run.result])
      run.kill('SIGKILL')
      await run.result
      await expectNeverHalf(stage)
      await expectHealed(stage)
    })
  },
)

describe.each(kinds)('10. kill -9 of what was installed from %s', (origin) => {
  test.concurrent.each(['uninstall-renamed', 'uninstall-half'] satisfies Checkpoint[])(
    'while uninstalling, at %s: it is gone, and the next install heals',
    async (checkpoint) => {
      await onStage(origin, async (stage) => {
        stage.server.site.publish(toolchain)
        await stage.gv(['install', '1.22.5'])
        expect((await stage.gv(['uninstall', '1.22.5'], { killAt: checkpoint })).signal).toBe('SIGKILL')
        expect(await stage.list('store/versions')).toEqual([])
        await expectNeverHalf(stage)
        await expectHealed(stage)
      })
    },
  )

  test.concurrent('while repairing: what is not repaired is named, and repaired the next time', async () => {
    await onStage(origin, async (stage) => {
      stage.server.site.publish(toolchain)
      await stage.gv(['install', '1.22.5'])
      const damaged = ['VERSION', 'bin/gofmt', 'src/fmt/print.go', 'src/make.bash']
      for (const path of damaged) await writeFile(stage.path(goroot, path), 'damaged')
      expect((await stage.gv(['verify', '--repair', '1.22.5'], { killAt: 'repair-half' })).signal).toBe('SIGKILL')
      const found = await stage.gv(['verify', '1.22.5', '--json'])
      expect(found).toMatchObject({ status: exit.verification })
      const [{ differences = [] } = {}] = found.json() as { differences?: { path: string }[] }[]
      expect(differences.map(({ path }) => path)).toEqual(damaged.slice(2))
      expect(await stage.gv(['verify', '--repair', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
      await expectHealed(stage)
    })
  })
})
