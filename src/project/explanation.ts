/** Why a Go was chosen, and what is odd about it, in words. Pure. */
import { relative } from 'node:path'
import { printable } from '../text.ts'
import { compareGoVersions, type GoVersion, lineOf, makeGoVersion } from '../version/go-version.ts'
import type { VersionSpec } from '../version/spec.ts'
import { type InstalledToolchain, nearestAbove } from './choice.ts'
import type { FoundRequirement } from './module-file.ts'
import { switchTarget } from './requirement.ts'
import type { Source } from './resolution.ts'

/** `.go-version:1`: a file as seen from a folder, or absolute where that is shorter. */
function shownPlace(place: { readonly file: string; readonly line: number }, folder: string): string {
  const fromHere = relative(folder, place.file)
  return printable(`${fromHere.length < place.file.length ? fromHere : place.file}:${place.line}`)
}

/** `.go-version:1 pins 1.22`: who decided, and what. */
export function decisionText(source: Source, spec: string, folder: string): string {
  const version = printable(spec, 120)
  switch (source.kind) {
    case 'argument':
      return `you asked for ${version}`
    case 'environment':
      return `GV_VERSION says ${version}`
    case 'pin':
      return `${shownPlace(source, folder)} pins ${version}`
    case 'go.mod':
    case 'go.work':
      return `${shownPlace(source, folder)} asks for go >= ${version}`
    case 'default':
      return `nothing asks for a version here, and ${version} is your default`
    case 'system':
      return 'nothing asks for a version here, and you have no default: this is the Go of this machine'
    case 'none':
      return 'nothing asks for a version here, you have no default, and this machine has no other Go'
  }
}

/** Why nothing installed will do, and which newer one there is: `no 1.22 is installed, but 1.23.4 is`. */
export function missingText(spec: VersionSpec, installed: readonly InstalledToolchain[]): string {
  const minimum = minimumOf(spec)
  const above = minimum && nearestAbove(minimum, installed)
  const missing: Readonly<Record<VersionSpec['kind'], string>> = {
    exact: `${spec.text} is not installed`,
    line: `no ${spec.text} is installed`,
    latest: 'nothing is installed that it means',
    range: 'nothing is installed that it means',
    oldstable: 'no second line is installed',
    system: 'this machine has no Go but those of gv',
    path: 'there is no Go',
  }
  return `${printable(missing[spec.kind])}${above ? `, but ${above.version.text} is` : ''}`
}

function minimumOf(spec: VersionSpec): GoVersion | undefined {
  if (spec.kind === 'exact') return spec.version
  if (spec.kind !== 'line') return undefined
  return makeGoVersion({ ...spec.line, patch: undefined, prerelease: undefined })
}

export interface SwitchFacts {
  readonly requirement: FoundRequirement
  /** The Go that was chosen against the requirement. */
  readonly version: GoVersion
  /** Who chose it: `.go-version:1 pins 1.22.5`. */
  readonly decision: string
  readonly folder: string
  readonly GOTOOLCHAIN: string
  readonly installed: readonly InstalledToolchain[]
}

/** What `go` will do about a Go that is older than its module asks for; undefined if it is not. */
export function switchWarning(facts: SwitchFacts): string | undefined {
  const { requirement, version, decision, folder } = facts
  if (compareGoVersions(version, requirement.minimum) >= 0) return undefined
  const place = shownPlace(requirement, folder)
  return `${place} asks for go >= ${requirement.minimum.text}, but ${decision}: ${consequence(facts)}`
}

/** The first line whose go command knows of other toolchains. */
const firstSwitchingMinor = 21

function consequence({ requirement, version, GOTOOLCHAIN, installed }: SwitchFacts): string {
  const target = switchTarget(requirement)
  if (version.minor < firstSwitchingMinor) return `go ${lineOf(version)} is too old to switch by itself`
  if (!requirement.allowsSwitch) return `go will refuse, because of its line "toolchain default"`
  if (!maySwitch(GOTOOLCHAIN)) return `go will refuse, because of GOTOOLCHAIN=${printable(GOTOOLCHAIN, 120)}`
  const isInstalled = installed.some((toolchain) => `go${toolchain.version.text}` === target)
  return `go will switch to ${target.slice(2)}, ${isInstalled ? 'which gv has' : 'which gv does not have'}`
}

/** Source: https://go.dev/doc/toolchain#select. */
function maySwitch(GOTOOLCHAIN: string): boolean {
  return GOTOOLCHAIN === '' || /(?:^|\+)(?:auto|path)$/.test(GOTOOLCHAIN)
}
