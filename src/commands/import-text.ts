import type { CommandResult } from '../command.ts'
import type { Found, ImportPlan } from '../managers/import-plan.ts'
import type { TakeOver } from '../managers/take-over.ts'
import type { ErrorObject } from '../render.ts'
import type { Toolchain } from '../store/installed.ts'
import { printable } from '../text.ts'

/** One that is taken over. */
export interface Candidate {
  readonly found: Found
  readonly how: TakeOver
  readonly toolchain: NonNullable<Found['toolchain']>
}

/** What became of it. */
export interface Outcome extends Candidate {
  readonly installed: Toolchain | undefined
  readonly error: ErrorObject | undefined
}

/** What would be done, a line for each Go that was found. */
export function previewOf(plan: ImportPlan, candidates: readonly Candidate[]): string {
  const lines = plan.found.map((found) => {
    const { goroot, toolchain, problem, isKnown } = found
    const place = `${printable(goroot)}${found.manager === undefined ? '' : ` (${found.manager})`}`
    if (!toolchain) return `skip   ${place}: ${problem}`
    const how = candidates.find((candidate) => candidate.found === found)?.how
    if (how === undefined) return `have   ${toolchain.name}  ${place}`
    return `${how.padEnd(6)} ${toolchain.name}  ${place}${isKnown ? ', which gv has' : ''}`
  })
  const said = plan.default
  return [
    ...lines,
    ...(said ? [`default ${said.spec.text}, as ${printable(said.file)} says (${said.manager})`] : []),
  ].join('\n')
}

/** What was done. @param made the version that is the default now */
export function summarize(plan: ImportPlan, outcomes: readonly Outcome[], made: string | null): CommandResult {
  const done = outcomes.flatMap(({ installed, found, how }) =>
    installed
      ? [`${installed.name} imported, proven by the checksum database: ${printable(found.goroot)}${afterwards[how]}`]
      : [],
  )
  const said = plan.default
  const missing =
    said && made === null ? [`${printable(said.file)} asks for ${said.spec.text}, which is not installed`] : []
  return {
    text: [...done, ...(made === null ? [] : [`${made} is your default`]), ...missing].join('\n'),
    json: toldOf(plan, outcomes, made),
    exitStatus: outcomes.find(({ error }) => error)?.error?.exitStatus ?? 0,
  }
}

const afterwards: Readonly<Record<TakeOver, string>> = {
  copy: ' stays',
  move: ' is removed',
  link: ' is a link to it now',
}

/** The same for programs, also before anything was done. */
export function toldOf(plan: ImportPlan, outcomes: readonly Outcome[], made: string | null) {
  return {
    toolchains: plan.found.map(({ manager, goroot, toolchain, problem, isKnown }) => {
      const outcome = outcomes.find(({ found }) => found.goroot === goroot)
      return {
        manager: manager ?? null,
        path: goroot,
        version: toolchain?.version.text ?? null,
        known: isKnown,
        imported: outcome?.installed !== undefined,
        problem: outcome?.error?.message ?? problem ?? null,
      }
    }),
    default: made,
  }
}
