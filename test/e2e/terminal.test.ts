import { truncate, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { drip, silence } from '../support/fault-server.ts'
import type { PublishedRelease } from '../support/go-site.ts'
import { type GvRunOptions, gvProgram, stopEnvironment } from '../support/gv-process.ts'
import { startTerminal, type Terminal, terminalsAvailable } from '../support/terminal.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { expectInstalled } from './expectations.ts'
import { archiveBytes, kinds, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5', { bulkBytes: 2_000_000 })

interface GvOptions extends Pick<GvRunOptions, 'parkAt'> {
  readonly columns?: number
}

function gvIn(stage: Stage, args: readonly string[], { columns = 100, parkAt }: GvOptions = {}): Promise<Terminal> {
  const env = { ...stage.env, ...stopEnvironment(parkAt ? { parkAt } : {}, marker(stage)) }
  return startTerminal([process.execPath, gvProgram, ...args], { env, cwd: stage.cwd, columns })
}

/** The file by which a parked gv in a terminal is told to go on is `marker(stage).resume`. */
function marker(stage: Stage): string {
  return stage.path('tmp/parked-in-terminal')
}

/** Half of each archive at once, and then a byte now and then until `finish` is called. */
function slowArchives(stage: Stage, ...releases: readonly PublishedRelease[]): { finish(): void } {
  const finishers: (() => void)[] = []
  stage.server.fault(stage.archives, (request, response) => {
    const url = request.url ?? ''
    const release = releases.find((one) => url.includes(one.archiveName) || url.includes(one.moduleVersion))
    if (!release) throw new Error(`nobody is slow at ${url}`)
    const bytes = archiveBytes(stage, release)
    const half = Math.floor(bytes.length / 2)
    response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, half))
    finishers.push(drip(response, bytes.subarray(half), 200))
  })
  return {
    finish: () => {
      for (const finish of finishers) finish()
    },
  }
}

/** Nothing stands still for two seconds. */
async function expectMovement(terminal: Terminal): Promise<void> {
  const since = performance.now()
  let length = terminal.written().length
  let movedAt = since
  for (let now = since; now - since < 2500; now = performance.now()) {
    await sleep(50)
    if (terminal.written().length > length) movedAt = performance.now()
    length = terminal.written().length
    expect(performance.now() - movedAt).toBeLessThan(2000)
  }
}

describe.skipIf(!terminalsAvailable).each(kinds)('22. on a terminal, with %s,', (origin) => {
  test('a bar for each of several downloads moves all the time, and goes at the end', async () => {
    const stage = await setStage(origin)
    const other = makeToolchain('1.21.13', { bulkBytes: 2_000_000 })
    const { finish } = slowArchives(stage, stage.server.site.publish(toolchain), stage.server.site.publish(other))
    const terminal = await gvIn(stage, ['install', '1.22.5', '1.21.13'])
    const bar = String.raw`downloading +\[#+-+\] +50% +1\.0 MB of 2\.0 MB.*`
    await terminal.until(new RegExp(`^go1\\.22\\.5 +${bar}\\ngo1\\.21\\.13 +${bar}`))
    await expectMovement(terminal)
    finish()
    expect(await terminal.ended()).toBe(0)
    const screen = await terminal.screen()
    expect(screen).toMatch(/^go1\.22\.5 installed in .*\n[\s\S]*go1\.21\.13 installed in /)
    expect(screen).not.toMatch(/\[#|downloading/)
    await expectInstalled(stage, toolchain)
  })

  test('something moves while a server is silent', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    stage.server.fault(/\/lookup\//, silence)
    const terminal = await gvIn(stage, ['install', '1.22.5'])
    await terminal.until(/^go1\.22\.5 +verifying/)
    await expectMovement(terminal)
    await terminal.press('C-c')
    expect(await terminal.ended()).toBe(130)
    expect(await terminal.screen()).toMatch(/^(?:\^C)?gv: .*interrupted/m)
  })

  test('something moves while a list is waited for', async () => {
    const stage = await setStage(origin)
    stage.server.fault(/mode=json|\/list$/, silence)
    const terminal = await gvIn(stage, ['ls-remote'])
    await terminal.until(/asking for the list/)
    await expectMovement(terminal)
    await terminal.press('C-c')
    expect(await terminal.ended()).toBe(130)
    expect(await terminal.screen()).not.toMatch(/asking/)
  })

  test('something moves while an archive is unpacked', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const terminal = await gvIn(stage, ['install', '1.22.5'], { parkAt: 'unpack-half' })
    await terminal.until(/^go1\.22\.5 +unpacking/)
    await expectMovement(terminal)
    await writeFile(`${marker(stage)}.resume`, '')
    expect(await terminal.ended()).toBe(0)
  })

  test('--quiet shows nothing but the result', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const terminal = await gvIn(stage, ['install', '--quiet', '1.22.5'])
    expect(await terminal.ended()).toBe(0)
    await expect.poll(() => terminal.written()).toMatch(/^go1\.22\.5 installed in [^\n]*\r\n$/)
  })

  test('no line is wider than the terminal', async () => {
    const stage = await setStage(origin)
    const { finish } = slowArchives(stage, stage.server.site.publish(toolchain))
    const terminal = await gvIn(stage, ['install', '1.22.5'], { columns: 40 })
    await terminal.until(/downloading/)
    await sleep(500)
    // Drawn anew in its place: a line that wraps would pile up.
    expect((await terminal.screen()).split('\n').filter((line) => /downloading/.test(line))).toHaveLength(1)
    finish()
    expect(await terminal.ended()).toBe(0)
  })

  test('what waits for another gv says so, and whom for', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const first = stage.startGv(['install', '1.22.5'], { parkAt: 'unpack-half' })
    await first.parked()
    const terminal = await gvIn(stage, ['install', '1.22.5'])
    await terminal.until(new RegExp(`^gv: waiting for process ${first.pid} on .*\\n*go1\\.22\\.5 +waiting`))
    first.resume()
    expect(await terminal.ended()).toBe(0)
    expect(await terminal.screen()).toMatch(/go1\.22\.5 was installed by another gv meanwhile/)
  })
})

describe.skipIf(!terminalsAvailable)('22. on a terminal', () => {
  test('a tree that takes its time is seen being checked', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    const goroot = stage.path('store/versions/go1.22.5')
    // Without blocks: they take no room, only time.
    for (let i = 0; i < 6; i++) {
      await writeFile(`${goroot}/zeros${i}`, '')
      await truncate(`${goroot}/zeros${i}`, 2.5e8)
    }
    const verify = await gvIn(stage, ['verify', '1.22.5'])
    expect(await verify.ended()).toBe(5)
    expect(verify.written()).toMatch(/go1\.22\.5 +checking/)
    expect(await verify.screen()).toMatch(/^go1\.22\.5 .* is NOT as published/)
  })
})

test.each(kinds)('22. piped there is one line at the end (%s)', async (origin) => {
  const stage = await setStage(origin)
  stage.server.site.publish(toolchain)
  const install = await stage.gv(['install', '1.22.5'])
  expect(install).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^go1\.22\.5 installed .*\n$/) })
  const verify = await stage.gv(['verify', '1.22.5'])
  expect(verify).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^go1\.22\.5 .*\n$/) })
  const uninstall = await stage.gv(['uninstall', '1.22.5'])
  expect(uninstall).toMatchObject({ status: 0, stderr: '', stdout: 'go1.22.5 is uninstalled\n' })
})
