import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { inTurn, status } from '../fault-server.ts'
import { startGoInternet, startGoServer } from '../go-server.ts'
import { findRealGo } from '../real-go.ts'
import { makeSandbox } from '../sandbox.ts'
import { archiveOf, makeToolchain, sha256Hex } from '../toolchain-factory.ts'

const run = promisify(execFile)
const toolchain = makeToolchain('1.22.5')

describe('the server in the place of go.dev', () => {
  test('lists releases, newest first, supported lines only unless asked', async () => {
    const { site, mirror } = await startGoServer()
    for (const version of ['1.21.13', '1.22.5', '1.23rc1', '1.9']) site.publish(makeToolchain(version))
    site.publish(makeToolchain('1.22.4'), { unlisted: true })
    const all = await json(`${mirror}/?mode=json&include=all`)
    expect(all.map(({ version }) => version)).toEqual(['go1.23rc1', 'go1.22.5', 'go1.21.13', 'go1.9'])
    expect(all[1]?.files[1]).toMatchObject({
      filename: 'go1.22.5.linux-amd64.tar.gz',
      sha256: sha256Hex(archiveOf(toolchain)),
    })
    expect(await json(`${mirror}/?mode=json`)).toHaveLength(2)
  })

  test('leads to an archive on another host, whole or in part', async () => {
    const { site, mirror } = await startGoServer()
    const { archive, archiveName } = site.publish(toolchain)
    const whole = await fetch(`${mirror}/${archiveName}`)
    expect(new URL(whole.url).hostname).toBe('localhost')
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(archive)
    const etag = whole.headers.get('etag') ?? ''
    const rest = await fetch(`${mirror}/${archiveName}`, { headers: { range: 'bytes=100-', 'if-range': etag } })
    expect(rest.status).toBe(206)
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(archive.subarray(100))
    expect((await fetch(`${mirror}/${archiveName}`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect(await (await fetch(`${mirror}/${archiveName}.sha256`)).text()).toBe(sha256Hex(archive))
    expect((await fetch(`${mirror}/${archiveName}.asc`)).status).toBe(404)
  })

  test('is as faulty as asked, and counts', async () => {
    const server = await startGoServer()
    server.site.publish(toolchain)
    server.fault(/^\/dl\/\?/, inTurn(status(503), status(429, { 'retry-after': '1' }), server.normal))
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await fetch(`${server.mirror}/?mode=json`)).status)
    expect(statuses).toEqual([503, 429, 200, 200])
    expect(server.count(/mode=json/)).toBe(4)
    server.reset()
    expect(server.count(/mode=json/)).toBe(0)
  })
})

describe('the server as a GOPROXY with a log', () => {
  const go = findRealGo()

  test.skipIf(!go)('is taken by the real go, log and all', async () => {
    const { site, goproxy, gosumdb } = await startGoServer()
    site.log.growTo(300)
    site.publish(toolchain)
    const { stdout } = await askGo(goproxy, gosumdb)
    expect(stdout).toBe('go version go1.22.5 linux/amd64\n')
  })

  test.skipIf(!go)('is refused by the real go when the log knows other files', async () => {
    const { site, goproxy, gosumdb } = await startGoServer()
    const { moduleVersion: version } = site.publish(toolchain, { unlogged: true })
    site.log.add({ module: 'golang.org/toolchain', version })
    await expect(askGo(goproxy, gosumdb)).rejects.toThrow(/SECURITY ERROR|checksum mismatch/)
  })

  async function askGo(goproxy: string, gosumdb: string) {
    const { cwd, home } = await makeSandbox()
    const env = {
      HOME: home,
      PATH: '/usr/bin:/bin',
      GOPROXY: goproxy,
      GOSUMDB: gosumdb,
      GOTOOLCHAIN: 'go1.22.5',
      GOFLAGS: '-modcacherw',
    }
    return run(go?.path ?? '', ['version'], { cwd, env })
  }
})

test('the real names are served over https, through a proxy only', async () => {
  const { site, proxyUrl, authority, tunnels, log } = await startGoInternet()
  const { archive, archiveName, moduleVersion } = site.publish(toolchain)
  const { write, path } = await makeSandbox()
  const ca = await write('ca.pem', authority.cert)
  const curl = (...args: string[]) => run('curl', ['--silent', '--fail', '--proxy', proxyUrl, '--cacert', ca, ...args])
  await curl('--location', '--output', path('archive'), `https://go.dev/dl/${archiveName}`)
  expect(await readFile(path('archive'))).toEqual(archive)
  const lookup = await curl(`https://sum.golang.org/lookup/golang.org/toolchain@${moduleVersion}`)
  expect(lookup.stdout).toContain(`— ${log.key.name} `)
  await expect(curl('https://example.com/')).rejects.toThrow()
  expect(tunnels).toEqual(['go.dev:443', 'dl.google.com:443', 'sum.golang.org:443', 'example.com:443'])
})

interface Listed {
  readonly version: string
  readonly files: readonly object[]
}

async function json(url: string): Promise<Listed[]> {
  return (await fetch(url)).json() as Promise<Listed[]>
}
