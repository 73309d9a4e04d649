import { request } from 'node:http'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext } from 'node:tls'
import { statusText } from './http-error.ts'
import { withoutBrackets } from './loopback.ts'
import type { ProxyServer } from './proxy-settings.ts'

/** A proxy would not connect gv to a server. */
export class TunnelError extends Error {
  readonly status: number

  constructor(proxy: ProxyServer, status: number) {
    super(`the proxy ${proxy.url.host} answered ${statusText(status)}`)
    this.name = 'TunnelError'
    this.status = status
  }
}

export interface TunnelOptions {
  readonly proxy: ProxyServer
  /** `example.com:443`, `[2001:db8::1]:443`. */
  readonly target: string
  readonly timeoutMs: number
  /** For a proxy that is itself reached by https. */
  secureContext(): SecureContext
}

/**
 * Asks a proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6). Not undici's ProxyAgent: that one hides the proxy's answer in
 * a sentence, leaves out a user without a password, and its half-open connections outlive it.
 * @returns how to call it off
 */
export function openTunnel(
  options: TunnelOptions,
  done: (error: Error | null, socket: Socket | null) => void,
): () => void {
  const { proxy, target, timeoutMs } = options
  const asked = request({
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...(proxy.authorization ? { 'proxy-authorization': proxy.authorization } : {}) },
    createConnection: () => connectToProxy(options),
  })
  const timer = setTimeout(() => asked.destroy(timedOut()), timeoutMs)
  let isSettled = false
  const settle = (error: Error | null, socket: Socket | null): void => {
    clearTimeout(timer)
    if (!isSettled) done(error, socket)
    isSettled = true
  }
  asked.once('connect', (answer, socket, early) => {
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) {
      if (early.length > 0) socket.unshift(early)
      settle(null, socket)
      return
    }
    socket.destroy()
    settle(new TunnelError(proxy, status), null)
  })
  // A proxy that knows no CONNECT may answer it like any other request.
  asked.once('response', (answer) => {
    answer.destroy()
    settle(new TunnelError(proxy, answer.statusCode ?? 0), null)
  })
  asked.on('error', (error) => settle(error, null))
  asked.end()
  return () => asked.destroy()
}

function connectToProxy({ proxy, secureContext }: TunnelOptions): Socket {
  const host = withoutBrackets(proxy.url.hostname)
  if (proxy.url.protocol === 'http:') return connectTcp({ host, port: Number(proxy.url.port || 80) })
  const servername = isIP(host) ? {} : { servername: host }
  return connectTls({ host, port: Number(proxy.url.port || 443), secureContext: secureContext(), ...servername })
}

function timedOut(): Error {
  return Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' })
}
