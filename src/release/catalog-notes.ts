import { GvError, messageOf, systemErrorCode } from '../errors.ts'
import { UnreachableError } from '../net/http-error.ts'
import { printable } from '../text.ts'
import { compareGoVersions, isPrerelease, releaseName } from '../version/go-version.ts'
import type { CachedList } from './list-cache.ts'

/** `cannot be reached (ENOTFOUND)`, `gives no list (it is a web page)` */
export function whyNot(error: unknown): string {
  const reason = (error instanceof GvError ? error.reason : undefined) ?? printable(messageOf(error))
  return error instanceof UnreachableError
    ? `cannot be reached (${systemErrorCode(error) ?? reason})`
    : `gives no list (${reason})`
}

/** What to say of releases that an origin listed once. */
export function vanishedNote({ vanished, from }: CachedList, path: string): string | undefined {
  const [newest, ...more] = vanished
  if (newest === undefined) return undefined
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  return `${from} no longer lists ${newest}${others}; gv keeps what it has seen (to forget it: rm ${printable(path)})`
}

/** What to say when the list that counts ends before one that was seen elsewhere. */
export function newerNote(list: CachedList, other: CachedList): string | undefined {
  const best = newestStable(list)
  const seen = newestStable(other)
  if (!seen || (best && compareGoVersions(seen, best) <= 0)) return undefined
  const day = other.fetchedAt.toISOString().slice(0, 10)
  return `${list.from} does not list ${releaseName(seen)}, which ${other.from} did on ${day}`
}

/** What to say of a list that is older than it should be. */
export function ageNote({ from, fetchedAt }: CachedList, at: Date, why: string): string {
  return `the list of ${from} is ${ageText(at.getTime() - fetchedAt.getTime())} old: ${why}`
}

function newestStable({ releases }: CachedList) {
  return releases.find(({ version }) => !isPrerelease(version))?.version
}

/** `40 min`, `3 h`, `12 days` */
function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 60) return `${minutes} min`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`
}
