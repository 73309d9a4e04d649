import { execFileSync } from 'node:child_process'
import { mkdir, utimes } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { expectInstalled } from './expectations.ts'
import { kinds, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5', { bulkBytes: 1_000_000 })

const canMount = process.platform === 'linux' && process.geteuid?.() === 0

describe.each(kinds)('12. from %s', (origin) => {
  test('twenty processes that install one version make one download and one good tree', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const runs = Array.from({ length: 20 }, () => stage.gv(['install', '1.22.5']))
    const results = await Promise.all(runs)
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 0))
    const kinds = results.map(
      ({ stdout }) => /installed in|installed by another gv meanwhile|already installed/.exec(stdout)?.[0],
    )
    expect(kinds.filter((kind) => kind === 'installed in')).toHaveLength(1)
    expect(kinds).not.toContain(undefined)
    for (const { stderr } of results) {
      expect(stderr).toMatch(
        /^(?:gv: waiting for process \d+ on \S+ \(gv install 1\.22\.5\), which is installing go1\.22\.5\n)*$/,
      )
    }
    expect(stage.server.count(stage.archives)).toBe(1)
    await expectInstalled(stage, toolchain)
    expect(await stage.list('store/locks')).toEqual([])
    expect(await stage.list('store/cache/downloads')).toEqual([])
  })

  test('two versions do not wait for each other', async () => {
    const stage = await setStage(origin)
    const other = makeToolchain('1.21.13')
    for (const each of [toolchain, other]) stage.server.site.publish(each)
    const first = stage.startGv(['install', '1.22.5'], { parkAt: 'unpack-half' })
    await first.parked()
    expect(await stage.gv(['install', '1.21.13'])).toMatchObject({ status: 0, stderr: '' })
    await expectHalted(stage)
    first.resume()
    expect(await first.result).toMatchObject({ status: 0, stderr: '' })
    for (const each of [toolchain, other]) await expectInstalled(stage, each)
  })

  test('a version can be removed while another is installed', async () => {
    const stage = await setStage(origin)
    const other = makeToolchain('1.21.13')
    for (const each of [toolchain, other]) stage.server.site.publish(each)
    await stage.gv(['install', '1.21.13'])
    const first = stage.startGv(['install', '1.22.5'], { parkAt: 'unpack-half' })
    await first.parked()
    expect(await stage.gv(['uninstall', '1.21.13'])).toMatchObject({ status: 0, stderr: '' })
    await expectHalted(stage)
    first.resume()
    expect(await first.result).toMatchObject({ status: 0 })
    await expectInstalled(stage, toolchain)
  })

  /** The staging folder of the one that stands still was not taken for a dead one's. */
  async function expectHalted(stage: Stage): Promise<void> {
    expect(await stage.list('store/tmp')).toEqual([expect.stringMatching(/^go1\.22\.5\./)])
  }
})

describe.each(kinds)('13. from %s', (origin) => {
  test('the lock of a dead process does not hold up the next one', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'], { killAt: 'download-half' })
    const next = await stage.gv(['install', '1.22.5'])
    expect(next).toMatchObject({ status: 0, stderr: '' })
    expect(next.elapsedMs).toBeLessThan(5000)
    await expectInstalled(stage, toolchain)
  })

  test('a lock that nobody renews, of another machine or of a wrong clock, holds up the next one by 5 s at most', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const lock = stage.path('store/locks/go1.22.5.lock')
    await mkdir(lock, { recursive: true })
    await stage.write(
      'store/locks/go1.22.5.json',
      '{"pid":1,"host":"elsewhere","space":null,"birth":null,"startedAt":"2024-07-02T00:00:00.000Z","command":"gv install \\u001b[2J"}',
    )
    const future = new Date(Date.now() + 86_400_000)
    await utimes(lock, future, future)
    const next = await stage.gv(['install', '1.22.5'])
    expect(next).toMatchObject({ status: 0 })
    expect(next.elapsedMs).toBeLessThan(7000)
    expect(next.stderr).toMatch(
      /^gv: waiting for process 1 on elsewhere \(gv install \\x1b\[2J\), which is installing go1\.22\.5\n$/,
    )
    await expectInstalled(stage, toolchain)
  })

  test('a process that was stopped holds up the next one by 5 s at most, and does no harm when it goes on', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const first = stage.startGv(['install', '1.22.5'], { parkAt: 'unpack-half' })
    await first.parked()
    first.kill('SIGSTOP')
    const next = await stage.gv(['install', '1.22.5'])
    expect(next).toMatchObject({ status: 0 })
    expect(next.elapsedMs).toBeLessThan(7000)
    expect(next.stdout).toMatch(/^go1\.22\.5 installed in/)
    first.resume()
    first.kill('SIGCONT')
    expect(await first.result).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })

  test.skipIf(!canMount)('a folder that cannot lock costs 2 s, and then the rename decides', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const locks = stage.path('store/locks')
    await mkdir(locks, { recursive: true })
    // A folder that says that it can be written, and then has no room for a lock.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=1,mode=0755', 'tmpfs', locks])
    onTestFinished(() => void execFileSync('umount', ['-l', locks]))
    const results = await Promise.all([stage.gv(['install', '1.22.5']), stage.gv(['install', '1.22.5'])])
    for (const { status, elapsedMs } of results) {
      expect(status).toBe(0)
      expect(elapsedMs).toBeLessThan(5000)
    }
    await expectInstalled(stage, toolchain)
  })

  test('a file in the place of a lock is no lock', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.write('store/locks/go1.22.5.lock', '')
    const next = await stage.gv(['install', '1.22.5'])
    expect(next).toMatchObject({ status: 0, stderr: '' })
    expect(next.elapsedMs).toBeLessThan(5000)
  })
})
