import { describe, expect, test } from 'vitest'
import { UnreachableError } from '../../src/net/client.ts'
import { always, failureOf } from '../../src/net/failure.ts'
import type { Phase } from '../../src/net/watchdog.ts'

function failure(error: unknown, phase: Phase) {
  return failureOf(error, { message: 'cannot get it', url: new URL('https://go.dev/dl/?x'), phase, proxy: undefined })
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code} in words that differ by system`), { code })
}

describe('a failure to connect', () => {
  test.each(['ENOTFOUND', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EAI_FAIL'])('by %s is final', (code) => {
    const kind = failure(systemError(code), 'connecting')
    expect(kind?.tries).toBe(1)
    expect(kind?.toError()).toBeInstanceOf(UnreachableError)
    expect(kind?.toError()).toMatchObject({ host: 'go.dev', code: 'network' })
    expect(kind?.reason).toMatch(
      new RegExp(`^[a-z ]+ \\(${code}\\) while connecting to go\\.dev \\(https://go\\.dev/dl/\\)$`),
    )
  })

  test.each(['EAI_AGAIN', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])('by %s deserves a second try', (code) => {
    const kind = failure(systemError(code), 'connecting')
    expect(kind?.tries).toBe(2)
    expect(kind?.toError()).toBeInstanceOf(UnreachableError)
  })

  test.each([
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_REVOKED',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ])('by %s is final, and the server is there', (code) => {
    const kind = failure(systemError(code), 'connecting')
    expect(kind?.tries).toBe(1)
    expect(kind?.toError()).not.toBeInstanceOf(UnreachableError)
  })

  test('is found in what wraps it', () => {
    const wrapped = new AggregateError([systemError('ECONNREFUSED')], 'all of them', {
      cause: systemError('ECONNREFUSED'),
    })
    expect(failure(wrapped, 'connecting')?.toError()).toBeInstanceOf(UnreachableError)
  })
})

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENETUNREACH', 'UND_ERR_SOCKET'])(
  'a connection that is lost by %s deserves all tries, and the server was there',
  (code) => {
    const kind = failure(systemError(code), 'reading')
    expect(kind?.tries).toBe(always)
    expect(kind?.toError()).not.toBeInstanceOf(UnreachableError)
  },
)

test('a defect of gv is no failure of the network', () => {
  const defects = [new TypeError('x is not a function'), systemError('ERR_INVALID_ARG_TYPE'), 'text', undefined]
  for (const error of defects) expect(failure(error, 'reading')).toBeUndefined()
})
