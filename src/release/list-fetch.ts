import { GvError } from '../errors.ts'
import { NotThereError, tryProxies } from '../goenv/goproxy.ts'
import type { HttpClient } from '../net/client.ts'
import { UnreachableError } from '../net/http-error.ts'
import { shownUrl } from '../text.ts'
import { releaseName } from '../version/go-version.ts'
import { whyNot } from './catalog-notes.ts'
import { maxGodevListBytes, parseGodevList } from './godev-list.ts'
import type { CachedList } from './list-cache.ts'
import { lostReleases, mergeReleases, newestFirst } from './merged-releases.ts'
import { type Origin, type OriginPlan, originId, reachableOrigins } from './origins.ts'
import { maxProxyListBytes, parseProxyList, proxyListUrl, urlBelow } from './proxy-list.ts'
import type { Release } from './release.ts'

export interface ListRequest {
  readonly client: Pick<HttpClient, 'get'>
  readonly plan: OriginPlan
  /** The lists that are at hand, in whatever order. */
  readonly known: readonly CachedList[]
  /** The time that the answer is said to be of. */
  readonly at: Date
  /** Told in one line when an origin does not answer and another is asked instead. */
  notice(line: string): void
}

/**
 * The list of the first origin that has one, with all that it had listed before. Throws GvError('network'),
 * 'interrupted'.
 */
export async function fetchList(request: ListRequest): Promise<CachedList> {
  const origins = reachableOrigins(request.plan)
  if (origins.length === 0) throw nothingToAsk(request.plan)
  const after: string[] = []
  const unreachable: string[] = []
  return tryProxies(origins, async (origin) => {
    try {
      return { ...(await askOrigin(request, origin)), after, unreachable }
    } catch (error) {
      after.push(originId(origin))
      if (error instanceof UnreachableError) unreachable.push(originId(origin))
      const next = origins[origins.indexOf(origin) + 1]
      if (next && origin.kind === 'downloads') tellOfFailure(request, origin, next, error)
      throw withWayOut(error, origins)
    }
  })
}

async function askOrigin(request: ListRequest, origin: Origin): Promise<CachedList> {
  const id = originId(origin)
  const before = request.known.find((list) => list.id === id)
  const isProxy = origin.kind === 'module-proxy'
  const answer = await request.client.get(isProxy ? proxyListUrl(origin.base) : downloadsListUrl(origin.base), {
    what: `the list of Go releases from ${origin.name}`,
    maxBytes: isProxy ? maxProxyListBytes : maxGodevListBytes,
    etag: before?.etag,
  })
  if (answer.status === 304 && before) return { ...before, fetchedAt: request.at }
  const listed = parseList(origin, answer.body.toString('utf8'))
  const lost = lostReleases(before?.releases ?? [], listed)
  return {
    id,
    from: shownOrigin(origin),
    etag: answer.etag,
    fetchedAt: request.at,
    after: [],
    unreachable: [],
    vanished: lost.map(({ version }) => releaseName(version)),
    releases: lost.length > 0 ? mergeReleases(listed, lost) : newestFirst(listed),
  }
}

/** A folder takes no query: there the list lies in `index.json`. */
function downloadsListUrl(base: URL): URL {
  if (base.protocol === 'file:') return urlBelow(base, 'index.json')
  const url = urlBelow(base, '')
  url.search = `${url.search === '' ? '?' : `${url.search}&`}mode=json&include=all`
  return url
}

function parseList(origin: Origin, text: string): readonly Release[] {
  try {
    const listed = origin.kind === 'downloads' ? parseGodevList(text) : parseProxyList(text)
    if (listed.length > 0) return listed
  } catch (error) {
    if (!(error instanceof GvError)) throw error
    const { code, reason } = error
    throw new GvError(code, `the list of Go releases from ${shownOrigin(origin)} cannot be used`, {
      reason,
      cause: error,
    })
  }
  // Such a proxy has a list for every module: what is not in it is not there.
  throw new NotThereError('network', `${shownOrigin(origin)} lists no release of Go`)
}

function shownOrigin(origin: Origin): string {
  const url = shownUrl(origin.base)
  return origin.name === 'go.dev' || origin.name === url ? origin.name : `${origin.name} (${url})`
}

function tellOfFailure({ notice }: ListRequest, origin: Origin, next: Origin, error: unknown): void {
  if (error instanceof GvError && error.code === 'interrupted') return
  notice(`${origin.name} ${whyNot(error)}; using ${next.name}`)
}

/** Where no Go on the machine names a GOPROXY there is only go.dev: the user can name another source. */
function withWayOut(error: unknown, origins: readonly Origin[]): unknown {
  const [only, ...others] = origins
  if (only?.name !== 'go.dev' || others.length > 0) return error
  if (!(error instanceof UnreachableError) || error.hint !== undefined) return error
  const hint = 'GOPROXY=https://… or GV_MIRROR=https://… names another source'
  return new UnreachableError(error.message, error.host, { reason: error.reason, hint, cause: error.cause })
}

function nothingToAsk({ offline }: OriginPlan): GvError {
  if (offline === undefined) return new GvError('network', 'there is no place to get the list of Go releases from')
  return new GvError('network', 'no list of Go releases is kept here', {
    reason: `${offline} forbids asking for one`,
    hint: `gv ls-remote, once without ${offline}`,
  })
}
