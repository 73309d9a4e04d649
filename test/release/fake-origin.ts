import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a path answers with: text (with an ETag of it), a status, or whatever is done by hand. */
export type Answer = string | number | ((request: IncomingMessage, response: ServerResponse) => void)

/** A real server on loopback. A path without an answer is a 404. */
export interface FakeOrigin {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** By path and query. */
  readonly answers: Map<string, Answer>
  /** `200 /dl/?mode=json&include=all`, in order. */
  readonly log: string[]
  close(): Promise<void>
}

export async function openFakeOrigin(answers: Readonly<Record<string, Answer>> = {}): Promise<FakeOrigin> {
  const known = new Map(Object.entries(answers))
  const log: string[] = []
  const server = createServer((request, response) => {
    response.on('close', () => log.push(`${response.statusCode} ${request.url}`))
    reply(known.get(request.url ?? '') ?? 404, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers: known,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function reply(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  if (typeof answer === 'function') answer(request, response)
  else if (typeof answer === 'number') response.writeHead(answer).end()
  else replyText(answer, request, response)
}

function replyText(answer: string, request: IncomingMessage, response: ServerResponse): void {
  const etag = `"${createHash('sha256').update(answer).digest('hex').slice(0, 16)}"`
  if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
  else response.writeHead(200, { etag }).end(answer)
}
