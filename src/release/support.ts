import { type GoVersion, isPrerelease } from '../version/go-version.ts'

export type Support = 'supported' | 'end of life' | 'unreleased'

/**
 * Whether a line still gets fixes, going by the releases that exist: 1.N is supported until 1.N+2.0 is released.
 * Source: https://go.dev/doc/devel/release#policy. Pure.
 */
export function supportOf(
  line: { readonly major: number; readonly minor: number },
  releases: readonly GoVersion[],
): Support {
  const released = releases.filter((version) => !isPrerelease(version))
  const newest = released.reduce<GoVersion | undefined>((best, v) => (best && isLater(best, v) ? best : v), undefined)
  if (!newest || isLater(line, newest)) return 'unreleased'
  return line.major === newest.major && line.minor + 2 > newest.minor ? 'supported' : 'end of life'
}

function isLater(a: { major: number; minor: number }, b: { major: number; minor: number }): boolean {
  return a.major === b.major ? a.minor > b.minor : a.major > b.major
}
