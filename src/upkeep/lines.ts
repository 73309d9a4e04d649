/** How far the installed lines of Go are behind what is released. Pure. */
import { type Support, supportOf } from '../release/support.ts'
import { compareGoVersions, type GoVersion, isPrerelease, lineOf } from '../version/go-version.ts'

/** A line of which at least one release is installed. */
export interface InstalledLine {
  /** `1.22` */
  readonly line: string
  /** The newest that is installed. */
  readonly installed: GoVersion
  /** The newest that can be had; the installed one where nothing newer is known. A pre-release counts where there is no release. */
  readonly newest: GoVersion
  readonly isOutdated: boolean
  readonly support: Support
}

/** The installed lines, newest first. */
export function installedLines(installed: readonly GoVersion[], released: readonly GoVersion[]): InstalledLine[] {
  const newestFirst = [...installed].sort((a, b) => compareGoVersions(b, a))
  const byLine = new Map<string, GoVersion>()
  for (const version of newestFirst) if (!byLine.has(lineOf(version))) byLine.set(lineOf(version), version)
  return [...byLine].map(([line, version]) => {
    const newest = newestOf([
      version,
      ...released.filter((other) => lineOf(other) === line && mayReplace(version, other)),
    ])
    return {
      line,
      installed: version,
      newest,
      isOutdated: compareGoVersions(newest, version) > 0,
      support: supportOf(version, released),
    }
  })
}

/** Who runs a release is not offered a pre-release. */
function mayReplace(installed: GoVersion, other: GoVersion): boolean {
  return !isPrerelease(other) || isPrerelease(installed)
}

function newestOf(versions: readonly [GoVersion, ...GoVersion[]]): GoVersion {
  return versions.reduce((best, version) => (compareGoVersions(version, best) > 0 ? version : best))
}
