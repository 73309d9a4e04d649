import { writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { gvErrorOf } from '../support/expect-error.ts'
import { byPath, inTurn, redirect, startFaultServer, status } from '../support/fault-server.ts'
import { openClient, scratchFolder } from './net-case.ts'

const options = { what: 'it', maxBytes: 1000 }
const ok = status(200, {}, 'ok')
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

function withPassword(url: URL, user = 'me', password = 's3cret'): URL {
  const secret = new URL(url)
  secret.username = user
  secret.password = password
  return secret
}

describe('a user and password in a URL', () => {
  test('go to its origin, decoded, and are gone from the answer', async () => {
    const server = await startFaultServer(ok)
    const { url } = await openClient().client.get(withPassword(server.url, 'm:e@x', 'p%/ä'), options)
    expect(server.seen[0]?.headers.authorization).toBe(basic('m:e@x:p%/ä'))
    expect(url.href).toBe(server.url.href)
  })

  test('follow a redirect on the same origin, and go nowhere else', async () => {
    const there = await startFaultServer(byPath({ '/x': redirect('/y'), '/y': ok }))
    const here = await startFaultServer(inTurn(redirect('/again'), redirect(new URL('/x', there.url))))
    await openClient().client.get(withPassword(here.url), options)
    expect(here.seen.map(({ headers }) => headers.authorization)).toEqual([basic('me:s3cret'), basic('me:s3cret')])
    expect(there.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined])
  })

  test('are not sent in the open', async () => {
    const url = new URL('http://me:s3cret@mirror.example/dl/')
    const error = await gvErrorOf('network', () => openClient().client.get(url, options))
    expect(error.reason).toContain('plain http')
    expect(inspect(error)).not.toContain('s3cret')
  })

  test.each(['404', '503', 'closed'])('are in no error and no notice (%s)', async (kind) => {
    const server = await startFaultServer(status(Number(kind) || 200))
    if (kind === 'closed') await server.close()
    const { client, notices } = openClient()
    const url = withPassword(new URL('/x?token=s3cret#s3cret', server.url))
    const error = await gvErrorOf('network', () => client.get(url, options))
    const everything = [error.reason, error.hint, error.message, notices.join(), inspect(error, { depth: 9 })].join()
    expect(everything).not.toMatch(/s3cret|me:|bWU6czNjcmV0/)
    expect(everything).toContain(`127.0.0.1:${server.port}/x`)
  })
})

describe('~/.netrc', () => {
  const netrc = (text: string): { home: string; env: Record<string, string>; file: string } => {
    const home = scratchFolder()
    writeFileSync(`${home}/.netrc`, text, { mode: 0o600 })
    return { home, env: {}, file: `${home}/.netrc` }
  }
  const mine = 'machine 127.0.0.1 login me password s3cret\n'

  test('has the password of a host', async () => {
    const server = await startFaultServer(ok)
    await openClient(netrc(mine)).client.get(server.url, options)
    expect(server.seen[0]?.headers.authorization).toBe(basic('me:s3cret'))
  })

  test('lies where NETRC says', async () => {
    const server = await startFaultServer(ok)
    await openClient({ env: { NETRC: netrc(mine).file } }).client.get(server.url, options)
    expect(server.seen[0]?.headers.authorization).toBe(basic('me:s3cret'))
  })

  test('is for its host only: not for another name, not after a redirect', async () => {
    const server = await startFaultServer(inTurn(redirect('/'), ok))
    const there = await startFaultServer(inTurn(redirect(server.url), ok))
    const { client } = openClient(netrc(mine))
    await client.get(there.as('localhost'), options)
    expect([...there.seen, ...server.seen].map(({ headers }) => headers.authorization)).toEqual(
      Array(3).fill(undefined),
    )
  })

  test('comes after the password in the URL', async () => {
    const server = await startFaultServer(ok)
    await openClient(netrc(mine)).client.get(withPassword(server.url, 'other', 'word'), options)
    expect(server.seen[0]?.headers.authorization).toBe(basic('other:word'))
  })

  test('is not for plain http, but on this machine', async () => {
    // A proxy sees what would go out.
    const proxy = await startFaultServer(ok)
    const { home } = netrc('machine go.example login me password s3cret\n')
    const { client } = openClient({ home, env: { HTTP_PROXY: proxy.url.href } })
    await client.get(new URL('http://go.example/'), options)
    expect(proxy.seen).toHaveLength(1)
    expect(proxy.seen[0]?.headers).not.toHaveProperty('authorization')
  })

  test.each([
    ['GOAUTH=off', { GOAUTH: 'off' }],
    ['a folder in its place', { NETRC: '/' }],
    ['no such file', { NETRC: '/nonexistent/netrc' }],
  ])('is left alone: %s', async (_, env) => {
    const server = await startFaultServer(ok)
    const { home } = netrc(mine)
    await openClient({ home, env }).client.get(server.url, options)
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization')
  })

  test('has a word in the hint of a 401', async () => {
    const server = await startFaultServer(status(401))
    const error = await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(error.hint).toContain('~/.netrc')
  })
})

test('plain http is only used where the user says so', async () => {
  const server = await startFaultServer(ok)
  const asked: string[] = []
  const allowHttp = (url: URL): boolean => {
    asked.push(url.href)
    return false
  }
  const error = await gvErrorOf('network', () =>
    openClient({ allowHttp }).client.get(withPassword(server.url), options),
  )
  expect(error.reason).toContain('plain http')
  expect(asked).toEqual([server.url.href])
  expect(server.seen).toEqual([])
})

test.each(['ftp://127.0.0.1/x', 'data:text/plain,x', 'javascript:1'])('%s is no URL to ask', async (url) => {
  await gvErrorOf('usage', () => openClient().client.get(new URL(url), options))
})
