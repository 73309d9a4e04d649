import { type GoVersion, isPrerelease } from '../version/go-version.ts'

export type Support = 'supported' | 'end of life' | 'unreleased'

/**
 * Whether a line of Go 1 still gets fixes, going by the releases that exist: 1.N is supported until 1.N+2.0 is
 * released. Source: https://go.dev/doc/devel/release#policy. Pure.
 */
export function supportOf(line: { readonly minor: number }, releases: readonly GoVersion[]): Support {
  const newest = releases.reduce((best, version) => (isPrerelease(version) ? best : Math.max(best, version.minor)), -1)
  if (line.minor > newest) return 'unreleased'
  return line.minor + 2 > newest ? 'supported' : 'end of life'
}
