import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Authority, makeAuthority } from './certificates.ts'
import type { Answer, SeenRequest } from './fault-server.ts'
import { GoSite } from './go-site.ts'
import { SumLog } from './sumlog.ts'

/** Servers on loopback that stand for go.dev, dl.google.com, a GOPROXY and a checksum database. */
export interface GoServer {
  readonly site: GoSite
  readonly log: SumLog
  /** For GV_MIRROR: shaped like https://go.dev/dl. */
  readonly mirror: string
  /** For GOPROXY; it passes the log on. */
  readonly goproxy: string
  /** For GOSUMDB: the log's name and key; it is reached through the GOPROXY. */
  readonly gosumdb: string
  /** For GOSUMDB: with the log's own URL. */
  readonly gosumdbDirect: string
  /** All requests to the site, in their order. */
  readonly seen: readonly SeenRequest[]
  /** How many requests there were to paths that match. */
  count(path: RegExp): number
  /** From now on requests to paths that match are answered so; the answer's `nth` counts them, from 0. A later rule goes before an earlier one. */
  fault(path: RegExp, answer: Answer): void
  /** As if there were no fault. */
  readonly normal: Answer
  /** Takes all faults back and forgets the requests. */
  reset(): void
  close(): Promise<void>
}

/** The same over https under the real names, reached through a proxy, so that gv's own addresses are what is tested. */
export interface GoInternet extends GoServer {
  /** HTTPS_PROXY, SSL_CERT_FILE's contents: see `env`. */
  readonly proxyUrl: string
  readonly authority: Authority
  /** The hosts (`go.dev:443`) that were asked for, in their order. */
  readonly tunnels: readonly string[]
}

/** A server for the running test; it closes when that has ended. */
export async function startGoServer(log = new SumLog()): Promise<GoServer> {
  const server = await startSharedGoServer(log)
  onTestFinished(() => server.close())
  return server
}

/** A server for several tests, made in `beforeAll`; `close()` it in `afterAll`. */
export async function startSharedGoServer(log = new SumLog()): Promise<GoServer> {
  // `localhost` is another origin than 127.0.0.1, as dl.google.com is than go.dev.
  const site = new GoSite(log, ({ socket }) => `http://localhost:${socket.localPort}`)
  const served = serve(site)
  const { port, close } = await listen(createServer(served.onRequest))
  return goServer(site, served, `http://127.0.0.1:${port}`, close)
}

const realHosts = ['go.dev', 'dl.google.com', 'sum.golang.org']

/**
 * go.dev, dl.google.com and sum.golang.org for the running test: set HTTPS_PROXY to `proxyUrl` and SSL_CERT_FILE to a
 * file with `authority.cert`. Any other host is refused by the proxy.
 */
export async function startGoInternet(log = new SumLog('sum.golang.org')): Promise<GoInternet> {
  const authority = makeAuthority()
  const site = new GoSite(log, () => 'https://dl.google.com')
  const served = serve(site)
  const secure = await listen(createTlsServer(authority.issue(realHosts), served.onRequest))
  const tunnels: string[] = []
  const proxy = await listen(createTunnelServer(secure.port, tunnels))
  const close = async () => {
    await Promise.all([proxy.close(), secure.close()])
  }
  onTestFinished(close)
  return {
    ...goServer(site, served, 'https://go.dev', close),
    proxyUrl: `http://127.0.0.1:${proxy.port}`,
    authority,
    tunnels,
  }
}

/** An HTTP proxy that leads every host of `realHosts` to one port of this machine. */
function createTunnelServer(port: number, tunnels: string[]): Server {
  const server = createServer((_, response) => response.writeHead(501).end())
  server.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => {
    tunnels.push(url)
    if (!realHosts.some((host) => url === `${host}:443`)) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    for (const socket of [client, upstream])
      socket.on('error', () => [client, upstream].forEach((end) => void end.destroy()))
  })
  return server
}

interface Served extends Pick<GoServer, 'seen' | 'fault' | 'normal' | 'reset'> {
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void
}

/** A site with faults in front. */
function serve(site: GoSite): Served {
  const seen: SeenRequest[] = []
  const rules: { path: RegExp; answer: Answer; count: number }[] = []
  const normal: Answer = (request, response) => site.answer(request, response)
  return {
    seen,
    normal,
    fault: (path, answer) => void rules.unshift({ path, answer, count: 0 }),
    reset: () => {
      seen.length = 0
      rules.length = 0
    },
    onRequest: (request, response) => {
      const path = request.url ?? ''
      seen.push({ path, headers: request.headers })
      const rule = rules.find((known) => known.path.test(path))
      if (rule) rule.answer(request, response, rule.count++)
      else normal(request, response, 0)
    },
  }
}

function goServer(site: GoSite, served: Served, origin: string, close: () => Promise<void>): GoServer {
  const { seen, fault, normal, reset } = served
  return {
    site,
    log: site.log,
    mirror: `${origin}/dl`,
    goproxy: `${origin}/proxy`,
    gosumdb: site.log.key.text,
    gosumdbDirect: `${site.log.key.text} ${origin}/log`,
    seen,
    count: (path) => seen.filter((request) => path.test(request.path)).length,
    fault,
    normal,
    reset,
    close,
  }
}

/** Listens on a free port of loopback; `close` cuts what is still open. */
async function listen(server: Server): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
