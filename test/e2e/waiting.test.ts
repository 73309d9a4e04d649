import { createServer, type Server } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, file, inTurn, reset, silence, status } from '../support/fault-server.ts'
import { altered } from '../support/go-faults.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled } from './expectations.ts'
import { archiveBytes, kinds, onStage, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5', { bulkBytes: 300_000 })

/** A server that keeps gv waiting, for real: gv has the time-outs that it is shipped with. */
interface SlowServer {
  readonly what: string
  readonly origin: (typeof kinds)[number]
  /** By when gv has to have given up. */
  readonly limitMs: number
  readonly says: RegExp
  fault(stage: Stage, bytes: Buffer): void
}

const slowServers: readonly SlowServer[] = [
  {
    what: 'a mirror that takes every request and answers none',
    origin: 'a mirror',
    limitMs: 60_000,
    says: /while waiting for the answer of 127\.0\.0\.1:\d+/,
    fault: ({ server }) => server.fault(/./, silence),
  },
  {
    what: 'a mirror that stalls within the archive',
    origin: 'a mirror',
    limitMs: 60_000,
    says: /while reading from localhost:\d+/,
    fault: ({ server, archives }, bytes) =>
      server.fault(archives, file(bytes, { etag: '"x"', until: 100_000, end: 'stall' })),
  },
  {
    what: 'a GOPROXY that takes every request and answers none',
    origin: 'a GOPROXY',
    limitMs: 60_000,
    says: /while waiting for the answer of 127\.0\.0\.1:\d+/,
    fault: ({ server }) => server.fault(/./, silence),
  },
  {
    what: 'a checksum database that answers nothing',
    origin: 'a GOPROXY',
    limitMs: 60_000,
    says: /while waiting for the answer of 127\.0\.0\.1:\d+/,
    fault: ({ server }) => server.fault(/\/sumdb\//, silence),
  },
  {
    what: 'a mirror that drips',
    origin: 'a mirror',
    limitMs: 120_000,
    says: /while reading from localhost:\d+/,
    fault: ({ server, archives }, bytes) =>
      server.fault(archives, file(bytes, { etag: '"x"', until: 100_000, end: 'drip' })),
  },
  {
    what: 'a GOPROXY that drips',
    origin: 'a GOPROXY',
    limitMs: 120_000,
    says: /while reading from 127\.0\.0\.1:\d+/,
    fault: ({ server, archives }, bytes) =>
      server.fault(archives, file(bytes, { etag: '"x"', until: 100_000, end: 'drip' })),
  },
]

const deadProxy = 'a proxy that takes connections and answers nothing'

async function expectProxyLeft(): Promise<void> {
  await onStage('a mirror', async (stage) => {
    const proxy = createServer((socket) => socket.resume())
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const env = { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}` }
    const result = await stage.gv(['ls-remote', '--source', 'go.dev'], { env })
    proxy.close()
    expectFailure(result, exit.network, /while connecting to go\.dev through the proxy 127\.0\.0\.1:\d+/)
    expect(result.elapsedMs).toBeLessThan(60_000)
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Each in a promise that is looked at when the other tests are done: it is the time that takes long, not the work. */
const leftInTime = new Map<string, Promise<void>>()

beforeAll(() => {
  for (const server of slowServers) leftInTime.set(server.what, expectLeft(server))
  leftInTime.set(deadProxy, expectProxyLeft())
  for (const left of leftInTime.values()) left.catch(() => {})
})

async function expectLeft({ origin, limitMs, says, fault }: SlowServer): Promise<void> {
  await onStage(origin, async (stage) => {
    fault(stage, archiveBytes(stage, stage.server.site.publish(toolchain)))
    const result = await stage.gv(['install', '1.22.5'], { timeoutMs: limitMs + 10_000 })
    expect(result.elapsedMs).toBeLessThan(limitMs)
    expectFailure(result, exit.network, says)
    expect(await stage.list('store/versions')).toEqual([])
    stage.server.reset()
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0 })
    await expectInstalled(stage, toolchain)
  })
}

describe.each(kinds)('21. from %s', (origin) => {
  test.each<[string, number, (normal: Answer, bytes: Buffer) => Answer]>([
    ['503', 2, (normal) => inTurn(status(503), normal)],
    ['429 with Retry-After', 2, (normal) => inTurn(status(429, { 'retry-after': '1' }), normal)],
    ['502, 503, 504', 4, (normal) => inTurn(status(502), status(503), status(504), normal)],
    ['a reset', 2, (normal) => inTurn(reset, normal)],
    [
      'a cut in the middle',
      2,
      (normal, bytes) => inTurn(file(bytes, { etag: '"x"', until: 1000 }), file(bytes, { etag: '"x"' }), normal),
    ],
    [
      'a reset in the middle',
      2,
      (normal, bytes) =>
        inTurn(file(bytes, { etag: '"x"', until: 1000, end: 'reset' }), file(bytes, { etag: '"x"' }), normal),
    ],
  ])('an archive that comes after %s is taken, by %i requests', async (_what, requests, fault) => {
    const stage = await setStage(origin)
    const bytes = archiveBytes(stage, stage.server.site.publish(toolchain))
    stage.server.fault(stage.archives, fault(stage.server.normal, bytes))
    const result = await stage.gv(['install', '1.22.5'])
    expect(result.status).toBe(0)
    expect(result.stderr).toMatch(/^(?:gv: .+; trying again(?: in [\d.]+ m?s)?\n)+$/)
    expect(result.stderr.split('\n')).toHaveLength(requests)
    expect(stage.server.count(stage.archives)).toBe(requests)
    await expectInstalled(stage, toolchain)
  })

  test('a list and a record of the log that come after 503 or a reset are taken', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const [list, record] = [/mode=json|\/list$/, /\/lookup\//]
    stage.server.fault(list, inTurn(reset, stage.server.normal))
    stage.server.fault(record, inTurn(status(503), stage.server.normal))
    const result = await stage.gv(['install', 'latest'])
    expect(result.status).toBe(0)
    expect(result.stderr).toMatch(/^(?:gv: .+; trying again(?: in [\d.]+ m?s)?\n){2}$/)
    expect([stage.server.count(list), stage.server.count(record)]).toEqual([2, 2])
  })

  test('what goes on failing is tried four times', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    stage.server.fault(stage.archives, status(503))
    expectFailure(await stage.gv(['install', '1.22.5']), exit.network, /503.*tried 4 times/)
    expect(stage.server.count(stage.archives)).toBe(4)
  })

  test('a Retry-After of more than a minute is not waited for', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    stage.server.fault(stage.archives, status(429, { 'retry-after': '3600' }))
    const result = await stage.gv(['install', '1.22.5'])
    expectFailure(result, exit.network, /429.*asks to wait 60 min 0 s/)
    expect(result.elapsedMs).toBeLessThan(10_000)
    expect(stage.server.count(stage.archives)).toBe(1)
  })

  test.each<[string, number, (bytes: Buffer) => Answer]>([
    ['404', exit.noSuchVersion, () => status(404)],
    ['403', exit.network, () => status(403)],
    ['wrong bytes', exit.verification, (bytes) => file(altered(bytes))],
  ])('%s is not tried again', async (_what, expected, fault) => {
    const stage = await setStage(origin)
    const bytes = archiveBytes(stage, stage.server.site.publish(toolchain))
    stage.server.fault(stage.archives, fault(bytes))
    expectFailure(await stage.gv(['install', '1.22.5']), expected, /^gv: /)
    expect(stage.server.count(stage.archives)).toBe(1)
  })

  test('a download that was cut in every try goes on in the next run', async () => {
    const stage = await setStage(origin)
    const bytes = archiveBytes(stage, stage.server.site.publish(toolchain))
    stage.server.fault(stage.archives, inTurn(file(bytes, { etag: '"x"', until: 200_000 }), reset))
    expectFailure(await stage.gv(['install', '1.22.5']), exit.network, /tried 4 times/)
    stage.server.reset()
    stage.server.fault(stage.archives, file(bytes, { etag: '"x"' }))
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
    const [last] = stage.server.seen.filter(({ path }) => stage.archives.test(path)).slice(-1)
    expect(last?.headers).toMatchObject({ range: 'bytes=200000-', 'if-range': '"x"' })
  })

  test('a half of one archive and a half of another are found out, and the whole is fetched', async () => {
    const stage = await setStage(origin)
    const bytes = archiveBytes(stage, stage.server.site.publish(toolchain))
    stage.server.fault(
      stage.archives,
      inTurn(file(altered(bytes, 50_000), { etag: '"x"', until: 200_000, end: 'stall' }), file(bytes, { etag: '"x"' })),
    )
    const run = stage.startGv(['install', '1.22.5'], { parkAt: 'download-half' })
    await run.parked()
    run.kill('SIGKILL')
    await run.result
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0 })
    await expectInstalled(stage, toolchain)
  })
})

test.each([...slowServers.map(({ what }) => what), deadProxy])('20. %s is left, named with its phase', async (what) => {
  const left = leftInTime.get(what)
  expect(left).toBeDefined()
  await left
})
