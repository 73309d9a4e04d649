/** Which of the installed toolchains a spec or a requirement takes. Pure. */
import { compareGoVersions, type GoVersion, isPrerelease, lineOf } from '../version/go-version.ts'
import { selectVersion } from '../version/select.ts'
import type { VersionSpec } from '../version/spec.ts'
import type { Requirement } from './requirement.ts'

/** A toolchain of this machine's platform, as far as choosing goes. */
export interface InstalledToolchain {
  readonly version: GoVersion
  readonly goroot: string
}

/** The newest that a spec means; of equal versions the first given. None for `system` and `path:`. */
export function chooseBySpec<T extends InstalledToolchain>(spec: VersionSpec, installed: readonly T[]): T | undefined {
  const version = selectVersion(
    spec,
    installed.map((toolchain) => toolchain.version),
  )
  return version && installed.find((toolchain) => toolchain.version === version)
}

/**
 * What a requirement takes: the very release, else the newest of its line that is not older; for a line the
 * newest release of it. A newer line is never taken unasked, though `go` itself would be content with it.
 */
export function chooseByRequirement<T extends InstalledToolchain>(
  { spec, minimum }: Requirement,
  installed: readonly T[],
): T | undefined {
  const exact = chooseBySpec(spec, installed)
  if (exact || spec.kind === 'line') return exact
  return newest(installed.filter(({ version }) => lineOf(version) === lineOf(minimum) && isNotOlder(version, minimum)))
}

/**
 * The toolchain that comes nearest to a minimum of which nothing of its own line is installed: the newest release of
 * the lowest line above it. For messages, and for when nothing can be installed.
 */
export function nearestAbove<T extends InstalledToolchain>(minimum: GoVersion, installed: readonly T[]): T | undefined {
  const above = installed.filter(({ version }) => !isPrerelease(version) && isNotOlder(version, minimum))
  const lines = above.map(({ version }) => version).sort(compareGoVersions)
  const lowest = lines[0]
  return lowest && newest(above.filter(({ version }) => lineOf(version) === lineOf(lowest)))
}

function isNotOlder(version: GoVersion, minimum: GoVersion): boolean {
  return compareGoVersions(version, minimum) >= 0
}

function newest<T extends InstalledToolchain>(toolchains: readonly T[]): T | undefined {
  return toolchains.reduce<T | undefined>(
    (best, one) => (best === undefined || compareGoVersions(one.version, best.version) > 0 ? one : best),
    undefined,
  )
}
