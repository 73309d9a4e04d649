import { GvError } from '../errors.ts'
import type { GoSettings } from './go-setting.ts'
import { matchesPatterns } from './patterns.ts'
import { readSourceUrl, withoutSecrets } from './source-url.ts'

/** One entry of GOPROXY, in its order. */
export type ProxyStep =
  | {
      readonly kind: 'url'
      /** http, https or file; may hold a user and password and a query: only `shownUrl` of it may be shown. */
      readonly url: URL
      /** After `|`: any failure leads to the next entry; after `,` only "not there" does. */
      readonly fallBackOnAnyError: boolean
    }
  | { readonly kind: 'direct'; readonly fallBackOnAnyError: false }
  | OffStep

export interface OffStep {
  readonly kind: 'off'
  readonly fallBackOnAnyError: false
}

/**
 * Reads GOPROXY; empty text has no entries. `off` and `direct` end the list, whatever follows. An entry without a
 * scheme is a host over https. Throws GvError('usage') for an entry that `go` would refuse, naming it without
 * secrets. Source: cmd/go/internal/modfetch.proxyList, and https://go.dev/ref/mod#environment-variables.
 */
export function parseGoproxy(text: string): readonly ProxyStep[] {
  const steps: ProxyStep[] = []
  for (const [, entry = '', separator] of text.matchAll(/([^,|]*)([,|]|$)/g)) {
    const word = entry.trim()
    if (word === '') continue
    if (word === 'off' || word === 'direct') {
      steps.push({ kind: word, fallBackOnAnyError: false })
      break
    }
    steps.push({ kind: 'url', url: parseProxyUrl(word), fallBackOnAnyError: separator === '|' })
  }
  if (steps.length === 0 && text !== '') throw new GvError('usage', 'GOPROXY is set, but names no proxy')
  return steps
}

/**
 * The entries that count for one module: those of GOPROXY, or only `direct` where GONOPROXY (or GOPRIVATE) names it.
 * GOPROXY=off stays off all the same: unlike `go`, which asks the origin even then, gv takes it for "no network".
 */
export function proxyStepsFor(
  modulePath: string,
  settings: Pick<GoSettings, 'GOPROXY' | 'GONOPROXY'>,
): readonly ProxyStep[] {
  const steps = parseGoproxy(settings.GOPROXY.value)
  if (steps[0]?.kind === 'off') return steps
  return matchesPatterns(settings.GONOPROXY.value, modulePath) ? [{ kind: 'direct', fallBackOnAnyError: false }] : steps
}

/** What is tried in turn: an entry of GOPROXY, or whatever else has its rule of going on. */
export interface TryStep {
  readonly kind: string
  readonly fallBackOnAnyError: boolean
}

/**
 * Tries one step after another until one succeeds. "Not there" (HTTP 404 or 410) always leads to the next, other
 * failures only where the step says so; an interruption, a failed check and a failing disk end it. Of several failures that of
 * `direct` is thrown first of all, then the last that is not "not there". `off` is not attempted: nothing is there.
 * Source: cmd/go/internal/modfetch.TryProxies.
 */
export async function tryProxies<S extends TryStep, T>(
  steps: readonly (S | OffStep)[],
  attempt: (step: S) => Promise<T>,
): Promise<T> {
  let best: { readonly error: unknown; readonly rank: number } | undefined
  for (const step of steps) {
    try {
      if (isOff(step)) throw proxyOff()
      return await attempt(step)
    } catch (error) {
      // Nothing that failed a check is made good by asking somebody else, and no disk has more room then.
      if (error instanceof GvError && ['interrupted', 'verification', 'storage'].includes(error.code)) throw error
      const absent = isNotThere(error)
      const rank = step.kind === 'direct' ? 2 : absent ? 0 : 1
      if (!best || rank >= best.rank) best = { error, rank }
      if (!absent && !step.fallBackOnAnyError) break
    }
  }
  throw best ? best.error : new GvError('network', 'there is no GOPROXY to ask', noProxyHint)
}

const noProxyHint = { hint: 'GOPROXY=https://… gv … names one' }

function isOff(step: TryStep): step is OffStep {
  return step.kind === 'off'
}

function proxyOff(): GvError {
  return new NotThereError('network', 'nothing may be fetched', {
    reason: 'GOPROXY=off forbids it',
    hint: 'go env GOPROXY shows the setting; GOPROXY=https://… gv … overrides it once',
  })
}

/** A failure that means "not there", as HTTP's 404 does. */
export class NotThereError extends GvError {
  readonly status = 404
}

/**
 * Whether a failure means that the thing is not there, as opposed to: we do not know. What failed a check was there.
 * Source: web.HTTPError.Is.
 */
export function isNotThere(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e instanceof GvError && e.code === 'verification') return false
    if ('status' in e && (e.status === 404 || e.status === 410)) return true
  }
  return false
}

function parseProxyUrl(entry: string): URL {
  const read = readSourceUrl(needsScheme(entry) ? `https://${entry}` : entry)
  if ('url' in read) return read.url
  throw new GvError('usage', `GOPROXY has an entry that cannot be used: "${withoutSecrets(entry)}"`, {
    reason: read.reason,
    hint: 'go env GOPROXY shows the setting',
  })
}

/** `proxy.example/path` and `localhost:8080` are hosts; single words and absolute paths are not. */
function needsScheme(entry: string): boolean {
  return /[.:/]/.test(entry) && !entry.includes(':/') && !entry.startsWith('/')
}
