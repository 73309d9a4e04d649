import { platformName } from '../platform.ts'
import { compareGoVersions } from '../version/go-version.ts'
import type { Release } from './release.ts'

/** Newest first, by Go's order. Pure. */
export function newestFirst(releases: readonly Release[]): readonly Release[] {
  return [...releases].sort((a, b) => compareGoVersions(b.version, a.version))
}

/**
 * All releases and archives of both lists; what both have is as the first says. Newest first. Pure.
 */
export function mergeReleases(first: readonly Release[], second: readonly Release[]): readonly Release[] {
  const merged = new Map(first.map((release) => [release.version.text, release]))
  for (const release of second) {
    const known = merged.get(release.version.text)
    merged.set(release.version.text, known ? mergeArchives(known, release) : release)
  }
  return newestFirst([...merged.values()])
}

/** The releases of `before` of which `now` has not every archive, newest first. Pure. */
export function lostReleases(before: readonly Release[], now: readonly Release[]): readonly Release[] {
  const present = new Map(now.map((release) => [release.version.text, release]))
  return newestFirst(
    before.filter((release) => {
      const known = present.get(release.version.text)
      return !known || mergeArchives(known, release).archives.length > known.archives.length
    }),
  )
}

function mergeArchives(first: Release, second: Release): Release {
  const known = new Set(first.archives.map(({ platform }) => platformName(platform)))
  const more = second.archives.filter(({ platform }) => !known.has(platformName(platform)))
  return more.length === 0 ? first : { ...first, archives: [...first.archives, ...more] }
}
