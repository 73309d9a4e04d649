import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { file } from '../support/fault-server.ts'
import { type PublishedRelease, type PublishOptions, releaseOf } from '../support/go-site.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { canMount, stageOnDisk } from './disk-stage.ts'
import { exit, expectFailure, expectInstalled, expectNothingInstalled } from './expectations.ts'
import { archiveBytes, kinds, type Stage, setStage } from './stage.ts'

/** As large as a real release is when packed; gv reckons with what those need unpacked. */
const large = makeToolchain('1.22.5', { extra: { 'pkg/bulk.a': randomBytes(66_000_000) } })
/** Packed it is next to nothing, so that what it needs becomes known only while it is unpacked. */
const surprise = makeToolchain('1.22.5', { extra: { 'pkg/zeros.a': Buffer.alloc(40_000_000) } })

/** Packed once for all tests: that takes a second. */
function publishLarge({ server }: Stage, options?: PublishOptions): PublishedRelease {
  largeRelease ??= releaseOf(large)
  server.site.publishAsIs(largeRelease, options)
  return largeRelease
}

let largeRelease: PublishedRelease | undefined

describe.skipIf(!canMount).each(kinds)('14. a disk that is too small for what %s has', (origin) => {
  test.each([40, 120, 200])(
    '(%i MB left) names the bytes needed and free before anything is downloaded, and the next run heals',
    async (megabytes) => {
      const stage = await stageOnDisk(megabytes, (place) => setStage(origin, place))
      publishLarge(stage)
      const failed = await stage.gv(['install', '1.22.5'])
      expectFailure(
        failed,
        exit.storage,
        /too little space in ".*": 343\.\d MB are needed, \d+\.\d MB are free there\nhint: gv uninstall/,
      )
      await expectNothingInstalled(stage)
      expect(stage.server.seen.filter(({ path }) => stage.archives.test(path)).length).toBeLessThanOrEqual(1)
      stage.remount('size=400m')
      expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
      await expectInstalled(stage, large)
    },
  )

  test('runs full while unpacking: nothing is left, and the next run heals without a download', async () => {
    const stage = await stageOnDisk(20, (place) => setStage(origin, place))
    stage.server.site.publish(surprise)
    const failed = await stage.gv(['install', '1.22.5'])
    expectFailure(failed, exit.storage, /no space is left there \(.* free\)\nhint: gv uninstall/)
    for (const folder of ['versions', 'receipts', 'tmp', 'locks'])
      expect(await stage.list('store', folder), folder).toEqual([])
    stage.remount('size=60m')
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, surprise)
    expect(stage.server.count(stage.archives)).toBe(1)
  })

  test('runs full while downloading what was not announced: nothing is left, and the next run heals', async () => {
    const stage = await stageOnDisk(40, (place) => setStage(origin, place))
    const release = publishLarge(stage, { unlisted: true })
    stage.server.fault(stage.archives, file(archiveBytes(stage, release), { unsized: 'in chunks' }))
    expectFailure(await stage.gv(['install', '1.22.5']), exit.storage, /no space left on the disk/)
    await expectNothingInstalled(stage)
    stage.remount('size=400m')
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, large)
  })
})

describe.skipIf(!canMount).each(kinds)('14. a store that is read-only, with %s,', (origin) => {
  test('still lists and runs what is in it; install says so at once and asks nobody', async () => {
    const stage = await stageOnDisk(60, (place) => setStage(origin, place))
    const toolchain = makeToolchain('1.22.5')
    stage.server.site.publish(toolchain)
    stage.server.site.publish(makeToolchain('1.21.13'))
    await stage.gv(['install', '1.22.5'])
    stage.server.reset()
    stage.remount('ro')
    const failed = await stage.gv(['install', '1.21.13'])
    expectFailure(
      failed,
      exit.storage,
      /cannot write to the store.*: that file system is mounted read-only\nhint: set GV_ROOT/,
    )
    expect(failed.elapsedMs).toBeLessThan(1000)
    expectFailure(await stage.gv(['uninstall', '1.22.5']), exit.storage, /read-only/)
    expect(stage.server.seen).toEqual([])
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    expect((await stage.gv(['list'])).stdout).toBe('  1.22.5  proven by the checksum database\n')
    const current = await stage.gv(['current', '--json'], { env: { GV_VERSION: '1.22' } })
    expect(current.json()).toMatchObject({ version: '1.22.5', installed: true, source: 'GV_VERSION' })
    expect(await stage.gv(['verify', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })
})
