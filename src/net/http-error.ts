import { STATUS_CODES } from 'node:http'
import { type ErrorDetails, GvError } from '../errors.ts'

/** The server answered, but not with what was asked for. */
export class HttpStatusError extends GvError {
  /** The HTTP status. */
  readonly status: number
  /** The URL that answered, fit to be shown: without user, password, query. */
  readonly url: string

  constructor(message: string, status: number, url: string, details: ErrorDetails = {}) {
    super('network', message, { reason: `${url} answered ${statusText(status)}`, ...details })
    this.name = 'HttpStatusError'
    this.status = status
    this.url = url
  }

  /** Whether the server says that there is no such thing (404, 410), which for a GOPROXY is an answer like any other. */
  get notThere(): boolean {
    return this.status === 404 || this.status === 410
  }
}

/** No connection to the server came about: no such name, refused, no route, no answer. Another source may do. */
export class UnreachableError extends GvError {
  /** The server's host, with its port if it is not the usual one. */
  readonly host: string

  constructor(message: string, host: string, details: ErrorDetails) {
    super('network', message, details)
    this.name = 'UnreachableError'
    this.host = host
  }
}

/** `404 Not Found`. */
export function statusText(status: number): string {
  const name = STATUS_CODES[status]
  return name === undefined ? String(status) : `${status} ${name}`
}
