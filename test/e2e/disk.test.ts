import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { file } from '../support/fault-server.ts'
import { type PublishedRelease, type PublishOptions, releaseOf } from '../support/go-site.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectNothingInstalled } from './expectations.ts'
import { archiveBytes, kinds, type Stage, setStage } from './stage.ts'

const canMount = process.platform === 'linux' && process.geteuid?.() === 0

/** A file system of its own, of that many MB, with a stage on it. */
async function stageOnDisk(
  origin: Stage['origin'],
  megabytes: number,
): Promise<Stage & { mount(...options: string[]): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'gv-disk-'))
  const mount = (...options: string[]) =>
    void execFileSync('mount', [
      '-o',
      options.join(','),
      ...(options[0] === 'remount' ? [] : ['-t', 'tmpfs', 'tmpfs']),
      folder,
    ])
  mount(`size=${megabytes}m`, 'mode=0755')
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
    rmdirSync(folder)
  })
  const stage = await setStage(origin, { in: folder })
  // Before the stage goes.
  onTestFinished(() => mount('remount', 'rw'))
  return { ...stage, mount }
}

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
      const stage = await stageOnDisk(origin, megabytes)
      publishLarge(stage)
      const failed = await stage.gv(['install', '1.22.5'])
      expectFailure(
        failed,
        exit.storage,
        /too little space in ".*": 343\.\d MB are needed, \d+\.\d MB are free there\nhint: gv uninstall/,
      )
      await expectNothingInstalled(stage)
      expect(stage.server.seen.filter(({ path }) => stage.archives.test(path)).length).toBeLessThanOrEqual(1)
      stage.mount('remount', 'size=400m')
      expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
      await expectInstalled(stage, large)
    },
  )

  test('runs full while unpacking: nothing is left, and the next run heals without a download', async () => {
    const stage = await stageOnDisk(origin, 20)
    stage.server.site.publish(surprise)
    const failed = await stage.gv(['install', '1.22.5'])
    expectFailure(failed, exit.storage, /no space is left there \(.* free\)\nhint: gv uninstall/)
    for (const folder of ['versions', 'receipts', 'tmp', 'locks'])
      expect(await stage.list('store', folder), folder).toEqual([])
    stage.mount('remount', 'size=60m')
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, surprise)
    expect(stage.server.count(stage.archives)).toBe(1)
  })

  test('runs full while downloading what was not announced: nothing is left, and the next run heals', async () => {
    const stage = await stageOnDisk(origin, 40)
    const release = publishLarge(stage, { unlisted: true })
    stage.server.fault(stage.archives, file(archiveBytes(stage, release), { unsized: 'in chunks' }))
    expectFailure(await stage.gv(['install', '1.22.5']), exit.storage, /no space left on the disk/)
    await expectNothingInstalled(stage)
    stage.mount('remount', 'size=400m')
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, large)
  })
})

describe.skipIf(!canMount).each(kinds)('14. a store that is read-only, with %s,', (origin) => {
  test('still lists and runs what is in it; install says so at once and asks nobody', async () => {
    const stage = await stageOnDisk(origin, 60)
    const toolchain = makeToolchain('1.22.5')
    stage.server.site.publish(toolchain)
    stage.server.site.publish(makeToolchain('1.21.13'))
    await stage.gv(['install', '1.22.5'])
    stage.server.reset()
    stage.mount('remount', 'ro')
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
