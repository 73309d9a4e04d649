import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tls from 'node:tls'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import { printable } from '../text.ts'

/** Where systems keep their trusted certificates in one file; the first that can be read counts (Go's crypto/x509, root_linux.go). */
const bundleFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
/** Folders of certificates, all of which Go reads. */
const certificateFolders = ['/etc/ssl/certs', '/etc/pki/tls/certs']

/**
 * The certificates that a server's chain may end in, PEM, without duplicates. SSL_CERT_FILE and SSL_CERT_DIR
 * replace the system's file and folders, as for Go, and leave out those that come with Node; else both count.
 * NODE_EXTRA_CA_CERTS, the user's own word for programs on Node, counts in every case.
 */
export function trustedRoots(env: Environment): string[] {
  const named = env.SSL_CERT_FILE || env.SSL_CERT_DIR
  const texts = named ? rootsByName(env) : [...tls.rootCertificates, ...systemRoots()]
  if (env.NODE_EXTRA_CA_CERTS) texts.push(...readable(env.NODE_EXTRA_CA_CERTS))
  return uniqueCertificates(texts)
}

/**
 * A TLS context that trusts `trustedRoots`; making one takes some milliseconds, so it is made once and shared.
 * @throws GvError (`network`) when the user's settings leave nothing to trust
 */
export function secureContextFor(env: Environment): tls.SecureContext {
  const roots = trustedRoots(env)
  if (roots.length === 0) throw nothingTrusted(env)
  // One by one, so that one which cannot be read is passed over, as Go does, and does not take the rest with it.
  return tls.createSecureContext({ ca: roots })
}

function nothingTrusted(env: Environment): GvError {
  const names = (['SSL_CERT_FILE', 'SSL_CERT_DIR'] as const).filter((name) => env[name])
  const settings = names.map((name) => `${name}=${printable(env[name] ?? '')}`).join(' and ')
  return new GvError('network', 'cannot check the certificate of any server', {
    reason: `there is no certificate in ${settings || 'the files of this system'}`,
    hint: names.length > 0 ? `unset ${names.join(' ')}` : 'export SSL_CERT_FILE=/path/to/ca.pem',
  })
}

function rootsByName(env: Environment): string[] {
  const folders = env.SSL_CERT_DIR ? env.SSL_CERT_DIR.split(':') : certificateFolders
  return [...firstReadable(env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : bundleFiles), ...folders.flatMap(readableFiles)]
}

/** What the system trusts: its file, and (Node >= 22.15) what it says by its own interface, such as a Mac's keychain. */
function systemRoots(): string[] {
  const ask: unknown = Reflect.get(tls, 'getCACertificates')
  const roots: unknown = typeof ask === 'function' ? Reflect.apply(ask, tls, ['system']) : []
  return [
    ...firstReadable(bundleFiles),
    ...(Array.isArray(roots) ? roots.filter((root) => typeof root === 'string') : []),
  ]
}

function firstReadable(files: readonly string[]): string[] {
  for (const file of files) {
    const texts = readable(file)
    if (texts.length > 0) return texts
  }
  return []
}

function readableFiles(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => readable(join(folder, name)))
  } catch {
    return []
  }
}

function readable(file: string): string[] {
  try {
    return [readFileSync(file, 'latin1')]
  } catch {
    return []
  }
}

const certificate = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

function uniqueCertificates(texts: readonly string[]): string[] {
  const unique = new Map<string, string>()
  for (const text of texts) {
    for (const [pem, body = ''] of text.matchAll(certificate)) unique.set(body.replaceAll(/\s+/g, ''), pem)
  }
  return [...unique.values()]
}
