import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { UnreachableError } from '../../src/net/client.ts'
import { defaultTimings, type Timings } from '../../src/net/timings.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { type Answer, drip, file, inTurn, listen, silence, startFaultServer } from '../support/fault-server.ts'
import { openClient, randomFile, scratchFolder } from './net-case.ts'

/** The real ones, fifty times shorter. */
const short: Partial<Timings> = {
  connectMs: 200,
  answerMs: 400,
  idleMs: 400,
  floorMs: 600,
  patienceMs: 1000,
  stalledPatienceMs: 80,
  backOffMs: 10,
}
const options = { what: 'it', maxBytes: 1e9 }
const { bytes } = randomFile(300_000)

/** How many milliseconds it takes to fail, the reason, and how often the server was asked. */
async function failureOf(answer: Answer, download = false) {
  const server = await startFaultServer(answer)
  const { client, notices } = openClient({ timings: short })
  const start = performance.now()
  const error = await gvErrorOf('network', () =>
    download
      ? client.download(server.url, { ...options, partial: `${scratchFolder()}/p` })
      : client.get(server.url, options),
  )
  return {
    ms: performance.now() - start,
    error,
    /** Of the first try, which has patience enough for its whole limit. */
    notice: notices[0] ?? '',
    /** Of the last one. */
    reason: error.reason ?? '',
    host: server.url.host,
    tries: server.seen.length,
  }
}

test('the real limits end a stalled server within 60 s, all tries and waits together', () => {
  const { patienceMs, stalledPatienceMs, backOffMs, tries } = defaultTimings
  const waits = Array.from({ length: tries - 1 }, (_, n) => backOffMs * 2 ** n).reduce((sum, ms) => sum + ms, 0)
  // A list that does not come, and then what is asked for without it.
  expect(patienceMs + waits + stalledPatienceMs).toBeLessThan(60_000)
  expect(defaultTimings).toMatchObject({
    connectMs: 10_000,
    answerMs: 20_000,
    idleMs: 20_000,
    floorMs: 30_000,
    tries: 4,
  })
  expect(defaultTimings.floorBytes / defaultTimings.floorMs).toBe(1024 / 1000)
})

describe('a server that', () => {
  test('accepts and never answers is left, named with its phase', async () => {
    const { ms, reason, host, tries } = await failureOf(silence)
    expect(ms).toBeGreaterThan(800)
    expect(tries).toBeLessThanOrEqual(3)
    expect(reason).toMatch(
      /^(no answer within 400 ms|too little came for 1.0 s in all) while waiting for the answer of /,
    )
    expect(reason).toContain(host)
  })

  test('stops in the middle of a body is left', async () => {
    const { tries, notice, reason, host } = await failureOf(
      file(bytes, { until: 20_000, end: 'stall', etag: '"a"' }),
      true,
    )
    expect(tries).toBeLessThanOrEqual(3)
    expect(notice).toMatch(/^nothing came for 400 ms while reading from /)
    expect(reason).toContain(host)
  })

  test('lets each phase last as long as it may is left as soon', async () => {
    const { tries } = await failureOf((_, response) => {
      setTimeout(() => response.write('x'), 300)
    })
    expect(tries).toBeLessThanOrEqual(2)
  })

  test('drips is left', async () => {
    const { notice, reason, host, tries } = await failureOf((_, response) => drip(response, bytes))
    expect(tries).toBeLessThanOrEqual(2)
    expect(notice).toMatch(/^less than 30.7 kB came in 600 ms while reading from /)
    expect(reason).toContain(host)
  })

  test('drips its head is left', async () => {
    const { tries, reason } = await failureOf((request) => {
      const head = 'HTTP/1.1 200 OK\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'
      let at = 0
      const timer = setInterval(() => request.socket.write(head[at++] ?? 'y'), 20)
      request.socket.on('close', () => clearInterval(timer))
    })
    expect(tries).toBeLessThanOrEqual(3)
    expect(reason).toMatch(/while waiting for the answer of/)
  })

  test('is slow but not too slow is waited for', async () => {
    const answer: Answer = (_, response) => {
      let left = 20
      response.writeHead(200)
      const timer = setInterval(() => {
        if (left-- > 0) response.write(bytes.subarray(0, 15_000))
        else {
          clearInterval(timer)
          response.end()
        }
      }, 80)
    }
    const server = await startFaultServer(answer)
    const start = performance.now()
    const { body } = await openClient({ timings: short }).client.get(server.url, options)
    expect(body).toHaveLength(300_000)
    expect(performance.now() - start).toBeGreaterThan(short.patienceMs ?? 0)
  })

  test('stalls once is asked again', async () => {
    const server = await startFaultServer(inTurn(silence, file(bytes)))
    const { client, notices } = openClient({ timings: short })
    expect((await client.get(server.url, options)).body).toHaveLength(bytes.length)
    expect(notices[0]).toMatch(/^no answer within 400 ms while waiting for the answer of .*; trying again/)
  })

  test('has used up the patience of one request is asked once more, and not for long, until it answers', async () => {
    let isSilent = true
    const server = await startFaultServer((request, response, nth) =>
      (isSilent ? silence : file(bytes))(request, response, nth),
    )
    const { client } = openClient({ timings: short })
    const timed = async () => {
      const [start, asked] = [performance.now(), server.seen.length]
      await gvErrorOf('network', () => client.get(server.url, options))
      return { ms: performance.now() - start, tries: server.seen.length - asked }
    }
    expect((await timed()).ms).toBeGreaterThan(800)
    const second = await timed()
    expect(second.tries).toBe(1)
    expect(second.ms).toBeLessThan(800)
    isSilent = false
    expect((await client.get(server.url, options)).body).toHaveLength(bytes.length)
    isSilent = true
    expect((await timed()).ms).toBeGreaterThan(800)
  })

  test('takes connections but speaks no TLS is tried twice, as one that cannot be reached', async () => {
    const { port, connections } = await listen(createServer((socket) => socket.resume()))
    const { client } = openClient({ timings: short, env: { SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' } })
    const error = await gvErrorOf('network', () => client.get(new URL(`https://127.0.0.1:${port}/`), options))
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error.reason).toMatch(/^no connection within 200 ms while connecting to 127\.0\.0\.1:\d+ .*; tried 2 times$/)
    expect(connections()).toBe(2)
  })
})

test.each([
  ['https', {}],
  ['a proxy', { HTTPS_PROXY: 'http://127.0.0.1:PORT' }],
])('a connection by %s that does not stand yet is called off by close()', async (_, env) => {
  const { port, connections, open } = await listen(createServer((socket) => socket.resume()))
  const settings = Object.entries(env).map(([name, value]) => [name, value.replace('PORT', String(port))])
  const { client } = openClient({ timings: { connectMs: 60_000 }, env: Object.fromEntries(settings) })
  const url = new URL(settings.length > 0 ? 'https://go.example/' : `https://127.0.0.1:${port}/`)
  const getting = gvErrorOf('interrupted', () => client.get(url, options))
  await expect.poll(connections).toBe(1)
  await client.close()
  await getting
  await expect.poll(open).toBe(0)
})
