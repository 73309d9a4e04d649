import { setMaxListeners } from 'node:events'
import type { Dispatcher } from 'undici'
import { GvError } from '../errors.ts'
import { shownUrl } from '../text.ts'
import { NetrcFile, splitCredentials } from './credentials.ts'
import { type BodySink, discard, exchange, type Head } from './exchange.ts'
import { Failure, failureOf } from './failure.ts'
import { type ProxyChooser, type ProxyServer, proxyChooser } from './proxy-settings.ts'
import { followRedirects, type Hop, redirectLocation } from './redirect.ts'
import { secureContextFor } from './roots.ts'
import type { HttpSettings } from './settings.ts'
import type { Timings } from './timings.ts'
import type { Transport } from './transport.ts'
import { type Patience, Watchdog } from './watchdog.ts'

/** A GET, for one try or more. */
export interface Request {
  /** Without user and password. */
  readonly url: URL
  readonly authorization: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** What a failure is headed by: `cannot get the list of Go releases`. */
  readonly message: string
  readonly patience: Patience
}

/** Told of the head that ends the chain of redirects, and of the URL that it came from. */
export type OnHead = (head: Head, url: URL) => BodySink

/** What all requests of one try have in common. */
interface Attempt {
  readonly transport: Transport
  readonly request: Request
  readonly watch: Watchdog
  readonly signal: AbortSignal
  readonly onHead: OnHead
}

/** Sends requests, one try each: credentials, proxy, redirects, time-outs, and what a failure means. */
export class Requester {
  readonly #settings: HttpSettings
  readonly #timings: Timings
  readonly #netrc: NetrcFile
  readonly #chooseProxy: ProxyChooser
  readonly #ended = new AbortController()
  /** Hosts that have used up the patience of a request and not answered since. */
  readonly #stalled = new Set<string>()
  #transport: Promise<Transport> | undefined

  constructor(settings: HttpSettings, timings: Timings) {
    this.#settings = settings
    this.#timings = timings
    this.#netrc = new NetrcFile(settings.env, settings.home)
    this.#chooseProxy = proxyChooser(settings.env)
    // Any number of requests may be under way.
    setMaxListeners(0, this.signal)
    if (settings.signal.aborted) this.#end()
    settings.signal.addEventListener('abort', this.#end)
  }

  /** Aborted when the user interrupts or the client is closed. */
  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /**
   * The request for a URL as the user's settings or a list give it.
   * @throws GvError when it is not a URL that gv asks: plain http without the user's own word, or another scheme
   */
  request(from: URL, message: string): Omit<Request, 'headers'> {
    const { patienceMs, stalledPatienceMs } = this.#timings
    const { url, authorization } = splitCredentials(from)
    url.hash = ''
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new GvError('usage', message, { reason: `${shownUrl(url)} is neither https, http nor file` })
    }
    if (url.protocol === 'http:' && !this.#settings.allowHttp(url)) {
      throw new GvError('network', message, {
        reason: `${shownUrl(url)} is plain http, which gv uses only where GV_MIRROR or GOPROXY say so`,
      })
    }
    return {
      url,
      authorization: authorization ?? this.#netrc.authorizationFor(url),
      message,
      patience: { leftMs: this.#stalled.has(url.host) ? stalledPatienceMs : patienceMs },
    }
  }

  /**
   * One try. Resolves when the sink has got the whole body.
   * @throws Failure, or what the sink throws; GvError `interrupted`
   */
  async send(request: Request, onHead: OnHead): Promise<void> {
    // Loading undici is none of the server's time.
    const transport = await this.#open()
    const stopped = new AbortController()
    const onEnd = (): void => stopped.abort(interruption(request.message))
    if (this.signal.aborted) onEnd()
    this.signal.addEventListener('abort', onEnd)
    const watch = new Watchdog(this.#timings, request.patience, (error) => stopped.abort(error))
    const attempt = { transport, request, watch, signal: stopped.signal, onHead }
    let { host } = request.url
    try {
      await followRedirects(
        request,
        (hop) => {
          host = hop.url.host
          return this.#sendHop(attempt, hop)
        },
        (hop, why) => refused(request, hop, why),
      )
      this.#stalled.delete(host)
    } catch (error) {
      watch.stop()
      const isWorthAnother = request.patience.leftMs > this.#timings.patienceMs / 10
      if (!(error instanceof Failure) || isWorthAnother) throw error
      this.#stalled.add(host)
      throw error.asFinal()
    } finally {
      watch.stop()
      this.signal.removeEventListener('abort', onEnd)
    }
  }

  /** Ends all connections; what is under way fails as interrupted. */
  async close(): Promise<void> {
    this.#settings.signal.removeEventListener('abort', this.#end)
    this.#end()
    await (await this.#transport)?.destroy()
  }

  readonly #end = (): void => this.#ended.abort()

  /** @returns where it is to go on, if the answer was a redirect */
  async #sendHop(attempt: Attempt, hop: Hop): Promise<string | undefined> {
    const { transport, request, watch, signal, onHead } = attempt
    const proxy = this.#chooseProxy(hop.url)
    let location: string | undefined
    try {
      const dispatcher = transport.dispatcher(hop.url, proxy)
      await exchange(dispatcher, this.#options(request, hop, proxy), watch, signal, (head) => {
        location = redirectLocation(head)
        return location === undefined ? onHead(head, hop.url) : discard()
      })
    } catch (error) {
      if (error instanceof GvError || error instanceof Failure) throw error
      const place = { message: request.message, url: hop.url, phase: watch.phase, proxy }
      throw failureOf(error, place) ?? error
    }
    return location
  }

  #options(request: Request, hop: Hop, proxy: ProxyServer | undefined): Dispatcher.DispatchOptions {
    const headers: Record<string, string> = { ...request.headers, 'user-agent': this.#settings.userAgent ?? 'gv' }
    if (hop.authorization !== undefined) headers.authorization = hop.authorization
    // A proxy gets plain http requests itself, with the whole URL (RFC 9112, section 3.2.2).
    if (proxy && hop.url.protocol === 'http:') {
      headers.host = hop.url.host
      if (proxy.authorization !== undefined) headers['proxy-authorization'] = proxy.authorization
      return { method: 'GET', origin: proxy.url.origin, path: hop.url.href, headers }
    }
    return { method: 'GET', origin: hop.url.origin, path: `${hop.url.pathname}${hop.url.search}`, headers }
  }

  #open(): Promise<Transport> {
    this.#transport ??= import('./transport.ts').then(({ Transport }) => {
      let context: ReturnType<typeof secureContextFor> | undefined
      return new Transport(this.#timings.connectMs, () => {
        context ??= secureContextFor(this.#settings.env)
        return context
      })
    })
    return this.#transport
  }
}

/** What a request that the user (or the closing of the client) ends fails with. */
export function interruption(message: string): GvError {
  return new GvError('interrupted', message, { reason: 'interrupted' })
}

function refused(request: Request, hop: Hop, why: string): Failure {
  return new Failure(
    `${shownUrl(hop.url)} answered with ${why}`,
    1,
    (reason) => new GvError('network', request.message, { reason }),
  )
}
