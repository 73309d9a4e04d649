import { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { buildConnector, Dispatcher } from 'undici'
import connectorFor from 'undici/lib/core/connect.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import type { ProxyServer } from './proxy-settings.ts'
import { openTunnel } from './tunnel.ts'

type Connector = buildConnector.connector

/** The connections of one client; the one importer of undici. Loaded at the first request. */
export class Transport {
  readonly #timeoutMs: number
  readonly #secureContext: () => SecureContext
  /** By proxy; '' is without one. */
  readonly #agents = new Map<string, Agent>()
  /** How to call off what is still connecting, which undici's agents forget when they are destroyed. */
  readonly #pending = new Set<() => void>()

  constructor(timeoutMs: number, secureContext: () => SecureContext) {
    this.#timeoutMs = timeoutMs
    this.#secureContext = secureContext
  }

  /**
   * What sends requests to a server: directly, or through a tunnel (https) of the proxy. For https the trusted roots are
   * read now, so that their milliseconds are not taken for the server's.
   */
  dispatcher(url: URL, proxy: ProxyServer | undefined): Dispatcher {
    const isSecure = url.protocol === 'https:'
    if (isSecure) this.#secureContext()
    const tunnel = isSecure ? proxy : undefined
    const key = tunnel ? `${tunnel.url.href} ${tunnel.authorization}` : ''
    const agent = this.#agents.get(key) ?? this.#openAgent(tunnel)
    this.#agents.set(key, agent)
    return agent
  }

  /** Ends every connection at once, also those that do not stand yet. */
  async destroy(): Promise<void> {
    for (const cancel of this.#pending) cancel()
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()))
  }

  #openAgent(tunnel: ProxyServer | undefined): Agent {
    const direct = this.#directConnector()
    // The watchdog has all time-outs: undici's have a resolution of a second, and cannot name the phase.
    return new Agent({
      connect: tunnel ? this.#tunnelConnector(tunnel, direct) : direct,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  #directConnector(): Connector {
    const timeout = this.#timeoutMs
    const plain = connectorFor({ timeout })
    let secure: Connector | undefined
    return (options, callback) => {
      if (options.protocol === 'https:') secure ??= connectorFor({ timeout, secureContext: this.#secureContext() })
      const connect = (options.protocol === 'https:' && secure) || plain
      const socket: unknown = connect(options, (...result) => {
        this.#pending.delete(cancel)
        callback(...result)
      })
      const cancel = (): void => {
        if (socket instanceof Socket) socket.destroy()
      }
      this.#pending.add(cancel)
    }
  }

  #tunnelConnector(proxy: ProxyServer, direct: Connector): Connector {
    return (options, callback) => {
      const host = options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname
      const cancel = openTunnel(
        {
          proxy,
          target: `${host}:${options.port || 443}`,
          timeoutMs: this.#timeoutMs,
          secureContext: this.#secureContext,
        },
        (error, socket) => {
          this.#pending.delete(cancel)
          if (socket) direct({ ...options, httpSocket: socket }, callback)
          else callback(error ?? new Error('no tunnel'), null)
        },
      )
      this.#pending.add(cancel)
    }
  }
}
