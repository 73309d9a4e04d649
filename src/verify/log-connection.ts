import { isNotThere, type ProxyStep } from '../goenv/goproxy.ts'
import { logUrl } from './gosumdb.ts'
import type { NoteKey } from './note.ts'

/** How a log can be reached. */
export interface LogRoute {
  readonly key: NoteKey
  /** Where the user said that it is served (GOSUMDB with a URL): the only place then. */
  readonly url: URL | undefined
  /** GOPROXY. */
  readonly proxies: readonly ProxyStep[]
  /** Fetches at most 64 KiB; a failure that `isNotThere` knows means that there is no such thing. */
  readonly get: (url: URL) => Promise<Buffer>
}

/**
 * Reads from whoever serves the log. Which one that is is found out when something is first read: GOSUMDB's own URL; else the first proxy
 * that says it serves this log, and then never anyone else; else the log itself. A `file://` GOPROXY that is a module cache does not say so,
 * but what it holds of the log is read first. Source: cmd/go/internal/modfetch/sumdb.go, initBase.
 */
export function connectLog(route: LogRoute): (path: string) => Promise<Buffer | undefined> {
  let base: Promise<URL> | undefined
  const beside = route.url ? [] : route.proxies.flatMap((step) => logFolder(step, route.key))
  return async (path) => {
    for (const folder of beside) {
      const kept = await read(route, below(folder, path))
      if (kept) return kept
    }
    base ??= findBase(route)
    // What failed is not remembered: another release may be asked for when the network is back.
    base.catch(() => {
      base = undefined
    })
    return read(route, below(await base, path))
  }
}

async function read({ get }: LogRoute, url: URL): Promise<Buffer | undefined> {
  try {
    return await get(url)
  } catch (error) {
    if (isNotThere(error)) return undefined
    throw error
  }
}

/** Entries after `direct` and `off` do not count, as for cmd/go, where both mean here: no proxy, but the log itself. */
async function findBase({ key, url, proxies, get }: LogRoute): Promise<URL> {
  if (url) return url
  let failure: unknown
  for (const step of proxies) {
    if (step.kind === 'direct') return logUrl(key)
    if (step.kind === 'off') break
    const served = below(step.url, `sumdb/${key.name}`)
    try {
      await get(below(served, 'supported'))
      return served
    } catch (error) {
      if (isNotThere(error)) continue
      if (!step.fallBackOnAnyError) throw error
      failure = error
    }
  }
  if (failure !== undefined) throw failure
  return logUrl(key)
}

function logFolder(step: ProxyStep, key: NoteKey): URL[] {
  return step.kind === 'url' && step.url.protocol === 'file:' ? [below(step.url, `sumdb/${key.name}`)] : []
}

/** A URL with a path added; user, password and query stay. */
function below(base: URL, path: string): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/$/, '')}/${path}`
  return url
}
