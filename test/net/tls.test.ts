import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { rootCertificates } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { trustedRoots } from '../../src/net/roots.ts'
import { type Certificate, makeAuthority } from '../support/certificates.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { listen, startFaultServer, status } from '../support/fault-server.ts'
import { openClient, scratchFolder } from './net-case.ts'

const options = { what: 'it', maxBytes: 1000 }
const authority = makeAuthority()
const stranger = makeAuthority('gv test stranger')

function pem(...certificates: Certificate[]): string {
  const path = `${scratchFolder()}/ca.pem`
  writeFileSync(path, `some words\n${certificates.map(({ cert }) => cert).join('more words\n')}`)
  return path
}

function folderOf(...certificates: Certificate[]): string {
  const folder = `${scratchFolder()}/certs`
  mkdirSync(folder)
  certificates.forEach(({ cert }, n) => {
    writeFileSync(`${folder}/${n}.0`, cert)
  })
  writeFileSync(`${folder}/README`, 'no certificate')
  return folder
}

async function getFrom(certificate: Certificate, env: Record<string, string>): Promise<number> {
  const server = await startFaultServer(status(200), certificate)
  const { client, notices } = openClient({ env })
  try {
    return (await client.get(server.url, options)).status
  } finally {
    // A certificate does not get better by asking again.
    expect(notices).toEqual([])
  }
}

describe('an https server', () => {
  const certificate = authority.issue(['127.0.0.1'])

  test.each<[string, () => Record<string, string>]>([
    ['SSL_CERT_FILE', () => ({ SSL_CERT_FILE: pem(stranger, authority) })],
    ['SSL_CERT_DIR', () => ({ SSL_CERT_DIR: folderOf(stranger, authority) })],
    ['the second folder of SSL_CERT_DIR', () => ({ SSL_CERT_DIR: `/nonexistent:${folderOf(authority)}` })],
    [
      'SSL_CERT_DIR, though SSL_CERT_FILE is not there',
      () => ({ SSL_CERT_FILE: '/nonexistent', SSL_CERT_DIR: folderOf(authority) }),
    ],
    ['NODE_EXTRA_CA_CERTS', () => ({ NODE_EXTRA_CA_CERTS: pem(authority) })],
    ['a file with a broken certificate in it', () => ({ SSL_CERT_FILE: pem({ cert: broken, key: '' }, authority) })],
  ])('is trusted by %s', async (_, env) => {
    expect(await getFrom(certificate, env())).toBe(200)
  })

  test('of an unknown authority is refused, and the hint names SSL_CERT_FILE', async () => {
    const error = await gvErrorOf('network', () => getFrom(certificate, { SSL_CERT_FILE: pem(stranger) }))
    expect(error.reason).toMatch(
      /^the certificate is signed by an unknown authority \([A-Z_]+\) while connecting to 127/,
    )
    expect(error.hint).toContain('SSL_CERT_FILE=')
  })

  test.each<[string, Certificate, RegExp]>([
    ['signed by itself', authority, /^the certificate is (signed by|for another)/],
    ['for another host', authority.issue(['go.example']), /^the certificate is for another host/],
    [
      'expired',
      authority.issue(['127.0.0.1'], { from: new Date(0), to: new Date(1e12) }),
      /^the certificate has expired/,
    ],
    [
      'not valid yet',
      authority.issue(['127.0.0.1'], { from: new Date(4e12), to: new Date(5e12) }),
      /^the certificate is not valid yet/,
    ],
  ])('with a certificate %s is refused', async (_, bad, reason) => {
    const error = await gvErrorOf('network', () => getFrom(bad, { SSL_CERT_FILE: pem(authority) }))
    expect(error.reason).toMatch(reason)
  })

  test('that speaks plain http is refused', async () => {
    const server = await startFaultServer(status(200))
    const url = new URL(server.url.href.replace('http:', 'https:'))
    const error = await gvErrorOf('network', () => openClient().client.get(url, options))
    expect(error.reason).toMatch(/^no TLS connection \(.*\) while connecting to/)
    expect(error.reason).not.toContain('\n')
  })

  test('that closes every connection is tried four times', async () => {
    const { port, connections } = await listen(createServer((socket) => socket.destroy()))
    const error = await gvErrorOf('network', () =>
      openClient().client.get(new URL(`https://127.0.0.1:${port}`), options),
    )
    expect(error.reason).toMatch(/^connection (reset|closed).*; tried 4 times$/)
    expect(connections()).toBe(4)
  })

  test('cannot be checked where nothing is trusted', async () => {
    const env = { SSL_CERT_FILE: '/nonexistent/ca.pem', SSL_CERT_DIR: '/nonexistent/certs' }
    const error = await gvErrorOf('network', () => getFrom(certificate, env))
    expect(error.reason).toBe(
      'there is no certificate in SSL_CERT_FILE=/nonexistent/ca.pem and SSL_CERT_DIR=/nonexistent/certs',
    )
    expect(error.hint).toBe('unset SSL_CERT_FILE SSL_CERT_DIR')
  })
})

describe('trustedRoots', () => {
  test('are those of Node and of the system, none twice', () => {
    const roots = trustedRoots({})
    expect(roots.length).toBeGreaterThanOrEqual(rootCertificates.length)
    expect(new Set(roots.map((root) => root.replaceAll(/\s/g, ''))).size).toBe(roots.length)
  })

  test('are replaced by SSL_CERT_FILE and SSL_CERT_DIR, and added to by NODE_EXTRA_CA_CERTS', () => {
    const env = { SSL_CERT_FILE: pem(authority), SSL_CERT_DIR: folderOf(authority) }
    expect(trustedRoots(env)).toEqual([authority.cert.trim()])
    expect(trustedRoots({ ...env, NODE_EXTRA_CA_CERTS: pem(stranger) })).toEqual([
      authority.cert.trim(),
      stranger.cert.trim(),
    ])
  })
})

const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
