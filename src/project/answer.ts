/** From who decides to what runs: choosing among what is there. */
import { join } from 'node:path'
import { compareGoVersions } from '../version/go-version.ts'
import type { VersionSpec } from '../version/spec.ts'
import { chooseByRequirement, chooseBySpec, type InstalledToolchain, nearestAbove } from './choice.ts'
import { decisionText, missingText } from './explanation.ts'
import { type ForeignGo, goAt } from './goroot.ts'
import type { FoundRequirement } from './module-file.ts'
import type { Resolution, ResolveInput, Source } from './resolution.ts'

/** Who decides: specs, of which the first that is met counts; a requirement; or nobody. */
export type Decision =
  | {
      readonly source: Source
      readonly specs: readonly [VersionSpec, ...VersionSpec[]]
      readonly requirement?: undefined
    }
  | { readonly source: Source; readonly requirement: FoundRequirement; readonly specs?: undefined }
  | { readonly source: undefined; readonly specs?: undefined; readonly requirement?: undefined }

/** All that follows from a decision alone. */
export type Answer = Omit<Resolution, 'warnings' | 'requirement'>

/** The Go for a decision that was made for a folder. */
export function answerTo(decision: Decision, input: ResolveInput, folder: string): Answer {
  if (decision.specs) return answerToSpecs(decision.source, decision.specs, input, folder)
  if (decision.requirement) return answerToRequirement(decision.source, decision.requirement, input, folder)
  return answerOfLastResort(input, folder)
}

function answerToSpecs(
  source: Source,
  specs: readonly [VersionSpec, ...VersionSpec[]],
  input: ResolveInput,
  folder: string,
): Answer {
  const [first] = specs
  const decision = decisionText(source, first.text, folder)
  for (const spec of specs) {
    const go = goFor(spec, input)
    if (!go) continue
    const reason = spec === first ? decision : `${decision}, and ${spec.text} where that is missing`
    return found(source, spec.text, go, reason)
  }
  return missing(source, first, `${decision}; ${missingText(first, input.installed)}`, undefined)
}

function answerToRequirement(
  source: Source,
  requirement: FoundRequirement,
  { installed, current, gomod }: ResolveInput,
  folder: string,
): Answer {
  const { spec, minimum } = requirement
  const decision = decisionText(source, spec.text, folder)
  if (gomod === 'minimum' && current && compareGoVersions(current.version, minimum) >= 0) {
    const reason = `${decision}, and your default ${current.version.text} is new enough`
    return found({ kind: 'default', file: undefined, line: undefined }, current.version.text, goOf(current), reason)
  }
  const toolchain = chooseByRequirement(requirement, installed)
  if (!toolchain) {
    return missing(source, spec, `${decision}; ${missingText(spec, installed)}`, nearestAbove(minimum, installed))
  }
  const isExact = spec.kind !== 'exact' || compareGoVersions(toolchain.version, minimum) === 0
  const reason = isExact ? decision : `${decision}, and ${toolchain.version.text} is the newest of its line here`
  return found(source, spec.text, goOf(toolchain), reason)
}

function answerOfLastResort({ current, findSystemGo }: ResolveInput, folder: string): Answer {
  const go = current ? goOf(current) : findSystemGo()
  const kind = current ? 'default' : go ? 'system' : 'none'
  const source: Source = { kind, file: undefined, line: undefined }
  const spec = current ? current.version.text : 'system'
  const reason = decisionText(source, spec, folder)
  if (go) return found(source, spec, go, reason)
  return { ...nothing, source, spec: null, wanted: null, substitute: undefined, reason }
}

function goFor(spec: VersionSpec, { installed, findSystemGo }: ResolveInput): ForeignGo | undefined {
  if (spec.kind === 'system') return findSystemGo()
  if (spec.kind === 'path') return goAt(spec.path)
  const toolchain = chooseBySpec(spec, installed)
  return toolchain && goOf(toolchain)
}

function goOf({ version, goroot }: InstalledToolchain): ForeignGo {
  return { program: join(goroot, 'bin/go'), goroot, version }
}

const nothing = { version: null, installed: false, program: null, goroot: null } as const

function found(source: Source, spec: string, go: ForeignGo, reason: string): Answer {
  const { program, goroot = null, version = null } = go
  return { source, spec, version, installed: true, program, goroot, wanted: null, substitute: undefined, reason }
}

function missing(
  source: Source,
  wanted: VersionSpec,
  reason: string,
  substitute: InstalledToolchain | undefined,
): Answer {
  const version = wanted.kind === 'exact' ? wanted.version : null
  return { ...nothing, source, spec: wanted.text, version, wanted, substitute, reason }
}
