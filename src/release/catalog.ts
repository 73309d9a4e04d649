import { join } from 'node:path'
import { GvError } from '../errors.ts'
import { ageNote, newerNote, vanishedNote, whyNot } from './catalog-notes.ts'
import { type CachedList, cachePath, readCachedList, readCachedLists, writeCachedList } from './list-cache.ts'
import { fetchList, type ListRequest } from './list-fetch.ts'
import { mergeReleases } from './merged-releases.ts'
import { type Origin, type OriginPlan, originId } from './origins.ts'
import type { Release } from './release.ts'

/** The releases that can be had, newest first, and how far that can be relied on. */
export interface Catalog {
  readonly releases: readonly Release[]
  /** `originId` of the origin whose list it is. */
  readonly id: string
  /** That origin as people know it: `go.dev`, `GOPROXY (https://proxy.example/)`. */
  readonly from: string
  readonly fetchedAt: Date
  /** Older than asked for, because the origin did not answer or may not be asked. */
  readonly stale: boolean
  /** What the user should know, a sentence without a full stop each: how old the list is, what vanished from it. */
  readonly notes: readonly string[]
  /** Names of releases that the origin listed once and does not list any more; they are among `releases` all the same. */
  readonly vanished: readonly string[]
  /** The file that keeps the list: without it, what vanished is forgotten. */
  readonly keptIn: string
  /** Origins that come before that one and could not be reached. */
  readonly unreachable: readonly Origin[]
}

export interface CatalogOptions extends Pick<ListRequest, 'client' | 'plan' | 'notice'> {
  /** The store's `cache` folder, absolute; it may be missing or read-only. */
  readonly cacheFolder: string
  now(): Date
  /** How old a list may be that is not asked for again; an hour unless told. */
  readonly maxAgeMs?: number
}

const hourMs = 3_600_000

/**
 * The list of releases, from the first origin of the plan that has one: kept for an hour, then asked for with its
 * ETag. Where none answers, what was kept before counts, with a note. What an origin listed once is never lost in
 * silence, so that an old or poorer list cannot lower `latest`. To be called once in a process. Throws
 * GvError('network') when there is no list, 'interrupted'.
 */
export async function loadCatalog(options: CatalogOptions): Promise<Catalog> {
  const { client, plan, notice, maxAgeMs = hourMs } = options
  const folder = join(options.cacheFolder, 'lists')
  const known = plan.origins.flatMap((origin) => readCachedList(folder, originId(origin)) ?? [])
  const kept: Kept = { folder, known, plan, at: options.now(), maxAgeMs }
  const fresh = known.find((list) => isFresh(list, kept))
  if (fresh) return catalogOf(fresh, kept, [])
  try {
    const list = await fetchList({ client, plan, known, at: kept.at, notice })
    writeCachedList(folder, list)
    return catalogOf(list, kept, [])
  } catch (error) {
    if (error instanceof GvError && error.code === 'interrupted') throw error
    const old = newestOf(known) ?? keptElsewhere(kept)
    if (!old) throw error
    const why = plan.offline === undefined ? `it ${whyNot(error)}` : `${plan.offline} forbids asking for a newer one`
    return isYoung(old, kept)
      ? catalogOf(old, kept, [])
      : { ...catalogOf(old, kept, [ageNote(old, kept.at, why)]), stale: true }
  }
}

/**
 * Has the list of an origin asked for anew the next time, because an archive was not what it should be and this list may be why. What
 * it lists is not forgotten.
 */
export function expireList(origin: Origin, cacheFolder: string): void {
  const folder = join(cacheFolder, 'lists')
  const list = readCachedList(folder, originId(origin))
  if (!list) return
  writeCachedList(folder, { ...list, etag: undefined, fetchedAt: new Date(list.fetchedAt.getTime() - hourMs) })
}

/** What is at hand without a network. */
interface Kept {
  readonly folder: string
  /** The lists of the plan's origins, in their order. */
  readonly known: readonly CachedList[]
  readonly plan: OriginPlan
  readonly at: Date
  readonly maxAgeMs: number
}

/** Young enough, and no origin that comes before is worth asking because it was not asked then. */
function isFresh(list: CachedList, kept: Kept): boolean {
  return isYoung(list, kept) && idsBefore(kept.plan, list.id).every((id) => list.after.includes(id))
}

/** A time to come is that of a wrong clock. */
function isYoung(list: CachedList, { at, maxAgeMs }: Kept): boolean {
  const age = at.getTime() - list.fetchedAt.getTime()
  return age >= 0 && age < maxAgeMs
}

function idsBefore({ origins }: OriginPlan, id: string): readonly string[] {
  const ids = origins.map(originId)
  return ids.slice(0, Math.max(0, ids.indexOf(id)))
}

/** With the network forbidden, a list of any origin is better than none. */
function keptElsewhere({ plan, folder }: Kept): CachedList | undefined {
  return plan.offline === undefined ? undefined : newestOf(readCachedLists(folder))
}

function newestOf(lists: readonly CachedList[]): CachedList | undefined {
  return lists.reduce<CachedList | undefined>((a, b) => (a && a.fetchedAt >= b.fetchedAt ? a : b), undefined)
}

/** The list, with what the origins before it listed when they were last heard of. */
function catalogOf(list: CachedList, { folder, known, plan }: Kept, notes: readonly string[]): Catalog {
  const before = idsBefore(plan, list.id)
  const others = known.filter((other) => before.includes(other.id))
  const { id, from, fetchedAt } = list
  return {
    id,
    from,
    fetchedAt,
    vanished: list.vanished,
    keptIn: cachePath(folder, id),
    stale: false,
    releases: others.reduce((merged, other) => mergeReleases(merged, other.releases), list.releases),
    notes: [
      ...notes,
      vanishedNote(list, cachePath(folder, id)),
      ...others.map((other) => newerNote(list, other)),
    ].filter((note) => note !== undefined),
    unreachable: plan.origins.filter((origin) => {
      const originsId = originId(origin)
      return before.includes(originsId) && list.unreachable.includes(originsId)
    }),
  }
}
