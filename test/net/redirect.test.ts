import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Hop, nextHop } from '../../src/net/redirect.ts'
import { makeAuthority } from '../support/certificates.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { byPath, inTurn, redirect, startFaultServer, status } from '../support/fault-server.ts'
import { openClient, scratchFolder } from './net-case.ts'

const options = { what: 'it', maxBytes: 1000 }
const ok = status(200, {}, 'ok')

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('with status %d are followed', async (code) => {
    const server = await startFaultServer(byPath({ '/a/b': redirect('../c', code), '/c': ok }))
    expect((await openClient().client.get(new URL('/a/b', server.url), options)).url.pathname).toBe('/c')
  })

  test('are followed ten times, not eleven', async () => {
    const again = redirect('/')
    const ten = await startFaultServer(inTurn(...Array(10).fill(again), ok))
    expect((await openClient().client.get(ten.url, options)).status).toBe(200)
    const endless = await startFaultServer(again)
    const error = await gvErrorOf('network', () => openClient().client.get(endless.url, options))
    expect(error.reason).toBe(`${endless.url} answered with more than 10 redirects`)
    expect(endless.seen).toHaveLength(11)
  })

  test('lead to another host', async () => {
    const there = await startFaultServer(ok)
    const here = await startFaultServer(redirect(new URL('/x', there.as('localhost'))))
    const { url } = await openClient().client.get(here.url, options)
    expect(url.href).toBe(`http://localhost:${there.port}/x`)
  })

  test.each([
    ['file:///etc/passwd', 'which is no web address'],
    ['ftp://127.0.0.1/x', 'which is no web address'],
    ['http://[', 'which is no URL'],
  ])('to %s are refused', async (to, why) => {
    const server = await startFaultServer(redirect(to))
    const error = await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(error.reason).toContain(why)
    expect(server.seen).toHaveLength(1)
  })

  test('never lead from https to http, not even by way of https', async () => {
    const authority = makeAuthority()
    const ca = `${scratchFolder()}/ca.pem`
    writeFileSync(ca, authority.cert)
    const plain = await startFaultServer(ok)
    const answers = { '/direct': redirect(plain.url), '/way': redirect('/direct') }
    const secure = await startFaultServer(byPath(answers), authority.issue(['127.0.0.1']))
    const { client } = openClient({ env: { SSL_CERT_FILE: ca } })
    for (const path of ['/direct', '/way']) {
      const error = await gvErrorOf('network', () => client.get(new URL(path, secure.url), options))
      expect(error.reason).toBe(`${secure.url}direct answered with a redirect from https to ${plain.url}`)
    }
    expect(plain.seen).toEqual([])
  })

  test('without a Location are an answer like any other', async () => {
    const server = await startFaultServer(status(302))
    const error = await gvErrorOf('network', () => openClient().client.get(server.url, options))
    expect(error).toMatchObject({ status: 302 })
  })
})

describe('a password', () => {
  const from: Hop = { url: new URL('https://a.example/x'), authorization: 'Basic secret' }

  test.each([
    ['/y', 'Basic secret'],
    ['https://a.example:443/y', 'Basic secret'],
    ['https://a.example:444/y', undefined],
    ['https://b.a.example/y', undefined],
    ['https://b.example/', undefined],
    ['//b.example/', undefined],
  ])('on the way to %s is %s', (location, authorization) => {
    expect(nextHop(from, location)).toMatchObject({ authorization })
  })

  test('does not come back after a way round', () => {
    const away = nextHop(from, 'https://b.example/')
    expect(typeof away === 'string' ? away : nextHop(away, 'https://a.example/')).toMatchObject({
      authorization: undefined,
    })
  })

  test('cannot be given by the server', () => {
    const next = nextHop(from, 'https://user:password@b.example/')
    expect(next).toMatchObject({ authorization: undefined })
    expect(typeof next === 'string' ? next : next.url.href).toBe('https://b.example/')
  })
})
