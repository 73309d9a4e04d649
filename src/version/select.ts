/** Which of several versions a spec means. Pure. */
import { compareGoVersions, type GoVersion, isPrerelease, isRelease, lineOf } from './go-version.ts'
import type { VersionLine, VersionSpec } from './spec.ts'

/**
 * The newest version that a spec means, among those given (in any order); undefined if there is none.
 * `oldstable` is the newest release of the second newest line among them. `system` and `path:` are no versions.
 */
export function selectVersion(spec: VersionSpec, available: readonly GoVersion[]): GoVersion | undefined {
  if (spec.kind === 'oldstable')
    return newest(available.filter((version) => isIn(version, secondNewestLine(available))))
  return newest(available.filter((version) => matches(spec, version)))
}

/**
 * Whether a spec, looked at alone, allows a version: for filtering a list. False for `oldstable`, which has a
 * meaning only among other versions, and for `system` and `path:`, which name none.
 */
export function matches(spec: VersionSpec, version: GoVersion): boolean {
  switch (spec.kind) {
    case 'exact':
      return compareGoVersions(spec.version, version) === 0
    case 'line':
      return isIn(version, spec.line)
    case 'latest':
      return isFinal(version) && (spec.line === undefined || isIn(version, spec.line))
    case 'range':
      return isRelease(version) && spec.range.includes(version)
    case 'oldstable':
    case 'system':
    case 'path':
      return false
  }
}

function newest(versions: readonly GoVersion[]): GoVersion | undefined {
  return versions.reduce<GoVersion | undefined>(
    (best, version) => (best === undefined || compareGoVersions(version, best) > 0 ? version : best),
    undefined,
  )
}

function isFinal(version: GoVersion): boolean {
  return isRelease(version) && !isPrerelease(version)
}

function isIn(version: GoVersion, line: VersionLine | undefined): boolean {
  return isFinal(version) && version.major === line?.major && version.minor === line.minor
}

function secondNewestLine(versions: readonly GoVersion[]): VersionLine | undefined {
  const newestFirst = versions.filter(isFinal).sort((a, b) => compareGoVersions(b, a))
  const first = newestFirst[0]
  return first && newestFirst.find((version) => lineOf(version) !== lineOf(first))
}
