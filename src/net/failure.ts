import { GvError, systemErrorCode } from '../errors.ts'
import { printable, shownUrl } from '../text.ts'
import { UnreachableError } from './http-error.ts'
import type { ProxyServer } from './proxy-settings.ts'
import { tlsProblem } from './tls-problem.ts'
import { TunnelError } from './tunnel.ts'
import { type Phase, StallError } from './watchdog.ts'

/** A try that came to nothing: how often it is worth trying, and the error to end with. */
export class Failure extends Error {
  /** Why, in one line. */
  readonly reason: string
  /** How many tries such a failure deserves in all; 1: it is final. */
  readonly tries: number
  /** How long to wait before the next try, where the failure says so. */
  readonly waitMs: number | undefined
  readonly #toError: (reason: string) => GvError

  constructor(reason: string, tries: number, toError: (reason: string) => GvError, waitMs?: number) {
    super(reason)
    this.name = 'Failure'
    this.reason = reason
    this.tries = tries
    this.waitMs = waitMs
    this.#toError = toError
  }

  /** The same, not to be tried again. */
  asFinal(): Failure {
    return new Failure(this.reason, 1, this.#toError)
  }

  /** The error for the user; `afterword` is what more there is to say. */
  toError(afterword = ''): GvError {
    return this.#toError(this.reason + afterword)
  }
}

/** As often as the settings allow. */
export const always = Number.POSITIVE_INFINITY
/** Each try takes as long as a connection may, and a source that is out of reach shall not hold up the next one. */
const onceMore = 2

/** Where and for what a request failed. */
export interface FailurePlace {
  /** What the user reads first: `cannot get the list of Go releases`. */
  readonly message: string
  /** The URL of the hop that failed. */
  readonly url: URL
  readonly phase: Phase
  readonly proxy: ProxyServer | undefined
}

interface Kind {
  readonly text: string
  readonly tries: number
  readonly unreachable?: true
  readonly hint?: string
}

const gone = (text: string): Kind => ({ text, tries: 1, unreachable: true })
const away = (text: string): Kind => ({ text, tries: onceMore, unreachable: true })
const cut = (text: string): Kind => ({ text, tries: always })

/** Failures to connect. */
const connecting: Readonly<Record<string, Kind>> = {
  ENOTFOUND: gone('no such host'),
  EAI_FAIL: gone('no such host'),
  EAI_AGAIN: away('the name server does not answer'),
  ECONNREFUSED: gone('connection refused'),
  ENETUNREACH: gone('network unreachable'),
  EHOSTUNREACH: gone('no route to the host'),
  ENETDOWN: gone('network down'),
  EADDRNOTAVAIL: gone('no address to connect from'),
  EACCES: gone('connection forbidden on this machine'),
  EPERM: gone('connection forbidden on this machine'),
  ETIMEDOUT: away('connection timed out'),
  UND_ERR_CONNECT_TIMEOUT: away('connection timed out'),
}

/** Failures at any time. */
const anytime: Readonly<Record<string, Kind>> = {
  ECONNRESET: cut('connection reset'),
  ECONNABORTED: cut('connection aborted'),
  ETIMEDOUT: cut('connection timed out'),
  EHOSTUNREACH: cut('no route to the host'),
  ENETUNREACH: cut('network unreachable'),
  ENETDOWN: cut('network down'),
  EPIPE: cut('connection closed'),
  UND_ERR_SOCKET: cut('connection closed'),
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: cut('connection cut'),
  UND_ERR_HEADERS_OVERFLOW: { text: 'the head of the answer is too long', tries: 1 },
}

/** What kind of failure an error of the network is; undefined for what is none, such as a defect of gv. */
export function failureOf(error: unknown, place: FailurePlace): Failure | undefined {
  const kind = kindOf(error, place.phase)
  if (!kind) return undefined
  const { message, url } = place
  const { hint } = kind
  return new Failure(`${kind.text} ${whereText(place)}`, kind.tries, (reason) =>
    kind.unreachable
      ? new UnreachableError(message, url.host, { reason, hint, cause: error })
      : new GvError('network', message, { reason, hint, cause: error }),
  )
}

function kindOf(error: unknown, phase: Phase): Kind | undefined {
  if (error instanceof StallError) return phase === 'connecting' ? away(error.message) : cut(error.message)
  if (error instanceof TunnelError) return tunnelKind(error)
  if (isParserError(error)) return parserKind(error)
  const code = systemErrorCode(error)
  if (code === undefined) return undefined
  const kind = (phase === 'connecting' ? connecting[code] : undefined) ?? anytime[code]
  if (kind) return /^E[A-Z]/.test(code) ? { ...kind, text: `${kind.text} (${code})` } : kind
  const problem = tlsProblem(error, code)
  if (problem) return { ...problem, tries: 1 }
  return /^E[A-Z]+$/.test(code) ? { text: printable(code), tries: 1 } : undefined
}

/** By its name: undici 7 forgets the code, and nothing at a process's start shall load undici for its classes. */
function isParserError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'HTTPParserError'
}

function parserKind(error: Error): Kind {
  return /Invalid EOF state/.test(error.message) ? cut('connection cut') : { text: 'the answer is not HTTP', tries: 1 }
}

function tunnelKind(error: TunnelError): Kind {
  const text = printable(error.message)
  if (error.status === 407) {
    return { text, tries: 1, unreachable: true, hint: 'put USER:PASSWORD@ into the URL of HTTPS_PROXY' }
  }
  return { text, tries: isWorthRetrying(error.status) ? onceMore : 1, unreachable: true }
}

/** Statuses that may be better the next time: of an overloaded server, or a gateway before it. */
export function isWorthRetrying(status: number): boolean {
  return [408, 429, 500, 502, 503, 504].includes(status)
}

function whereText({ url, phase, proxy }: FailurePlace): string {
  const doing = { connecting: 'connecting to', waiting: 'waiting for the answer of', reading: 'reading from' }[phase]
  const through = proxy ? ` through the proxy ${proxy.url.host}` : ''
  return `while ${doing} ${printable(url.host)}${through} (${shownUrl(url)})`
}
