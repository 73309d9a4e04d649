/** What a go.mod or go.work asks of the Go that runs there. Pure. */
import { quoted } from '../text.ts'
import { compareGoVersions, type GoVersion, isRelease, parseGoVersion, releaseName } from '../version/go-version.ts'
import { parseProjectSpec, type VersionSpec } from '../version/spec.ts'
import { type ModStatement, ModSyntaxError, parseModFile } from './modfile.ts'

/** A minimum, as it is for the go command. */
export interface Requirement {
  /** The line that counts, 1 for the first. */
  readonly line: number
  readonly directive: 'go' | 'toolchain'
  /** As written, `1.22` or `go1.22.5-custom`. */
  readonly text: string
  /** What it means for gv: a release or a line. */
  readonly spec: VersionSpec
  /** What it means for the go command, in Go's order: `1.22` is older than every release of its line. */
  readonly minimum: GoVersion
  /** Whether an older Go may switch by itself; not with `toolchain default`. */
  readonly allowsSwitch: boolean
}

/**
 * Reads a go.mod or a go.work; undefined if it asks for nothing. A `toolchain` that is newer than the `go` line counts.
 * Of a repeated line the first one counts, and unknown directives and blocks do not matter, as for the choice of a
 * toolchain by the go command (gover.GoModLookup). Throws ModSyntaxError for broken syntax and broken versions.
 */
export function parseRequirement(text: string): Requirement | undefined {
  const statements = parseModFile(text).filter((statement) => !statement.isBlock)
  const go = readDirective(statements, 'go', parseGoLine)
  const toolchain = readDirective(statements, 'toolchain', parseToolchainLine)
  const counts = [go, toolchain].reduce(newer)
  if (!counts?.value) return undefined
  return {
    line: counts.line,
    directive: counts.directive,
    text: counts.text,
    spec: counts.value.spec,
    minimum: counts.value.version,
    allowsSwitch: toolchain?.value !== null,
  }
}

/** The toolchain that the go command runs where it is older than a requirement: `go1.22.0` for `go 1.22`. */
export function switchTarget({ minimum }: Requirement): string {
  return isRelease(minimum) ? releaseName(minimum) : `go${minimum.text}.0`
}

interface Directive {
  readonly directive: 'go' | 'toolchain'
  readonly line: number
  readonly text: string
  /** Null for `toolchain default`, which asks for nothing. */
  readonly value: DirectiveValue | null
}

interface DirectiveValue {
  readonly version: GoVersion
  readonly spec: VersionSpec
}

function readDirective(
  statements: readonly ModStatement[],
  directive: 'go' | 'toolchain',
  parse: (text: string) => DirectiveValue | null | undefined,
): Directive | undefined {
  const statement = statements.find(({ tokens }) => tokens[0] === directive)
  if (!statement) return undefined
  const { line, tokens } = statement
  const [, text = '', ...others] = tokens
  if (others.length > 0 || text === '') throw new ModSyntaxError(line, `"${directive}" takes one version`)
  const value = parse(text)
  if (value === undefined) throw new ModSyntaxError(line, `${quoted(text)} is not a version for "${directive}"`)
  return { directive, line, text, value }
}

/** Of the `go` and the `toolchain` line the one that counts: of equal ones the first. */
function newer(go: Directive | undefined, toolchain: Directive | undefined): Directive | undefined {
  if (!toolchain?.value) return go
  return !go?.value || compareGoVersions(toolchain.value.version, go.value.version) > 0 ? toolchain : go
}

/** Source: modfile.GoVersionRE and Go's internal/gover, which knows no pre-release of a patch. */
function parseGoLine(text: string): DirectiveValue | undefined {
  if (!/^\d+\.\d+(?:\.\d+|[a-z]+\d+)?$/.test(text)) return undefined
  const version = parseGoVersion(text)
  return version && { version, spec: parseProjectSpec(text) }
}

/** Source: modfile.ToolchainRE and gover.FromToolchain; `go1.22.5-custom` is somebody's build of 1.22.5. */
function parseToolchainLine(text: string): DirectiveValue | null | undefined {
  if (text === 'default') return null
  const [name = ''] = text.split('-')
  if (!/^go1(?:\.|$)/.test(name) || /[\\/]/.test(text)) return undefined
  const version = name === 'go1' ? '1.0.0' : name.slice(2)
  return parseGoLine(version)
}
