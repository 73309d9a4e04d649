import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificates.ts'

/** What a server was asked. */
export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** Answers a request; `nth` counts all requests, from 0. */
export type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void

export interface FaultServer {
  /** `http://127.0.0.1:PORT/`, or https. */
  readonly url: URL
  readonly port: number
  /** All requests, in their order. */
  readonly seen: SeenRequest[]
  /** How many connections were opened. */
  connections(): number
  /** How many of them are open. */
  open(): number
  /** The same server under another name that this machine has: another origin. */
  as(host: string): URL
  close(): Promise<void>
}

/** A real server on loopback that answers as badly as a test wants. It closes when the test has ended. */
export async function startFaultServer(answer: Answer, certificate?: Certificate): Promise<FaultServer> {
  const seen: SeenRequest[] = []
  let count = 0
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    seen.push({ path: request.url ?? '', headers: request.headers })
    answer(request, response, count++)
  }
  const server = certificate ? createTlsServer(certificate, onRequest) : createServer(onRequest)
  const listening = await listen(server)
  const as = (host: string): URL => new URL(`${certificate ? 'https' : 'http'}://${host}:${listening.port}/`)
  return { ...listening, url: as('127.0.0.1'), as, seen }
}

/** Listens on loopback until the test has ended, for any kind of server. */
export async function listen(
  server: Server,
): Promise<{ port: number; connections(): number; open(): number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket.on('error', () => {}))
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  onTestFinished(close)
  const address = server.address()
  return { port: isPort(address) ? address.port : 0, connections: () => connections, open: () => sockets.size, close }
}

function isPort(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

/** The first answer for the first request, and so on; the last one for all that follow. */
export function inTurn(...answers: readonly Answer[]): Answer {
  return (request, response, nth) => answers[Math.min(nth, answers.length - 1)]?.(request, response, nth)
}

/** Another answer for each path. */
export function byPath(answers: Readonly<Record<string, Answer>>): Answer {
  return (request, response, nth) => (answers[request.url ?? ''] ?? status(404))(request, response, nth)
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answer {
  return (_, response) => response.writeHead(code, headers).end(body)
}

export function redirect(to: URL | string, code = 302): Answer {
  return status(code, { location: String(to) })
}

/** Takes the request and never answers. */
export const silence: Answer = () => {}

/** Resets the connection instead of answering. */
export const reset: Answer = (request) => {
  request.socket.resetAndDestroy()
}

export interface FileFaults {
  readonly etag?: string
  readonly lastModified?: string
  /** Sends without a Content-Length: in chunks, or until the connection is closed. */
  readonly unsized?: 'in chunks' | 'until closed'
  /** Sends the whole file whatever is asked for. */
  readonly noRanges?: boolean
  /** Sends what is asked for even if it has changed (ignores If-Range). */
  readonly anyRange?: boolean
  /** Instead of the right Content-Range. */
  readonly contentRange?: string
  /** How many bytes of the body are sent before `end`. */
  readonly until?: number
  /** What becomes of the connection after that; it is cut if absent. */
  readonly end?: 'cut' | 'reset' | 'stall' | 'drip'
}

/** Serves a file as a good server does (Range, If-Range, ETag), but for the faults. */
export function file(bytes: Buffer, faults: FileFaults = {}): Answer {
  return (request, response) => {
    const from = faults.noRanges ? 0 : startOf(request, faults)
    const headers: Record<string, string> = {}
    if (faults.etag) headers.etag = faults.etag
    if (faults.lastModified) headers['last-modified'] = faults.lastModified
    if (from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
      return
    }
    if (faults.unsized === 'until closed') response.useChunkedEncodingByDefault = false
    if (!faults.unsized) headers['content-length'] = String(bytes.length - from)
    if (from > 0) headers['content-range'] = faults.contentRange ?? `bytes ${from}-${bytes.length - 1}/${bytes.length}`
    response.writeHead(from > 0 ? 206 : 200, headers)
    sendBody(response, bytes.subarray(from), faults)
  }
}

function startOf({ headers }: IncomingMessage, faults: FileFaults): number {
  const match = /^bytes=(\d+)-$/.exec(headers.range ?? '')
  const condition = headers['if-range']
  const isSame = condition === undefined || condition === faults.etag || condition === faults.lastModified
  return match && (isSame || faults.anyRange) ? Number(match[1]) : 0
}

function sendBody(response: ServerResponse, body: Buffer, { until, end = 'cut' }: FileFaults): void {
  if (until === undefined) {
    response.end(body)
    return
  }
  response.write(body.subarray(0, until), () => {
    // A reset also takes what has not been read yet.
    if (end === 'reset') setTimeout(() => response.socket?.resetAndDestroy(), 50)
    if (end === 'cut') response.socket?.end()
    if (end === 'drip') drip(response, body.subarray(until))
  })
}

/** A byte now and then: never idle, never done, until what it returns is called. */
export function drip(response: ServerResponse, body: Buffer, everyMs = 10): () => void {
  let at = 0
  const timer = setInterval(() => response.write(body.subarray(at, ++at)), everyMs)
  response.on('close', () => clearInterval(timer))
  return () => {
    clearInterval(timer)
    response.end(body.subarray(at))
  }
}
