import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { redirect, type SeenRequest, startFaultServer, status } from '../support/fault-server.ts'
import type { GvResult } from '../support/gv-process.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled } from './expectations.ts'
import { type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')
const user = 'anna'
const secret = 'pa55-w0rd'
const basic = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
const token = 'tok3n-of-the-query'

/** No file of the store and nothing that was printed holds a secret, in any spelling. */
async function expectNoSecrets(stage: Stage, ...results: readonly GvResult[]): Promise<void> {
  const spellings = [secret, encodeURIComponent(secret), basic.slice('Basic '.length), token, user]
  const texts = results.map(({ stdout, stderr }) => stdout + stderr)
  await mkdir(stage.store, { recursive: true })
  for (const entry of await readdir(stage.store, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    texts.push(path, entry.isFile() ? await readFile(path, 'latin1') : '')
  }
  for (const text of texts) for (const spelling of spellings) expect(text).not.toContain(spelling)
}

/** The credentials that requests to a host had; undefined for each that had none. */
function credentialsFor(seen: readonly SeenRequest[], host: string): (string | undefined)[] {
  return seen.filter(({ headers }) => (headers.host ?? '').startsWith(host)).map(({ headers }) => headers.authorization)
}

function withUser(url: string): string {
  return url.replace('//', `//${user}:${secret}@`)
}

describe('9. credentials', () => {
  test('of a mirror go to the mirror alone, and are told nobody', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    const env = { GV_MIRROR: withUser(stage.server.mirror) }
    const good = await stage.gv(['install', '1.22.5'], { env })
    expect(good).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
    const here = stage.server.seen.filter(({ path }) => path.startsWith('/dl/'))
    expect(new Set(credentialsFor(here, '127.0.0.1'))).toEqual(new Set([basic]))
    // The archive is on another host, and the log is another service of this one.
    expect(new Set(credentialsFor(stage.server.seen, 'localhost'))).toEqual(new Set([undefined]))
    const listed = await stage.gv(['list', '--json'], { env })
    const remote = await stage.gv(['ls-remote', '--json'], { env })
    await expectNoSecrets(stage, good, listed, remote)
  })

  test.each([401, 403, 404, 500])('are not in what is said of an answer %i', async (code) => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    stage.server.fault(/./, status(code, { 'www-authenticate': 'Basic realm="x"', 'retry-after': '0' }))
    const mirror = { env: { GV_MIRROR: `${withUser(stage.server.mirror)}?token=${token}` } }
    const proxy = { env: { GV_MIRROR: undefined, GOPROXY: withUser(stage.server.goproxy) } }
    const results = [
      await stage.gv(['install', '1.22.5'], mirror),
      await stage.gv(['install', '1.22.5', '--json'], proxy),
      await stage.gv(['ls-remote'], proxy),
      await stage.gv(['install', 'latest', '--source', withUser(stage.server.mirror)]),
    ]
    for (const { status: exitStatus } of results)
      expect([exit.noSuchVersion, exit.network, exit.verification]).toContain(exitStatus)
    await expectNoSecrets(stage, ...results)
  })

  test.each([
    ['a mirror that cannot be reached', { GV_MIRROR: `http://${user}:${secret}@127.0.0.1:9/dl` }],
    ['a GOPROXY that cannot be reached', { GV_MIRROR: undefined, GOPROXY: `http://${user}:${secret}@127.0.0.1:9` }],
    ['a mirror of a scheme that gv does not know', { GV_MIRROR: `ftp://${user}:${secret}@127.0.0.1/dl` }],
    ['a mirror that is no URL', { GV_MIRROR: `http://${user}:${secret}@[::bad/dl` }],
    ['a GOPROXY that is no URL', { GV_MIRROR: undefined, GOPROXY: `http://${user}:${secret}@ex ample/` }],
    ['a checksum database', { GOSUMDB: `sum.golang.org http://${user}:${secret}@127.0.0.1:9/` }],
    ['a proxy', { HTTPS_PROXY: `http://${user}:${secret}@127.0.0.1:9`, GV_MIRROR: 'https://go.dev/dl' }],
  ])('of %s are not in the error', async (_what, env) => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    const result = await stage.gv(['install', '1.22.5'], { env })
    expect(result.status).not.toBe(0)
    expectFailure(result, result.status ?? -1, /^gv: /)
    await expectNoSecrets(stage, result)
  })

  test('of a GOPROXY go to it, and through a redirect to nobody else', async () => {
    const stage = await setStage('a GOPROXY')
    const { moduleZip } = stage.server.site.publish(toolchain)
    const other = await startFaultServer((_, response) => response.end(moduleZip))
    stage.server.fault(/\.zip$/, redirect(`${other.as('localhost').href}the.zip`))
    const env = { GOPROXY: withUser(stage.server.goproxy) }
    const result = await stage.gv(['install', '1.22.5'], { env })
    expect(result).toMatchObject({ status: 0, stderr: '' })
    expect(new Set(credentialsFor(stage.server.seen, '127.0.0.1'))).toEqual(new Set([basic]))
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined])
    await expectNoSecrets(stage, result)
  })

  test('of ~/.netrc go to their host alone', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    await stage.write(
      'home/.netrc',
      `machine 127.0.0.1 login ${user} password ${secret}\nmachine example.com login x password y\n`,
      0o600,
    )
    const result = await stage.gv(['install', '1.22.5'])
    expect(result).toMatchObject({ status: 0, stderr: '' })
    const own = stage.server.seen.filter(({ headers }) => headers.host?.startsWith('127.0.0.1'))
    expect(own.length).toBeGreaterThan(0)
    for (const { headers } of own) expect(headers.authorization).toBe(basic)
    expect(new Set(credentialsFor(stage.server.seen, 'localhost'))).toEqual(new Set([undefined]))
    await expectNoSecrets(stage, result)
  })

  test('of the file that NETRC names count instead, and a default goes to nobody who was not named', async () => {
    const stage = await setStage('a GOPROXY')
    stage.server.site.publish(toolchain)
    const netrc = await stage.write('elsewhere', `machine 127.0.0.1 login ${user} password ${secret}\n`, 0o600)
    await stage.write('home/.netrc', 'machine 127.0.0.1 login wrong password wrong\n', 0o600)
    expect(await stage.gv(['install', '1.22.5'], { env: { NETRC: netrc } })).toMatchObject({ status: 0 })
    for (const { headers } of stage.server.seen) expect(headers.authorization).toBe(basic)
  })

  test('of a proxy go to the proxy, not to those behind it', async () => {
    const stage = await setStage('go.dev')
    stage.server.site.publish(toolchain)
    const env = { HTTPS_PROXY: withUser(stage.env.HTTPS_PROXY ?? '') }
    const result = await stage.gv(['install', '1.22.5'], { env })
    expect(result).toMatchObject({ status: 0, stderr: '' })
    for (const { headers } of stage.server.seen) {
      expect(headers.authorization).toBeUndefined()
      expect(headers['proxy-authorization']).toBeUndefined()
    }
    await expectNoSecrets(stage, result)
  })
})
