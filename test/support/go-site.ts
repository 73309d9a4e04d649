import type { IncomingMessage, ServerResponse } from 'node:http'
import { compareGoVersions, parseGoVersion } from '../../src/version/go-version.ts'
import { type Answer, file, redirect, status } from './fault-server.ts'
import type { SumLog } from './sumlog.ts'
import {
  archiveName,
  archiveOf,
  type FakeToolchain,
  moduleGoMod,
  moduleGoModH1,
  moduleH1,
  moduleVersion,
  moduleZip,
  sha256Hex,
} from './toolchain-factory.ts'

/** A release for one platform, in the forms that servers have it in. */
export interface PublishedRelease {
  /** `1.22.5` */
  readonly version: string
  /** `linux-amd64` */
  readonly platform: string
  readonly archiveName: string
  readonly archive: Buffer
  readonly moduleVersion: string
  readonly moduleZip: Buffer
  /** What the log's record says. */
  readonly h1: string
}

export interface PublishOptions {
  /** Left out of the lists; it can be had all the same. */
  readonly unlisted?: boolean
  /** Left out of the log. */
  readonly unlogged?: boolean
  /** A detached signature of the archive, served as `.asc`. */
  readonly signature?: string | Buffer
}

/** A toolchain as it is published. */
export function releaseOf(toolchain: FakeToolchain): PublishedRelease {
  return {
    version: toolchain.version,
    platform: toolchain.platform,
    archiveName: archiveName(toolchain),
    archive: archiveOf(toolchain),
    moduleVersion: moduleVersion(toolchain),
    moduleZip: moduleZip(toolchain),
    h1: moduleH1(toolchain),
  }
}

/** What stands where in a site: each part has a path of its own on loopback, and its own host elsewhere. */
const hosts: Readonly<Record<string, string>> = { 'go.dev': '', 'dl.google.com': '', 'sum.golang.org': '/log' }

/**
 * The pages of go.dev, dl.google.com, a GOPROXY and a checksum database:
 *   /dl/?mode=json, /dl/NAME (a redirect to another host), /go/NAME, NAME.sha256, NAME.asc
 *   /dl/mod/golang.org/toolchain/@v/…: the module, for GOPROXY=direct (what golang.org/toolchain?go-get=1 names)
 *   /proxy/golang.org/toolchain/@v/…, /proxy/sumdb/NAME/…
 *   /log/lookup/…, /log/tile/…, /log/latest
 */
export class GoSite {
  readonly log: SumLog
  #releases: { release: PublishedRelease; options: PublishOptions }[] = []
  readonly #downloadHost: (request: IncomingMessage) => string

  /** `downloadHost` names the origin that `/dl/NAME` leads to, such as `https://dl.google.com`. */
  constructor(log: SumLog, downloadHost: (request: IncomingMessage) => string) {
    this.log = log
    this.#downloadHost = downloadHost
  }

  /** Publishes a release everywhere: list, archive, module, log. */
  publish(toolchain: FakeToolchain, options: PublishOptions = {}): PublishedRelease {
    const release = releaseOf(toolchain)
    this.publishAsIs(release, options)
    return release
  }

  /** Publishes what need not fit together. */
  publishAsIs(release: PublishedRelease, options: PublishOptions = {}): void {
    this.#releases.push({ release, options })
    if (options.unlogged) return
    this.log.add({ module: 'golang.org/toolchain', version: release.moduleVersion }, release.h1, moduleGoModH1)
  }

  /** Takes a version back, from everywhere but the log. */
  withdraw(version: string): void {
    this.#releases = this.#releases.filter(({ release }) => release.version !== version)
  }

  /** Answers a request as the real servers would. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    const url = new URL(`${hosts[host] ?? ''}${request.url ?? '/'}`, 'http://loopback')
    this.#page(url, request)(request, response, 0)
  }

  #page(url: URL, request: IncomingMessage): Answer {
    const path = decodeURIComponent(url.pathname)
    if (path === '/dl/') return this.#list(url)
    if (path.startsWith('/dl/')) return redirect(`${this.#downloadHost(request)}/go/${path.slice('/dl/'.length)}`)
    if (path.startsWith(directModulePath)) return this.#module(path.slice(directModulePath.length))
    if (path.startsWith('/go/')) return this.#download(path.slice('/go/'.length))
    if (path.startsWith('/log/')) return bytes(this.log.serve(path.slice('/log/'.length)))
    if (path.startsWith('/proxy/sumdb/')) return this.#logThroughProxy(path.slice('/proxy/sumdb/'.length))
    if (path.startsWith(modulePath)) return this.#module(path.slice(modulePath.length))
    return status(404)
  }

  #list({ searchParams }: URL): Answer {
    if (searchParams.get('mode') !== 'json') return html
    const all = this.#listedVersions().map((version) => ({
      version: `go${version}`,
      stable: !/rc|beta/.test(version),
      files: this.#filesOf(version),
    }))
    return json(searchParams.get('include') === 'all' ? all : all.filter(({ stable }) => stable).slice(0, 2))
  }

  #listed(): PublishedRelease[] {
    return this.#releases.flatMap(({ release, options }) => (options.unlisted ? [] : [release]))
  }

  /** Newest first. */
  #listedVersions(): string[] {
    const versions = [...new Set(this.#listed().map(({ version }) => version))].map((text) => parseGoVersion(text))
    return versions
      .filter((version) => version !== undefined)
      .sort((a, b) => compareGoVersions(b, a))
      .map(({ text }) => text)
  }

  #filesOf(version: string): object[] {
    const source = {
      filename: `go${version}.src.tar.gz`,
      os: '',
      arch: '',
      kind: 'source',
      sha256: 'a'.repeat(64),
      size: 27_500_000,
    }
    const archives = this.#listed()
      .filter((release) => release.version === version)
      .map(({ archiveName: filename, archive, platform }) => {
        const [os, arch] = platform.split('-')
        return { filename, os, arch, kind: 'archive', sha256: sha256Hex(archive), size: archive.length }
      })
    return [source, ...archives].map((entry) => ({ ...entry, version: `go${version}` }))
  }

  #download(name: string): Answer {
    const [, archive = '', suffix] = /^(.*?)(\.sha256|\.asc)?$/.exec(name) ?? []
    const found = this.#releases.find(({ release }) => release.archiveName === archive)
    if (!found) return status(404)
    if (suffix === '.sha256') return bytes(Buffer.from(sha256Hex(found.release.archive)))
    if (suffix === '.asc') return bytes(found.options.signature && Buffer.from(found.options.signature))
    return bytes(found.release.archive)
  }

  #logThroughProxy(path: string): Answer {
    const prefix = `${this.log.key.name}/`
    if (!path.startsWith(prefix)) return status(404)
    const rest = path.slice(prefix.length)
    return rest === 'supported' ? status(200) : bytes(this.log.serve(rest))
  }

  #module(name: string): Answer {
    if (name === 'list')
      return bytes(
        Buffer.from(
          this.#listed()
            .map((release) => `${release.moduleVersion}\n`)
            .join(''),
        ),
      )
    const [, version, suffix] = /^(.+)\.(info|mod|zip)$/.exec(name) ?? []
    const release = this.#releases.find((known) => known.release.moduleVersion === version)?.release
    if (!release) return status(404)
    if (suffix === 'info') return json({ Version: version, Time: '2024-07-02T19:11:12Z' })
    return bytes(suffix === 'mod' ? Buffer.from(moduleGoMod) : release.moduleZip)
  }
}

const modulePath = '/proxy/golang.org/toolchain/@v/'
const directModulePath = '/go/mod/golang.org/toolchain/@v/'

const html: Answer = (_, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end('<!DOCTYPE html><title>All releases</title>\n')
}

function json(value: unknown): Answer {
  return bytes(Buffer.from(`${JSON.stringify(value, null, 1)}\n`))
}

/** Serves bytes with an ETag of their own, whole or by Range; 404 when there are none. */
function bytes(data: Buffer | '' | undefined): Answer {
  if (data === '' || data === undefined) return status(404)
  const etag = `"${sha256Hex(data).slice(0, 16)}"`
  return (request, response, nth) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
    else if (data.length === 0) response.writeHead(200, { etag }).end()
    else file(data, { etag })(request, response, nth)
  }
}
