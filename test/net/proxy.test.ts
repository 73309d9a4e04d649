import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { UnreachableError } from '../../src/net/client.ts'
import { parseProxyServer, proxyChooser } from '../../src/net/proxy-settings.ts'
import type { Timings } from '../../src/net/timings.ts'
import { type Certificate, makeAuthority } from '../support/certificates.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { listen, redirect, startFaultServer, status } from '../support/fault-server.ts'
import { openClient, scratchFolder } from './net-case.ts'

const options = { what: 'it', maxBytes: 1000 }
const ok = status(200, {}, 'ok')
const authority = makeAuthority()

interface Proxy {
  readonly port: number
  /** What it was asked: `CONNECT host:port`, `GET http://…`, and with which Proxy-Authorization. */
  readonly seen: { asked: string; authorization: string | undefined }[]
}

/** A proxy that takes every tunnel to one port of this machine, and answers plain requests itself. */
async function startProxy(targetPort: number, refusal = 0, certificate?: Certificate): Promise<Proxy> {
  const seen: Proxy['seen'] = []
  const note = (request: IncomingMessage): void => {
    const authorization = request.headers['proxy-authorization']
    seen.push({ asked: `${request.method} ${request.url} for ${request.headers.host}`, authorization })
  }
  const server = certificate ? createTlsServer(certificate) : createServer()
  server.on('request', (request, response) => {
    note(request)
    response.writeHead(refusal || 200).end('by proxy')
  })
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    note(request)
    if (refusal) {
      client.end(`HTTP/1.1 ${refusal} No\r\n\r\n`)
      return
    }
    const target = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    for (const socket of [target, client]) socket.on('error', () => {})
  })
  return { port: (await listen(server)).port, seen }
}

/** A client that trusts the test's authority. */
function clientVia(env: Record<string, string>, timings: Partial<Timings> = {}) {
  const ca = `${scratchFolder()}/ca.pem`
  writeFileSync(ca, authority.cert)
  return openClient({ env: { SSL_CERT_FILE: ca, ...env }, timings })
}

describe('a proxy', () => {
  test('is asked for a tunnel to an https server, with user and password', async () => {
    const server = await startFaultServer(ok, authority.issue(['go.example']))
    const proxy = await startProxy(server.port)
    const { client } = clientVia({ HTTPS_PROXY: `http://me:s3cret@127.0.0.1:${proxy.port}` })
    expect((await client.get(new URL('https://go.example/x'), options)).body.toString()).toBe('ok')
    const authorization = `Basic ${Buffer.from('me:s3cret').toString('base64')}`
    expect(proxy.seen).toEqual([{ asked: 'CONNECT go.example:443 for go.example:443', authorization }])
    expect(server.seen[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  test('keeps the tunnel for the next request', async () => {
    const server = await startFaultServer(ok, authority.issue(['go.example']))
    const proxy = await startProxy(server.port)
    const { client } = clientVia({ https_proxy: `127.0.0.1:${proxy.port}` }, { connectMs: 500 })
    for (const path of ['a', 'b']) {
      await client.get(new URL(`https://go.example:8443/${path}`), options)
      // The time for connecting is over now, and nobody may mind.
      await wait(600)
    }
    expect(proxy.seen.map(({ asked }) => asked)).toEqual(['CONNECT go.example:8443 for go.example:8443'])
  })

  test('may itself be reached by https', async () => {
    const server = await startFaultServer(ok, authority.issue(['go.example']))
    const proxy = await startProxy(server.port, 0, authority.issue(['127.0.0.1', 'localhost']))
    const { client } = clientVia({ HTTPS_PROXY: `https://user@localhost:${proxy.port}` })
    expect((await client.get(new URL('https://go.example/'), options)).body.toString()).toBe('ok')
    expect(proxy.seen[0]?.authorization).toBe(`Basic ${Buffer.from('user:').toString('base64')}`)
  })

  test('gets plain http requests itself', async () => {
    const proxy = await startProxy(0)
    const { client } = openClient({ env: { HTTP_PROXY: `http://me:s3cret@127.0.0.1:${proxy.port}` } })
    const { body, url } = await client.get(new URL('http://go.example:81/x?y'), options)
    expect(body.toString()).toBe('by proxy')
    expect(url.href).toBe('http://go.example:81/x?y')
    expect(proxy.seen[0]?.asked).toBe('GET http://go.example:81/x?y for go.example:81')
    expect(proxy.seen[0]?.authorization).toMatch(/^Basic /)
  })

  test('is never asked for this machine, also after a redirect', async () => {
    const server = await startFaultServer(ok)
    const first = await startFaultServer(redirect(server.as('localhost')))
    const everything = 'http://127.0.0.1:1'
    const { client } = openClient({ env: { HTTP_PROXY: everything, HTTPS_PROXY: everything, ALL_PROXY: everything } })
    expect((await client.get(first.url, options)).body.toString()).toBe('ok')
  })

  test.each([403, 407, 502])('that refuses with %d is named, without its password', async (refusal) => {
    const proxy = await startProxy(0, refusal)
    const { client, notices } = clientVia({ HTTPS_PROXY: `http://me:s3cret@127.0.0.1:${proxy.port}` })
    const error = await gvErrorOf('network', () => client.get(new URL('https://go.example/x'), options))
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error).toMatchObject({ host: 'go.example' })
    expect(error.reason).toMatch(
      new RegExp(
        `^the proxy 127.0.0.1:${proxy.port} answered ${refusal} .* while connecting to go.example ` +
          `through the proxy 127.0.0.1:${proxy.port} \\(https://go.example/x\\)`,
      ),
    )
    expect(error.hint ?? '').toMatch(refusal === 407 ? /HTTPS_PROXY/ : /^$/)
    expect(proxy.seen).toHaveLength(refusal === 502 ? 2 : 1)
    expect(inspect([error, notices], { depth: 9 })).not.toMatch(/s3cret|bWU6czNjcmV0/)
  })

  test('that is not there is named', async () => {
    const { port, close } = await listen(createServer())
    await close()
    const { client } = clientVia({ HTTPS_PROXY: `127.0.0.1:${port}` })
    const error = await gvErrorOf('network', () => client.get(new URL('https://go.example/x'), options))
    expect(error.reason).toContain(`(ECONNREFUSED) while connecting to go.example through the proxy 127.0.0.1:${port}`)
  })

  test('that never answers is left in time, and forgotten on close', async () => {
    const { port, connections } = await listen(createServer(() => {}).removeAllListeners('connection'))
    const { client } = openClient({ env: { HTTPS_PROXY: `127.0.0.1:${port}` }, timings: { connectMs: 100 } })
    const error = await gvErrorOf('network', () => client.get(new URL('https://go.example/x'), options))
    expect(error.reason).toMatch(/no connection within 100 ms|connection timed out/)
    expect(connections()).toBe(2)
  })
})

describe('the proxy variables', () => {
  test.each<[string, Record<string, string>, string, string | undefined]>([
    ['upper case first', { HTTPS_PROXY: 'http://a', https_proxy: 'http://b' }, 'https://x.example', 'http://a/'],
    ['lower case', { https_proxy: 'http://b:1' }, 'https://x.example', 'http://b:1/'],
    ['empty counts as unset', { HTTPS_PROXY: '', https_proxy: 'http://b' }, 'https://x.example', 'http://b/'],
    ['one for each scheme', { HTTP_PROXY: 'http://a' }, 'https://x.example', undefined],
    ['ALL_PROXY does not count', { ALL_PROXY: 'http://a', all_proxy: 'http://a' }, 'https://x.example', undefined],
    ['NO_PROXY', { HTTPS_PROXY: 'http://a', NO_PROXY: 'x.example' }, 'https://x.example', undefined],
    ['NO_PROXY with a port', { HTTPS_PROXY: 'http://a', no_proxy: 'x.example:8443' }, 'https://x.example', 'http://a/'],
    ['this machine by name', { HTTPS_PROXY: 'http://a' }, 'https://localhost:1', undefined],
    ['this machine by address', { HTTPS_PROXY: 'http://a' }, 'https://127.1.2.3', undefined],
    ['this machine by IPv6', { HTTPS_PROXY: 'http://a' }, 'https://[::1]', undefined],
    [
      'NO_PROXY with an IPv6 address',
      { HTTPS_PROXY: 'http://a', NO_PROXY: '2001:db8::/32' },
      'https://[2001:db8::1]',
      undefined,
    ],
  ])('%s', (_, env, url, expected) => {
    expect(proxyChooser(env)(new URL(url))?.url.href).toBe(expected)
  })

  test.each([
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['localhost:3128', 'http://localhost:3128/'],
    ['127.0.0.1:3128', 'http://127.0.0.1:3128/'],
    ['proxy.example', 'http://proxy.example/'],
    ['me:word@proxy.example:3128', 'http://proxy.example:3128/'],
    ['https://proxy.example/path?query', 'https://proxy.example/'],
    ['http://[::1]:3128', 'http://[::1]:3128/'],
  ])('%s is read', (value, expected) => {
    expect(parseProxyServer('HTTPS_PROXY', value).url.href).toBe(expected)
  })

  test.each([
    'http://',
    'http://me:s3cret@:3128',
    'socks5://me:s3cret@proxy.example',
    'a b',
    'http://me:s3cret@[',
    'http://p:99999',
  ])('a bad value (%s) is an error that names the variable, not the value', async (value) => {
    const server = await startFaultServer(ok)
    const { client } = openClient({ env: { HTTP_PROXY: value } })
    const error = await gvErrorOf('usage', () => client.get(new URL('http://go.example/'), options))
    expect(error.message).toBe('cannot use the proxy of HTTP_PROXY')
    expect(inspect(error)).not.toContain('s3cret')
    expect((await client.get(server.url, options)).status).toBe(200)
  })

  test('HTTP_PROXY is not believed in a CGI program', async () => {
    const { client } = openClient({ env: { HTTP_PROXY: 'http://a', REQUEST_METHOD: 'GET' } })
    await gvErrorOf('usage', () => client.get(new URL('http://go.example/'), options))
  })
})
