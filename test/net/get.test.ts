import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { HttpStatusError, UnreachableError } from '../../src/net/client.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import {
  type Answer,
  byPath,
  file,
  inTurn,
  redirect,
  reset,
  silence,
  startFaultServer,
  status,
} from '../support/fault-server.ts'
import { openClient } from './net-case.ts'

const options = { what: 'the list', maxBytes: 1000 }
const ok = status(200, { etag: '"a"' }, 'hello')

describe('get', () => {
  test('gives body, ETag and the final URL', async () => {
    const server = await startFaultServer(byPath({ '/a': redirect('/b?c=d'), '/b?c=d': ok }))
    const { client } = openClient()
    const answer = await client.get(new URL('/a', server.url), options)
    expect(answer).toEqual({ status: 200, body: Buffer.from('hello'), etag: '"a"', url: new URL('/b?c=d', server.url) })
  })

  test('asks with If-None-Match and understands 304', async () => {
    const server = await startFaultServer(status(304, { etag: '"a"' }))
    const answer = await openClient().client.get(server.url, { ...options, etag: '"a"' })
    expect(server.seen[0]?.headers['if-none-match']).toBe('"a"')
    expect(answer).toMatchObject({ status: 304, body: Buffer.alloc(0), etag: '"a"' })
  })

  test.each(['a', '"a\r\nx: y"', '"ä"'])('does not send %j as an ETag', async (etag) => {
    const server = await startFaultServer(ok)
    await openClient().client.get(server.url, { ...options, etag })
    expect(server.seen[0]?.headers).not.toHaveProperty('if-none-match')
  })

  test('refuses a 304 that was not asked for', async () => {
    const server = await startFaultServer(status(304))
    await gvErrorOf('network', () => openClient().client.get(server.url, options))
  })

  test('uses a connection again, also after a 404 and a redirect', async () => {
    const server = await startFaultServer(byPath({ '/a': ok, '/r': redirect('/a') }))
    const { client } = openClient()
    await gvErrorOf('network', () => client.get(new URL('/gone', server.url), options))
    await client.get(new URL('/r', server.url), options)
    await client.get(new URL('/a', server.url), options)
    expect(server.seen).toHaveLength(4)
    expect(server.connections()).toBe(1)
  })

  test.each([404, 410, 403, 401, 400, 204, 206, 300])('ends with status %d at once', async (code) => {
    const server = await startFaultServer(status(code))
    const error = await gvErrorOf('network', () =>
      openClient().client.get(new URL('/x?token=secret', server.url), options),
    )
    expect(error).toBeInstanceOf(HttpStatusError)
    expect(error).toMatchObject({
      status: code,
      notThere: code === 404 || code === 410,
      message: 'cannot get the list',
    })
    expect(error.reason).toMatch(new RegExp(`^http://127.0.0.1:${server.port}/x answered ${code}`))
    expect(server.seen).toHaveLength(1)
  })
})

describe('what is too long or of the wrong kind', () => {
  const unsized: Answer = (_, response) => {
    const timer = setInterval(() => response.write('x'.repeat(300)), 1)
    response.on('close', () => clearInterval(timer))
  }

  test.each<[string, Answer]>([
    ['by its Content-Length', (_, response) => response.writeHead(200, { 'content-length': '1001' }).flushHeaders()],
    ['while it is read', unsized],
    [
      'once it is unpacked',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1001))),
    ],
  ])('is refused %s, without a second try', async (_, answer) => {
    const server = await startFaultServer(answer)
    const error = await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(error.reason).toMatch(/answered with more than 1.0 kB$/)
    expect(server.seen).toHaveLength(1)
  })

  test('is not what just fits', async () => {
    const server = await startFaultServer(status(200, { 'content-encoding': 'gzip' }, ''))
    const fits = await startFaultServer((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1000))),
    )
    expect((await openClient().client.get(fits.url, options)).body).toHaveLength(1000)
    await gvErrorOf('network', () => openClient().client.get(server.url, options))
  })

  test.each([
    ['gzip', 'not gzip'],
    ['br', 'whatever'],
  ])('is refused in the coding %s', async (coding, body) => {
    const server = await startFaultServer(status(200, { 'content-encoding': coding }, body))
    await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(server.seen).toHaveLength(1)
  })

  test('is no HTTP at all', async () => {
    const server = await startFaultServer((request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    const error = await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(error.reason).toContain('the answer is not HTTP')
    expect(server.seen).toHaveLength(1)
  })
})

describe('tries', () => {
  test.each<[string, Answer]>([
    ['503 once', status(503)],
    ['429 with Retry-After: 0', status(429, { 'retry-after': '0' })],
    ['408', status(408)],
    ['500', status(500)],
    ['502', status(502)],
    ['504', status(504)],
    ['a reset', reset],
    ['a cut body', file(Buffer.from('hello'), { until: 3 })],
    ['a cut body in chunks', file(Buffer.from('hello'), { until: 3, unsized: 'in chunks' })],
  ])('heal %s', async (_, fault) => {
    const server = await startFaultServer(inTurn(fault, ok))
    const { client, notices } = openClient()
    expect((await client.get(server.url, options)).body.toString()).toBe('hello')
    expect(server.seen).toHaveLength(2)
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatch(/; trying again( in \d+ ms)?$/)
    expect(notices[0]).not.toContain('\n')
  })

  test('end after four', async () => {
    const server = await startFaultServer(status(503))
    const error = await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(server.seen).toHaveLength(4)
    expect(error).toMatchObject({
      status: 503,
      reason: `${server.url} answered 503 Service Unavailable; tried 4 times`,
    })
  })

  test('wait as long as Retry-After says', async () => {
    const server = await startFaultServer(inTurn(status(429, { 'retry-after': '1' }), ok))
    const { client, notices } = openClient()
    const start = performance.now()
    await client.get(server.url, options)
    expect(performance.now() - start).toBeGreaterThan(990)
    expect(notices[0]).toContain('trying again in 1.0 s')
  })

  test('are given up when Retry-After asks for more than a minute', async () => {
    const server = await startFaultServer(status(503, { 'retry-after': '61' }))
    const error = await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(server.seen).toHaveLength(1)
    expect(error.reason).toMatch(/it asks to wait 1 min 1 s, longer than gv does$/)
  })

  test('count a Retry-After date from the clock of the context', async () => {
    const now = () => new Date('2026-03-01T00:00:00Z')
    const server = await startFaultServer(status(503, { 'retry-after': 'Sun, 01 Mar 2026 00:02:00 GMT' }))
    const error = await gvErrorOf('network', () => openClient({ now }).client.get(server.url, options))
    expect(error.reason).toContain('it asks to wait 2 min 0 s')
  })
})

describe('a server that is not there', () => {
  test('is recognised at once', async () => {
    const server = await startFaultServer(ok)
    await server.close()
    const { client, notices } = openClient()
    const error = await gvErrorOf('network', () => client.get(new URL('/x', server.url), options))
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error).toMatchObject({ host: `127.0.0.1:${server.port}` })
    expect(error.reason).toBe(
      `connection refused (ECONNREFUSED) while connecting to 127.0.0.1:${server.port} (http://127.0.0.1:${server.port}/x)`,
    )
    expect(notices).toEqual([])
  })
})

describe('an interruption', () => {
  test('ends a request at once', async () => {
    const server = await startFaultServer(silence)
    const { client, interrupt } = openClient({ timings: { answerMs: 60_000 } })
    const getting = client.get(server.url, options)
    setTimeout(interrupt, 50)
    const start = performance.now()
    await gvErrorOf('interrupted', () => getting)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('ends the wait for the next try', async () => {
    const server = await startFaultServer(status(503, { 'retry-after': '60' }))
    const { client, interrupt } = openClient()
    setTimeout(interrupt, 200)
    await gvErrorOf('interrupted', () => client.get(server.url, options))
    expect(server.seen).toHaveLength(1)
  })

  test('before a request leaves it unsent', async () => {
    const server = await startFaultServer(ok)
    const { client, interrupt } = openClient()
    interrupt()
    await gvErrorOf('interrupted', () => client.get(server.url, options))
    expect(server.connections()).toBe(0)
  })

  test('is what closing the client is for those that wait', async () => {
    const server = await startFaultServer(silence)
    const { client } = openClient()
    const getting = gvErrorOf('interrupted', () => client.get(server.url, options))
    await client.close()
    await getting
  })
})

test('many requests at once do not make Node warn of listeners', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): number => warnings.push(warning)
  process.on('warning', onWarning)
  const server = await startFaultServer(inTurn(...Array(15).fill(status(503)), ok))
  const { client } = openClient()
  await Promise.all(Array.from({ length: 30 }, () => client.get(server.url, options)))
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

test('nothing of a closed client keeps the process alive', async () => {
  const server = await startFaultServer(ok)
  const { client } = openClient()
  await client.get(server.url, options)
  await client.close()
  await server.close()
  const left = (): string[] => process.getActiveResourcesInfo().filter((name) => /^TCP|^TLS/.test(name))
  await vi.waitFor(() => expect(left()).toEqual([]))
})
