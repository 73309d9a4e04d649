import { readFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { makeAuthority } from '../support/certificates.ts'
import { type Answer, file, redirect, startFaultServer, status } from '../support/fault-server.ts'
import { endless, webPage } from '../support/go-faults.ts'
import type { GoServer } from '../support/go-server.ts'
import type { GvProcess } from '../support/gv-process.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectPlainText } from './expectations.ts'
import { archiveBytes, kinds, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')

describe('8. https', () => {
  test.each([
    ['the list', /^\/dl\/\?/, ['install', 'latest']],
    ['the archive', /^\/dl\/go1.*gz$/, ['install', '1.22.5']],
    ['the archive, on its second host', /^\/go\/go1.*gz$/, ['install', '1.22.5']],
    ['the checksum database', /^\/lookup\//, ['install', '1.22.5']],
    ['the list of a GOPROXY', /^\/proxy\/.*\/list$/, ['install', 'latest', '--source', 'goproxy']],
    ['the zip of a GOPROXY', /^\/proxy\/.*\.zip$/, ['install', '1.22.5', '--source', 'goproxy']],
    [
      'the checksum database through a GOPROXY',
      /^\/proxy\/sumdb\/.*\/lookup\//,
      ['install', '1.22.5', '--source', 'goproxy'],
    ],
  ])('never becomes http for %s', async (_what, path, args) => {
    const isProxied = args.includes('goproxy')
    const internet = await setStage('go.dev', isProxied ? { env: { GOPROXY: 'https://go.dev/proxy' } } : {})
    const stage: Stage = isProxied ? { ...internet, origin: 'a GOPROXY' } : internet
    stage.server.site.publish(toolchain)
    const plain = await startFaultServer((request, response) => stage.server.site.answer(request, response))
    stage.server.fault(path, (request, response, nth) =>
      redirect(`${plain.as('127.0.0.1').origin}${request.url ?? ''}`)(request, response, nth),
    )
    const { status: exitStatus, stderr, stdout } = await stage.gv(args)
    expect({ exitStatus, stdout }).toEqual({ exitStatus: exit.network, stdout: '' })
    expect(stderr).toMatch(/https?:\/\/.* answered with a redirect .*http:/)
    expectPlainText(stderr)
    expect(plain.connections()).toBe(0)
    stage.server.reset()
    expect(await stage.gv(args)).toMatchObject({ status: 0 })
    await expectInstalled(stage, toolchain)
  })

  test('of an authority that nobody knows is refused, with what mends it', async () => {
    const stage = await setStage('go.dev')
    stage.server.site.publish(toolchain)
    const env = { SSL_CERT_FILE: await stage.write('other.pem', makeAuthority('somebody else').cert) }
    for (const args of [
      ['install', '1.22.5', '--source', 'go.dev'],
      ['ls-remote', '--source', 'go.dev'],
    ]) {
      expectFailure(await stage.gv(args, { env }), exit.network, /certificate.*go\.dev[\s\S]*hint: .*SSL_CERT_FILE/)
    }
    expect(stage.server.seen).toEqual([])
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
  })
})

test.each(kinds.flatMap((origin) => [[origin, 10, 0] as const, [origin, 11, exit.network] as const]))(
  '8. (%s) %i redirects end with status %i',
  async (origin, hops, expected) => {
    const stage = await setStage(origin)
    const bytes = archiveBytes(stage, stage.server.site.publish(toolchain))
    stage.server.fault(/^\/dl\/go1.*gz$|\.zip$/, redirect('/hop/1'))
    stage.server.fault(/^\/hop\//, (request, response, nth) => {
      const hop = Number((request.url ?? '').slice('/hop/'.length))
      const answer = hop < hops ? redirect(`/hop/${hop + 1}`) : file(bytes)
      answer(request, response, nth)
    })
    const { status: found, stderr } = await stage.gv(['install', '1.22.5'])
    expect({ found, isSilent: stderr === '' }).toEqual({ found: expected, isSilent: expected === 0 })
    if (expected !== 0) expect(stderr).toMatch(/redirect/)
  },
)

/** What a server may say instead of what it is asked for. */
const badAnswers: readonly (readonly [what: string, answer: Fault])[] = [
  ['that is missing', () => status(404)],
  ['that is empty', () => status(200)],
  ['that is a web page', () => webPage],
  ['of 300 MB', () => endless],
  ['that is not text', () => (_, response) => void response.end(Buffer.alloc(1000, 0xff))],
]

type Fault = (server: GoServer) => Answer

/** The answer as it should be, but for one thing. */
function edited(what: string | RegExp, by: string): Fault {
  return ({ normal }) =>
    (request, response, nth) => {
      const captured = {
        writeHead: () => captured,
        end: (body: unknown) => response.end(String(body).replace(what, by)),
      }
      normal(request, captured as unknown as ServerResponse, nth)
    }
}

/** Half of what was promised. */
const cut: Fault =
  ({ normal }) =>
  (request, response, nth) => {
    const captured = {
      writeHead: (code: number, headers: OutgoingHttpHeaders) => response.writeHead(code, headers) && captured,
      end: (body: Buffer) => response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy()),
    }
    normal(request, captured as unknown as ServerResponse, nth)
  }

describe('8. metadata', () => {
  test.each<readonly [string, Fault]>([
    ...badAnswers,
    ['that is not 64 hex digits', () => status(200, {}, 'a'.repeat(63))],
    ['that is longer than 64 hex digits', () => status(200, {}, 'a'.repeat(65))],
    ['with a letter that is no hex digit', () => status(200, {}, 'g'.repeat(64))],
    ['that is cut', cut],
  ])('(a .sha256) %s is refused soon and in little memory', async (_what, fault) => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(makeToolchain('1.21.13'))
    stage.server.site.publish(toolchain, { unlisted: true })
    stage.server.fault(/^\/go\/.*\.sha256$/, fault(stage.server))
    await expectSoonRefused(stage, ['install', '1.22.5'])
    expect(stage.server.count(stage.archives)).toBe(0)
    stage.server.reset()
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0 })
    await expectInstalled(stage, toolchain)
  })

  test.each<readonly [string, Fault]>([
    ...badAnswers,
    ['that is cut', cut],
    ['of another shape', () => status(200, {}, '{"versions": []}')],
    ['with a SHA-256 of 63 digits', edited(/"sha256": "[0-9a-f]/g, '"sha256": "')],
    ['with a version that is a path', edited(/"version": "go1.22.5"/g, '"version": "go1.22.5/../../x"')],
    ['with a version that moves the cursor', edited(/"version": "go1.22.5"/g, '"version": "go1.22.5\\u001b[2J"')],
    ['with a negative size', edited(/"size": /g, '"size": -')],
    ['with a size of 1 EB', edited(/"size": \d+/g, '"size": 1e18')],
  ])('(a list) %s is refused soon and in little memory', async (_what, fault) => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    stage.server.fault(/^\/dl\/\?/, fault(stage.server))
    await expectSoonRefused(stage, ['install', 'latest'])
    stage.server.reset()
    expect(await stage.gv(['install', 'latest'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })

  test.each<readonly [string, Fault]>([...badAnswers, ['that is cut', cut]])(
    '(a list of a GOPROXY) %s is refused soon and in little memory',
    async (_what, fault) => {
      const stage = await setStage('a GOPROXY')
      stage.server.site.publish(toolchain)
      stage.server.fault(/\/list$/, fault(stage.server))
      await expectSoonRefused(stage, ['install', 'latest'])
      stage.server.reset()
      expect(await stage.gv(['install', 'latest'])).toMatchObject({ status: 0, stderr: '' })
    },
  )

  test.each(
    kinds.flatMap((origin) =>
      // The others are among the lies of anchor.test.ts.
      [...badAnswers.filter(([what]) => /MB|text/.test(what)), ['that is cut', cut] as const].map(
        ([what, fault]) => [origin, what, fault] as const,
      ),
    ),
  )('(the checksum database of %s) %s is refused soon and in little memory', async (origin, _what, fault) => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    stage.server.fault(/\/lookup\//, fault(stage.server))
    await expectSoonRefused(stage, ['install', '1.22.5'])
    stage.server.reset()
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
  })

  test('with a wrong size is refused', async () => {
    const stage = await setStage('a mirror')
    const { archive } = stage.server.site.publish(toolchain)
    for (const size of [archive.length - 1, archive.length + 1]) {
      stage.server.fault(/^\/dl\/\?/, edited(`"size": ${archive.length}`, `"size": ${size}`)(stage.server))
      const failed = await stage.gv(['install', '1.22.5'])
      expectFailure(failed, exit.verification, new RegExp(`${archive.length} bytes, but ${size} were expected`))
    }
    stage.server.reset()
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
  })

  test.each(kinds)('that is older than one seen before does not lower `latest` (%s)', async (origin) => {
    const stage = await stageThatWithdrew(origin, '1.23.0')
    const listed = await stage.gv(['ls-remote'])
    expect(listed.stdout).toMatch(/^1\.23\.0 /)
    expect(listed.stderr).toMatch(/^gv: .* no longer lists go1\.23\.0; gv keeps what it has seen .*\n$/)
    stage.server.site.publish(makeToolchain('1.23.0'), { unlisted: true, unlogged: true })
    const installed = await stage.gv(['install', 'latest'])
    expect(installed.stdout).toMatch(/^go1\.23\.0 installed/)
    expect(installed.stderr).toMatch(/no longer lists go1\.23\.0/)
  })

  test.each(kinds)('that listed once what never was can be forgotten: the error says how (%s)', async (origin) => {
    const stage = await stageThatWithdrew(origin, '1.99.0')
    const { status: failed, stdout, stderr } = await stage.gv(['install', 'latest'])
    expect({ failed, stdout }).toEqual({ failed: exit.noSuchVersion, stdout: '' })
    expect(stderr).toMatch(/^gv: there is no go1\.99\.0 for linux-amd64: .* listed it once, and does no longer$/m)
    const [, path = ''] = /^hint: to forget what it listed: rm (\S+)$/m.exec(stderr) ?? []
    await rm(path)
    const installed = await stage.gv(['install', 'latest'])
    expect(installed).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^go1\.22\.5 installed/) })
  })
})

/** gv has seen a list with 1.22.5 and another release, which the server has taken back since. */
async function stageThatWithdrew(origin: (typeof kinds)[number], version: string): Promise<Stage> {
  const stage = await setStage(origin)
  for (const each of ['1.22.5', version]) stage.server.site.publish(makeToolchain(each))
  await stage.gv(['ls-remote'])
  await makeListsOld(stage)
  stage.server.site.withdraw(version)
  return stage
}

/** Makes the kept lists two hours old, as if the clock had moved on. */
async function makeListsOld(stage: Stage): Promise<void> {
  for (const name of await stage.list('store/cache/lists')) {
    const path = stage.path('store/cache/lists', name)
    const list = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...list, fetchedAt: new Date(Date.parse(list.fetchedAt) - 7_200_000) }))
  }
}

/**
 * Refused within 5 s and 200 MB, and nothing is published. What is tried again waits up to 3.5 s of that, and gets some more on a
 * machine that is busy.
 */
async function expectSoonRefused(stage: Stage, args: readonly string[]): Promise<void> {
  const run = stage.startGv(args)
  const memory = watchMemory(run)
  const result = await run.result
  expect([exit.noSuchVersion, exit.network, exit.verification]).toContain(result.status)
  expectFailure(result, result.status ?? -1, /^gv: /)
  expect(result.elapsedMs).toBeLessThan(/trying again/.test(result.stderr) ? 8000 : 5000)
  expect(await memory).toBeLessThan(200e6)
  expect(await stage.list('store/versions')).toEqual([])
}

/** The most memory that a process had, in bytes; 0 where the system does not tell. */
async function watchMemory({ pid, result }: GvProcess): Promise<number> {
  let isDone = false
  const end = result.then(() => {
    isDone = true
  })
  let most = 0
  for (; !isDone; await Promise.race([sleep(20), end])) most = Math.max(most, residentBytes(pid))
  return most
}

/** Source: proc(5), the high-water mark of the resident set. */
function residentBytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
