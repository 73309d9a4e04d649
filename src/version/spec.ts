/**
 * Specs: what a person writes to say which Go is meant (DESIGN.md, "Which Go"). One closed grammar for
 * arguments, environment and files; nothing is ever cut off to make a text fit.
 * Pure.
 */
import { GvError } from '../errors.ts'
import { printable, quoted } from '../text.ts'
import { type GoVersion, makeGoVersion, parseGoVersion } from './go-version.ts'
import { parseVersionRange, type VersionRange } from './range.ts'

/** A line of releases: 1.22 has 1.22.0, 1.22.1 and so on. */
export interface VersionLine {
  readonly major: number
  readonly minor: number
}

/** What exactly a spec asks for; `text` is what was written. Only `parseSpec` and `parseProjectSpec` make one. */
export type VersionSpec =
  | { readonly kind: 'exact'; readonly text: string; readonly version: GoVersion }
  /** The newest patch of a line, never a pre-release. */
  | { readonly kind: 'line'; readonly text: string; readonly line: VersionLine }
  | { readonly kind: 'range'; readonly text: string; readonly range: VersionRange }
  /** The newest release, of one line or (undefined) of all. */
  | { readonly kind: 'latest'; readonly text: string; readonly line: VersionLine | undefined }
  | { readonly kind: 'oldstable'; readonly text: string }
  /** The Go of this machine that no gv of the user's installed. */
  | { readonly kind: 'system'; readonly text: string }
  /** A GOROOT, by its absolute path. */
  | { readonly kind: 'path'; readonly text: string; readonly path: string }

/** Longer than any sensible range, short enough that a hostile file costs nothing. */
const maxSpecLength = 256
const maxPathLength = 4096

const hint = 'write a version as 1.22.5, 1.22, ^1.21, latest, latest:1.21, oldstable, 1.23rc1 or system'

/**
 * Reads a spec of the user's own: from the command line, the environment or a file outside projects.
 * Throws GvError `usage`.
 */
export function parseSpec(text: string): VersionSpec {
  return text.startsWith('path:') ? parsePathSpec(text) : parseClosedSpec(text)
}

/** Reads a spec from a project's file, which may not name a path or a revision. Throws GvError `usage`. */
export function parseProjectSpec(text: string): VersionSpec {
  const scheme = /^(?:path|ref):/.exec(text)?.[0]
  if (scheme === undefined) return parseClosedSpec(text)
  throw new GvError('usage', `${quoted(text)} is not allowed in a project`, {
    reason: `a project's file may name a version, never a "${scheme}"`,
    hint,
  })
}

function parsePathSpec(text: string): VersionSpec {
  const path = text.slice('path:'.length)
  const isPath = path.startsWith('/') && printable(path, maxPathLength) === path
  if (isPath) return { kind: 'path', text, path }
  throw unreadable(text, 'path: takes the absolute path of a GOROOT')
}

function parseClosedSpec(text: string): VersionSpec {
  const spec = text.length <= maxSpecLength ? parseWord(text) : undefined
  if (spec) return spec
  throw unreadable(text, reasonAgainst(text))
}

function parseWord(text: string): VersionSpec | undefined {
  if (text === 'latest' || text === 'stable') return { kind: 'latest', text, line: undefined }
  if (text === 'oldstable') return { kind: 'oldstable', text }
  if (text === 'system') return { kind: 'system', text }
  if (text.startsWith('latest:')) {
    const line = parseLine(text.slice('latest:'.length))
    return line && { kind: 'latest', text, line }
  }
  // Lists and other managers write `v1.22.5`; the `v` adds nothing.
  const number = /^v\d/.test(text) ? text.slice(1) : text
  const line = parseLine(number)
  if (line) return { kind: 'line', text, line }
  const version = parseGoVersion(number) ?? parseNpmPrerelease(number)
  if (version) return { kind: 'exact', text, version }
  const range = text === text.trim() ? parseVersionRange(text) : undefined
  return range && { kind: 'range', text, range }
}

/** `1.22` or `go1.22`: two numbers and no more. */
function parseLine(text: string): VersionLine | undefined {
  const version = /^(?:go)?\d+\.\d+$/.test(text) ? parseGoVersion(text) : undefined
  return version && { major: version.major, minor: version.minor }
}

/** npm's spelling of a pre-release: `1.23.0-rc.2` is 1.23rc2. */
function parseNpmPrerelease(text: string): GoVersion | undefined {
  const match = /^((?:go)?1\.\d{1,4}\.\d{1,4})-(beta|rc)\.(0|[1-9]\d{0,3})$/.exec(text)
  const base = match?.[1] === undefined ? undefined : parseGoVersion(match[1])
  if (!match || !base) return undefined
  const kind = match[2] === 'rc' ? 'rc' : 'beta'
  return makeGoVersion({ ...base, prerelease: { kind, number: Number(match[3]) } })
}

function unreadable(text: string, reason: string | undefined): GvError {
  return new GvError('usage', `${quoted(text)} is not a version of Go`, { reason, hint })
}

/** What a person most likely overlooked; undefined where the text says it all. */
function reasonAgainst(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty'
  if (text.length > maxSpecLength) return `it has ${text.length} characters`
  if (text !== text.trim()) return 'it begins or ends with a blank'
  const suffixed = /^((?:v|go)?\d+(?:\.\d+){1,2})([-+].*)$/.exec(text)
  if (suffixed) return `a suffix like ${quoted(suffixed[2] ?? '', 40)} is never cut off`
  return undefined
}
