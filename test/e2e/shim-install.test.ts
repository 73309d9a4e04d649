import { execFile } from 'node:child_process'
import { mkdir, rename } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { drip } from '../support/fault-server.ts'
import { startTerminal, type Terminal, terminalsAvailable } from '../support/terminal.ts'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'
import { type Stage, setStage } from './stage.ts'

const big = { bulkBytes: 2_000_000 }

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A stage with shims, some releases to be had, and some there already. */
async function setShimmedStage(published: readonly string[], installed: readonly string[] = []): Promise<Stage> {
  const stage = await setStage('a mirror')
  for (const version of published) stage.server.site.publish(makeToolchain(version, big))
  for (const version of installed) await writeTree(makeToolchain(version), `${stage.store}/versions/go${version}`)
  expect(await stage.gv(['reshim'])).toMatchObject({ status: 0 })
  return stage
}

function runShim(stage: Stage, cwd: string, env: Record<string, string> = {}, name = 'go'): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd: stage.path(cwd), env: { ...stage.env, ...env } }
    const child = execFile(`${stage.store}/shims/${name}`, ['version'], options, (_, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr })
    })
  })
}

function shimInTerminal(stage: Stage, cwd: string, env: Record<string, string> = {}): Promise<Terminal> {
  const options = { env: { ...stage.env, ...env }, cwd: stage.path(cwd) }
  return startTerminal([`${stage.store}/shims/go`, 'version'], options)
}

describe('what is missing, and may not be installed,', () => {
  test.each([
    [{ GV_AUTO_INSTALL: 'never' }, '', /auto_install is never \(GV_AUTO_INSTALL\)/],
    [{}, 'auto_install = "never"\n', /auto_install is never \(config\.toml\)/],
    [{ GV_AUTO_INSTALL: 'ask' }, '', /auto_install is ask \(GV_AUTO_INSTALL\), and nobody agreed/],
    [{}, 'auto_install = "ask"\n', /auto_install is ask \(config\.toml\), and nobody agreed/],
    [{ GV_OFFLINE: '1' }, '', /GV_OFFLINE forbids the network/],
    [{ GOPROXY: 'off', GV_MIRROR: '' }, '', /GOPROXY=off forbids the network/],
    [{ GOTOOLCHAIN: 'local' }, '', /GOTOOLCHAIN=local forbids installing it unasked/],
  ])('is told with the setting that stands in the way: %j %j', async (env, configuration, reason) => {
    const stage = await setShimmedStage(['1.22.5'])
    if (configuration) await stage.write('store/config.toml', configuration)
    const pin = await stage.write('project/.go-version', '1.22.5\n')
    const result = await runShim(stage, 'project', env)
    expect(result).toMatchObject({ status: 127, stdout: '' })
    expect(result.stderr).toMatch(/^gv: Go 1\.22\.5 is not installed/)
    expect(result.stderr).toContain(pin.slice(pin.lastIndexOf('/') + 1))
    expect(result.stderr).toMatch(reason)
    expect(result.stderr).toMatch(/^hint: /m)
    expect(stage.server.seen).toEqual([])
  })

  test('is made up for by an installed Go that is new enough for go.mod, and a line says so', async () => {
    const stage = await setShimmedStage([], ['1.23.1', '1.24.2'])
    await stage.write('project/go.mod', 'module m\n\ngo 1.22.99\n')
    for (const [env, why] of [
      [{ GV_OFFLINE: '1' }, 'GV_OFFLINE forbids the network'],
      [{ GV_AUTO_INSTALL: 'never' }, 'auto_install is never'],
      [{}, ''],
    ] as const) {
      const result = await runShim(stage, 'project', env)
      expect(result).toMatchObject({ status: 0, stdout: expect.stringContaining('go1.23.1') })
      expect(result.stderr).toMatch(/^gv: using 1\.23\.1 in place of 1\.22\.99: /m)
      expect(result.stderr).toContain(why)
    }
  })

  test('is not made up for where a pin names it', async () => {
    const stage = await setShimmedStage([], ['1.23.1'])
    await stage.write('project/.go-version', '1.22.99\n')
    const result = await runShim(stage, 'project')
    expect(result).toMatchObject({ status: 127, stdout: '' })
    expect(result.stderr).toMatch(/1\.22\.99/)
  })

  test('by its own name is that release and no other', async () => {
    const stage = await setShimmedStage([], ['1.22.4', '1.22.6'])
    await mkdir(stage.path('project'))
    const exact = await runShim(stage, 'project', { GV_VERSION: '1.22.6' }, 'go1.22.4')
    expect(exact).toMatchObject({ status: 0, stdout: expect.stringContaining('go1.22.4') })
    await rename(`${stage.store}/versions/go1.22.4`, stage.path('gone'))
    const gone = await runShim(stage, 'project', { GV_AUTO_INSTALL: 'never' }, 'go1.22.4')
    expect(gone).toMatchObject({ status: 127, stdout: '' })
    expect(gone.stderr).toMatch(/^gv: Go 1\.22\.4 is not installed/)
    expect(await stage.gv(['reshim'])).toMatchObject({ status: 0 })
    expect(await stage.list('store/shims')).toEqual(['go', 'go1.22.6', 'gofmt'])
  })
})

describe('gofmt', () => {
  test('comes with the Go that is installed for it', async () => {
    const stage = await setShimmedStage(['1.22.5'])
    await stage.write('project/go.mod', 'module m\n\ngo 1.22.5\n')
    const result = await runShim(stage, 'project', {}, 'gofmt')
    expect(result).toMatchObject({ status: 0, stdout: 'gofmt of go1.22.5\n' })
  })
})

describe.skipIf(!terminalsAvailable)('on a terminal', () => {
  test.each([
    ['Enter', 0, /go version go1\.22\.5/],
    ['n', 127, /auto_install is ask .*nobody agreed/],
    ['C-d', 127, /auto_install is ask .*nobody agreed/],
  ])('ask asks, and heeds %s', async (key, status, shown) => {
    const stage = await setShimmedStage(['1.22.5'])
    await stage.write('project/.go-version', '1.22.5\n')
    const terminal = await shimInTerminal(stage, 'project', { GV_AUTO_INSTALL: 'ask' })
    await terminal.until(/\.go-version:1 pins 1\.22\.5.*Install it\? \[Y\/n\]/)
    await terminal.press(key)
    if (key === 'n') await terminal.press('Enter')
    expect(await terminal.ended()).toBe(status)
    expect((await terminal.screen()).replaceAll('\n', ' ')).toMatch(shown)
  })

  test('Ctrl-C while it is being installed ends all with 130, and leaves the store as it was', async () => {
    const stage = await setShimmedStage(['1.22.5'])
    await stage.write('project/.go-version', '1.22.5\n')
    stage.server.fault(stage.archives, slowly)
    const terminal = await shimInTerminal(stage, 'project')
    await terminal.until(/downloading/)
    await terminal.press('C-c')
    expect(await terminal.ended(10_000)).toBe(130)
    expect(await terminal.screen()).toMatch(/interrupted/)
    expect(await stage.list('store/versions')).toEqual([])
    expect(await stage.list('store/receipts')).toEqual([])
    expect(await stage.list('store/tmp')).toEqual([])
    stage.server.reset()
    expect(await runShim(stage, 'project')).toMatchObject({ status: 0, stdout: expect.stringContaining('go1.22.5') })
  })

  test('Ctrl-C while it asks is one too', async () => {
    const stage = await setShimmedStage(['1.22.5'])
    await stage.write('project/.go-version', '1.22.5\n')
    const terminal = await shimInTerminal(stage, 'project', { GV_AUTO_INSTALL: 'ask' })
    await terminal.until(/Install it\?/)
    await terminal.press('C-c')
    expect(await terminal.ended(10_000)).toBe(130)
    expect(stage.server.seen).toEqual([])
  })
})

/** The head of an archive, and then a byte now and then. */
const slowly: Parameters<Stage['server']['fault']>[1] = (_, response) => {
  const body = Buffer.alloc(1_000_000, 1)
  response.writeHead(200, { 'Content-Length': String(body.length) })
  drip(response, body, 100)
}
