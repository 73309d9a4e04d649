import { mkdir, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { status } from '../support/fault-server.ts'
import { startGoServer } from '../support/go-server.ts'
import { makeToolchain, moduleGoMod, moduleVersion, moduleZip } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled } from './expectations.ts'
import { type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')
const nowhere = 'http://127.0.0.1:9'

/** What makes gv a gv without any setting of the user. */
const unset = {
  GV_MIRROR: undefined,
  GOPROXY: undefined,
  GOSUMDB: undefined,
  HTTPS_PROXY: undefined,
  SSL_CERT_FILE: undefined,
}

/** Writes the toolchain where `go mod download` would have it, so that the folder is a GOPROXY; without the log's records. */
async function writeModuleCache(stage: Stage): Promise<string> {
  const base = stage.path('modcache/golang.org/toolchain/@v')
  const version = moduleVersion(toolchain)
  await mkdir(base, { recursive: true })
  await writeFile(`${base}/${version}.zip`, moduleZip(toolchain))
  await writeFile(`${base}/${version}.mod`, moduleGoMod)
  await writeFile(`${base}/${version}.info`, JSON.stringify({ Version: version, Time: '2024-07-02T19:11:12Z' }))
  await writeFile(`${base}/list`, `${version}\n`)
  return pathToFileURL(stage.path('modcache')).href
}

describe('settings of go', () => {
  test("count from the file of `go env -w`, and the environment's before them", async () => {
    const stage = await setStage('a GOPROXY')
    stage.server.site.publish(toolchain)
    await stage.write('home/.config/go/env', `GOPROXY=${stage.server.goproxy}\nGOSUMDB=${stage.server.gosumdb}\n`)
    const failed = await stage.gv(['install', '1.22.5'], { env: { ...unset, GOPROXY: nowhere } })
    expectFailure(failed, exit.network, /connection refused .*127\.0\.0\.1:9/)
    const off = await stage.gv(['install', '1.22.5'], { env: { ...unset, GOENV: 'off', HTTPS_PROXY: nowhere } })
    expect(off.status).toBe(exit.network)
    expect(stage.server.seen).toEqual([])
    expect(await stage.gv(['install', '1.22.5'], { env: unset })).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })

  test.each([
    [',', 404, 0],
    [',', 410, 0],
    [',', 500, exit.network],
    ['|', 500, 0],
    ['|', 404, 0],
  ])('"a%sb" in GOPROXY goes on after %i as for go (status %i)', async (comma, code, expected) => {
    const stage = await setStage('a GOPROXY')
    stage.server.site.publish(toolchain)
    const first = await startGoServer(stage.server.log)
    first.fault(/./, status(code, { 'retry-after': '0' }))
    const result = await stage.gv(['install', '1.22.5'], {
      env: { GOPROXY: `${first.goproxy}${comma}${stage.server.goproxy}` },
    })
    expect(result.status).toBe(expected)
    expect(first.count(/\.zip$/)).toBeGreaterThan(0)
    expect(stage.server.count(/\.zip$/)).toBe(expected === 0 ? 1 : 0)
  })

  test.each(['off', ' off , http://127.0.0.1:9'])('GOPROXY=%j asks nobody', async (goproxy) => {
    const stage = await setStage('a mirror')
    const failed = await stage.gv(['install', '1.22.5'], { env: { GV_MIRROR: undefined, GOPROXY: goproxy } })
    expectFailure(failed, exit.network, /GOPROXY=off forbids the network/)
    expect(stage.server.seen).toEqual([])
  })

  test('GOPROXY=direct is go.dev, as for go', async () => {
    const stage = await setStage('go.dev')
    stage.server.site.publish(toolchain)
    stage.server.fault(/^\/dl\/mod\//, (request, response) => {
      request.url = `/proxy${(request.url ?? '').slice('/dl/mod'.length)}`
      stage.server.site.answer(request, response)
    })
    expect(await stage.gv(['install', '1.22.5'], { env: { GOPROXY: 'direct' } })).toMatchObject({ status: 0 })
    expect(stage.server.count(/^\/dl\/mod\/.*\.zip$|^\/proxy\/.*\.zip$/)).toBeGreaterThan(0)
  })

  test('a file:// GOPROXY needs the log all the same, from beside it or from elsewhere', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    const GOPROXY = await writeModuleCache(stage)
    const env = { GV_MIRROR: undefined, GOPROXY, GOSUMDB: stage.server.gosumdbDirect }
    expect(await stage.gv(['install', '1.22.5'], { env })).toMatchObject({ status: 0, stderr: '' })
    expect(stage.server.count(/\/dl\/|\.zip$/)).toBe(0)
    expect(stage.server.count(/\/lookup\//)).toBe(1)
    expect((await stage.gv(['list', '--json'])).json()).toMatchObject([{ version: '1.22.5', proof: 'log' }])
  })

  test('GOSUMDB that names no log is an error', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    expectFailure(
      await stage.gv(['install', '1.22.5'], { env: { GOSUMDB: 'sum.example.com' } }),
      exit.usage,
      /GOSUMDB is set to "sum\.example\.com"/,
    )
    expect(await stage.list('store/versions')).toEqual([])
  })
})

describe('settings of gv', () => {
  test('GV_MIRROR is the only source, whatever fails there', async () => {
    const stage = await setStage('go.dev')
    stage.server.site.publish(toolchain)
    const failed = await stage.gv(['install', '1.22.5'], { env: { GV_MIRROR: nowhere } })
    expectFailure(failed, exit.network, /connection refused .*127\.0\.0\.1:9/)
    expect(stage.server.count(/^\/(?:dl|go)\//)).toBe(0)
  })

  test('--source chooses one', async () => {
    const stage = await setStage('a GOPROXY')
    stage.server.site.publish(toolchain)
    const env = { GV_MIRROR: stage.server.mirror, GOSUMDB: stage.server.gosumdb }
    expect(await stage.gv(['install', '1.22.5', '--source', 'goproxy'], { env })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(stage.server.count(/^\/(?:dl|go)\//)).toBe(0)
    await stage.gv(['uninstall', '1.22.5'])
    stage.server.reset()
    expect(await stage.gv(['install', '1.22.5', '--source', 'mirror'], { env })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(stage.server.count(/\.zip$/)).toBe(0)
    await stage.gv(['uninstall', '1.22.5'])
    expect(await stage.gv(['install', '1.22.5', '--source', stage.server.mirror])).toMatchObject({
      status: 0,
      stderr: '',
    })
    expectFailure(
      await stage.gv(['install', '1.22.6', '--source', 'mirror']),
      exit.usage,
      /there is no mirror[\s\S]*hint: GV_MIRROR=/,
    )
  })

  test('go.dev that cannot be reached is said in a line, and the GOPROXY of the Go on this machine is asked', async () => {
    const stage = await setStage('a GOPROXY')
    stage.server.site.publish(toolchain)
    await stage.write('machine/go.env', `GOPROXY=${stage.server.goproxy}\nGOSUMDB=${stage.server.gosumdb}\n`)
    const result = await stage.gv(['install', '1.22.5'], { env: { ...unset, HTTPS_PROXY: nowhere } })
    expect(result.status).toBe(0)
    expect(result.stderr).toMatch(/^gv: go\.dev cannot be reached \(ECONNREFUSED\); using GOPROXY\n$/)
    await expectInstalled(stage, toolchain)
  })

  test('GV_ROOT has to be absolute', async () => {
    const stage = await setStage('a mirror')
    expectFailure(
      await stage.gv(['list'], { env: { GV_ROOT: 'store' } }),
      exit.usage,
      /GV_ROOT is "store": it has to be an absolute path/,
    )
  })

  test('the store is ~/.gv where nothing else is said', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    expect(await stage.gv(['install', '1.22.5'], { env: { GV_ROOT: undefined } })).toMatchObject({ status: 0 })
    expect(await stage.list('home/.gv/versions')).toEqual(['go1.22.5'])
  })
})

describe('settings of the network', () => {
  test('HTTPS_PROXY is used for https, but not for what NO_PROXY names', async () => {
    const stage = await setStage('go.dev')
    stage.server.site.publish(toolchain)
    const direct = await stage.gv(['install', '1.22.5'], {
      env: { NO_PROXY: 'go.dev', GV_MIRROR: 'https://go.dev:9/dl' },
    })
    expect(direct.status).toBe(exit.network)
    expect(stage.server.count(/^\/dl\//)).toBe(0)
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
  })

  test('HTTP_PROXY is not used for this machine itself', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    expect(await stage.gv(['install', '1.22.5'], { env: { HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere } })).toMatchObject(
      { status: 0 },
    )
  })

  test('a proxy that refuses is named', async () => {
    const stage = await setStage('go.dev')
    const env = { GV_MIRROR: 'https://example.com/dl' }
    expectFailure(
      await stage.gv(['install', '1.22.5'], { env }),
      exit.network,
      /403.*proxy 127\.0\.0\.1:\d+|proxy 127\.0\.0\.1:\d+.*403/,
    )
  })
})
