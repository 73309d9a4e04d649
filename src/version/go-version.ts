/**
 * Go's own version numbers: their grammar and their order, as the go command has them.
 * Pure. Sources: https://go.dev/doc/toolchain#version, Go's internal/gover.
 */

/**
 * A version as Go counts them: `1.22.5`, `1.23rc1`, `1.20`, or a language version such as `1.22`.
 * `1.20` and older are releases without a patch number; from 1.21 on the first release is `1.21.0`.
 */
export interface GoVersion {
  /** Normalized, without `go` in front: `1.22.5`, `1.20` (also for `1.20.0`), `1.23rc1`, `1.9.2rc2`. */
  readonly text: string
  readonly major: number
  readonly minor: number
  /** Absent in `1.22`, `1.20`, `1.23rc1`. */
  readonly patch: number | undefined
  readonly prerelease: { readonly kind: 'beta' | 'rc'; readonly number: number } | undefined
}

/** Four digits are more than Go will ever need, and keep every comparison exact. */
const grammar = /^(?:go)?1(?:\.(0|[1-9]\d{0,3})(?:\.(0|[1-9]\d{0,3}))?(?:(beta|rc)(0|[1-9]\d{0,3}))?)?$/

/** The minor number from which on a first release is written `1.N.0` and `1.N` is only a language version. */
const firstDottedMinor = 21

/**
 * Reads `1.22.5` or `go1.22.5`; undefined for anything else, never a part of it. One thing more than Go's own
 * parser: a pre-release of a patch, because `go1.9.2rc2` was published.
 */
export function parseGoVersion(text: string): GoVersion | undefined {
  const match = grammar.exec(text)
  if (!match) return undefined
  const [, minor, patch, kind, number] = match
  return makeGoVersion({
    major: 1,
    minor: minor === undefined ? 0 : Number(minor),
    patch: patch === undefined ? undefined : Number(patch),
    prerelease: kind === undefined ? undefined : { kind: kind === 'rc' ? 'rc' : 'beta', number: Number(number) },
  })
}

/** A version from its numbers, with its text normalized: `1.20.0` is called `1.20`, as the Go team did. */
export function makeGoVersion(parts: Omit<GoVersion, 'text'>): GoVersion {
  const { major, minor, prerelease } = parts
  const isNamedByLine = prerelease !== undefined || isUndottedLine(major, minor)
  const patch = parts.patch === 0 && isNamedByLine ? undefined : parts.patch
  const tail = prerelease ? `${prerelease.kind}${prerelease.number}` : ''
  return {
    text: `${major}.${minor}${patch === undefined ? '' : `.${patch}`}${tail}`,
    major,
    minor,
    patch,
    prerelease,
  }
}

function isUndottedLine(major: number, minor: number): boolean {
  return major === 1 && minor < firstDottedMinor
}

/** The line a version belongs to: `1.22` for `1.22.5`. */
export function lineOf(version: GoVersion): string {
  return `${version.major}.${version.minor}`
}

/** Whether this can be the name of a release; `1.22` cannot (its first release is `1.22.0`), `1.20` can. */
export function isRelease(version: GoVersion): boolean {
  return version.patch !== undefined || version.prerelease !== undefined || isUndottedLine(version.major, version.minor)
}

export function isPrerelease(version: GoVersion): boolean {
  return version.prerelease !== undefined
}

/** The name as Go writes it, `go1.22.5`: of the toolchain, its folder and its archive. The first one is `go1`. */
export function releaseName(version: GoVersion): string {
  return version.text === '1.0' ? 'go1' : `go${version.text}`
}

/**
 * Go's order: negative when a is older. `1.21 < 1.21rc1 < 1.21.0`, `1.9 < 1.10`, and up to 1.20
 * `1.20rc1 < 1.20 < 1.20.1`.
 */
export function compareGoVersions(a: GoVersion, b: GoVersion): number {
  return (
    a.major - b.major ||
    a.minor - b.minor ||
    patchRank(a) - patchRank(b) ||
    kindRank(a) - kindRank(b) ||
    (a.prerelease?.number ?? 0) - (b.prerelease?.number ?? 0)
  )
}

/** -1 for a bare language version, which is older than its pre-releases; a pre-release ranks with its patch. */
function patchRank(version: GoVersion): number {
  if (version.patch !== undefined) return version.patch
  return isRelease(version) ? 0 : -1
}

function kindRank(version: GoVersion): number {
  if (!version.prerelease) return 2
  return version.prerelease.kind === 'rc' ? 1 : 0
}
