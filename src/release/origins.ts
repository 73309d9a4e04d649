import { createHash } from 'node:crypto'
import { GvError } from '../errors.ts'
import type { GoSettings } from '../goenv/go-setting.ts'
import { type ProxyStep, proxyStepsFor } from '../goenv/goproxy.ts'
import { readSourceUrl, withoutSecrets } from '../goenv/source-url.ts'
import { shownUrl } from '../text.ts'
import { toolchainModule } from './proxy-list.ts'

/** A place that lists and serves toolchains. */
export interface Origin {
  /** `downloads` is shaped like https://go.dev/dl, `module-proxy` like a GOPROXY. */
  readonly kind: 'downloads' | 'module-proxy'
  /** As people know it: `go.dev`, `GV_MIRROR`, `GOPROXY`, or the URL given to --source. */
  readonly name: string
  /** http, https or file. May hold a user and password and a query: only `shownUrl` of it may be shown. */
  readonly base: URL
  /** Whether after any failure the next is tried; otherwise only where this one says "not there". */
  readonly fallBackOnAnyError: boolean
}

/** What the user said about where Go may come from. */
export interface SourceWish {
  readonly settings: Pick<GoSettings, 'GOPROXY' | 'GONOPROXY'>
  /** GV_MIRROR; empty counts as unset. */
  readonly mirror?: string | undefined
  /** --source: `go.dev`, `goproxy`, `mirror`, or a URL shaped like https://go.dev/dl. */
  readonly source?: string | undefined
  /**
   * The name of what forbids the network, `--offline` or `GV_OFFLINE`, if anything does; GOPROXY=off is seen without
   * it.
   */
  readonly offline?: string | undefined
}

export interface OriginPlan {
  /**
   * In the order in which they are asked. With `offline` only the cached lists of them count, and those that are
   * folders.
   */
  readonly origins: readonly Origin[]
  /** What forbids the network: `--offline`, `GV_OFFLINE` or `GOPROXY=off`. */
  readonly offline: string | undefined
}

/**
 * Where lists and archives come from (DESIGN.md, "Sources, in order"): GV_MIRROR or else go.dev, then the entries of
 * GOPROXY; nowhere else than from a GV_MIRROR or a GOPROXY that the user set. --source leaves one of them. Throws
 * GvError('usage') for a setting that cannot be read or is missing.
 */
export function planOrigins(wish: SourceWish): OriginPlan {
  const steps = proxyStepsFor(toolchainModule, wish.settings)
  const off = steps[0]?.kind === 'off'
  return { origins: chosenOrigins(wish, steps), offline: wish.offline || (off ? 'GOPROXY=off' : undefined) }
}

/** Those that may be asked now: with the network forbidden, folders only. */
export function reachableOrigins({ origins, offline }: OriginPlan): readonly Origin[] {
  return offline === undefined ? origins : origins.filter(({ base }) => base.protocol === 'file:')
}

/** The entries of GOPROXY as origins, for what they tell besides archives; none with GOPROXY=off. */
export function proxyOrigins(settings: SourceWish['settings']): readonly Origin[] {
  return proxyStepsFor(toolchainModule, settings).flatMap((step) => originOfStep(step) ?? [])
}

/** Whether the user named a plain http source on that host; everything else has to be https. */
export function mayUsePlainHttp(plan: OriginPlan, settings: SourceWish['settings']): (url: URL) => boolean {
  const named = [...plan.origins, ...proxyOrigins(settings)].filter(({ base }) => base.protocol === 'http:')
  return (url) => named.some(({ base }) => base.host === url.host)
}

/** A name for files about an origin, without secrets: `go.dev-0a1b2c3d4e5f`. */
export function originId({ kind, base }: Origin): string {
  const host = base.host.replace(/[^a-z0-9.-]/g, '_') || 'file'
  const hash = createHash('sha256')
    .update(`${kind} ${shownUrl(base)}`)
    .digest('hex')
  return `${host}-${hash.slice(0, 12)}`
}

function chosenOrigins(wish: SourceWish, steps: readonly ProxyStep[]): readonly Origin[] {
  const proxies = steps.flatMap((step) => originOfStep(step) ?? [])
  const mirror = wish.mirror ? [downloads('GV_MIRROR', wish.mirror)] : []
  if (wish.source !== undefined) return [...namedOrigins(wish.source, mirror, proxies)]
  const byUser = wish.settings.GOPROXY.userSet && steps[0]?.kind !== 'off' ? proxies : []
  if (mirror.length > 0 || byUser.length > 0) return [...mirror, ...byUser]
  // `direct` is go.dev once more.
  return [godev, ...proxies.filter(({ base }) => base.host !== godev.base.host)]
}

const godev = downloads('go.dev', 'https://go.dev/dl')

function namedOrigins(source: string, mirror: readonly Origin[], proxies: readonly Origin[]): readonly Origin[] {
  if (source === 'go.dev') return [godev]
  if (source === 'mirror') {
    if (mirror.length > 0) return mirror
    throw new GvError('usage', '--source mirror: there is no mirror', { hint: 'GV_MIRROR=https://… gv … names one' })
  }
  if (source === 'goproxy') {
    if (proxies.length > 0) return proxies
    throw new GvError('usage', '--source goproxy: there is no GOPROXY', { hint: 'GOPROXY=https://… gv … names one' })
  }
  return [downloads('--source', source)]
}

function downloads(name: string, text: string): Origin {
  const read = readSourceUrl(text)
  if ('url' in read)
    return { kind: 'downloads', name: shownName(name, read.url), base: read.url, fallBackOnAnyError: true }
  throw new GvError('usage', `${name} is "${withoutSecrets(text)}"`, {
    reason: read.reason,
    hint:
      name === '--source'
        ? '--source takes go.dev, goproxy, mirror or a URL like https://go.dev/dl'
        : 'it has to be a URL like https://go.dev/dl',
  })
}

function shownName(name: string, base: URL): string {
  return name === '--source' ? shownUrl(base) : name
}

/**
 * For `direct` cmd/go asks https://golang.org/toolchain?go-get=1, whose go-import tag says `golang.org/toolchain mod
 * https://go.dev/dl/mod`: the origin is itself a GOPROXY, at that base (vcs.RepoRootForImportPath,
 * modfetch.lookupDirect). gv takes the answer for granted.
 */
const direct = new URL('https://go.dev/dl/mod')

function originOfStep(step: ProxyStep): Origin | undefined {
  if (step.kind === 'off') return undefined
  const base = step.kind === 'direct' ? direct : step.url
  const name = step.kind === 'direct' ? 'go.dev' : 'GOPROXY'
  return { kind: 'module-proxy', name, base, fallBackOnAnyError: step.fallBackOnAnyError }
}
