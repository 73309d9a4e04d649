import { relative } from 'node:path'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { exitStatuses, GvError } from '../errors.ts'
import type { Workbench } from '../install/workbench.ts'
import {
  type Found,
  type FoundDefault,
  healManagers,
  type ImportPlan,
  planImport,
  versionOfDefault,
} from '../managers/import-plan.ts'
import { type TakeOver, takeOver } from '../managers/take-over.ts'
import { agrees, canAsk } from '../progress/question.ts'
import { describeError, type ErrorObject, renderError } from '../render.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import type { Store } from '../store/layout.ts'
import { switchLink } from '../store/link.ts'
import { printable } from '../text.ts'
import { refreshShims } from './reshim.ts'
import { withWorkbench } from './work.ts'
import { workplaceOf } from './workplace.ts'

/** One that is taken over. */
interface Candidate {
  readonly found: Found
  readonly how: TakeOver
  readonly toolchain: NonNullable<Found['toolchain']>
}

/** What became of it. */
interface Outcome extends Candidate {
  readonly installed: Toolchain | undefined
  readonly error: ErrorObject | undefined
}

/**
 * `gv import [MANAGER | GOROOT]…`: takes over what other managers installed, each file proven by the checksum database, and the default that one
 * of them has where gv has none. The originals stay (`--copy`), go (`--move`), or become links to gv's (`--link`).
 */
export async function importToolchains(asked: Context, input: CommandInput): Promise<CommandResult> {
  const how = howAskedFor(input)
  const { context, store } = workplaceOf(asked, input, 'import')
  if (!flagSet(input, 'dry-run')) await healManagers(context, input.args)
  const plan = planImport(context, store, input.args)
  const candidates = candidatesOf(plan, how)
  const preview = previewOf(plan, candidates)
  if (candidates.length === 0 && !plan.default)
    return { text: preview || 'no other manager has a Go here', json: toldOf(plan, [], null) }
  if (flagSet(input, 'dry-run')) return { text: preview, json: toldOf(plan, [], null) }
  if (!flagSet(input, 'yes')) {
    if (!canAsk(context)) {
      context.stderr.write('gv: nothing was imported: there is no terminal to ask on\nhint: gv import --yes\n')
      return { text: preview, json: toldOf(plan, [], null), exitStatus: exitStatuses.usage }
    }
    context.stderr.write(`${preview}\n`)
    if (!(await agrees(context, 'do this?', how === 'copy' ? 'yes' : 'no'))) {
      return { text: 'nothing was imported', json: toldOf(plan, [], null), exitStatus: exitStatuses.failed }
    }
  }
  return withWorkbench(
    context,
    input,
    async (work) => {
      const outcomes = await takeAll(work, candidates)
      if (store.kind === 'user') refreshShims(context)
      const made = plan.default ? await makeDefault(context, store, plan.default) : null
      return summarize(plan, outcomes, made)
    },
    store,
  )
}

function howAskedFor(input: CommandInput): TakeOver {
  const said = (['copy', 'move', 'link'] as const).filter((name) => flagSet(input, name))
  if (said.length < 2) return said[0] ?? 'copy'
  throw new GvError('usage', `--${said[0]} and --${said[1]} cannot be said together`, { hint: 'gv import --help' })
}

/** What gv has already is looked at again only where something is to become of the original. */
function candidatesOf({ found }: ImportPlan, asked: TakeOver): Candidate[] {
  return found.flatMap((each) => {
    const how = each.isMachineWide ? 'copy' : asked
    const { toolchain, isKnown } = each
    return toolchain && (!isKnown || how !== 'copy') ? [{ found: each, toolchain, how }] : []
  })
}

function previewOf(plan: ImportPlan, candidates: readonly Candidate[]): string {
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

/** One after the other: each keeps a processor busy, and a disk. */
async function takeAll(work: Workbench, candidates: readonly Candidate[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const candidate of candidates) {
    const task = work.reporter.task(candidate.toolchain.name)
    task.phase('proving')
    try {
      const installed = await takeOver(work, candidate.found, candidate.toolchain, candidate.how)
      outcomes.push({ ...candidate, installed, error: undefined })
    } catch (error) {
      if (error instanceof GvError && error.code === 'interrupted') throw error
      renderError(work.context, error, false)
      outcomes.push({ ...candidate, installed: undefined, error: describeError(error) })
    } finally {
      task.end()
    }
  }
  return outcomes
}

/** The other manager's default becomes gv's, if it is installed now; the version. */
async function makeDefault({ host }: Context, store: Store, said: FoundDefault): Promise<string | null> {
  const installed = listInstalled(store, host)
  const version = versionOfDefault(
    said,
    installed.map((toolchain) => toolchain.version),
  )
  const chosen = installed.find((toolchain) => toolchain.version === version)
  if (!chosen) return null
  await switchLink(store.current, store.kind === 'system' ? chosen.goroot : relative(store.root, chosen.goroot))
  return chosen.version.text
}

function summarize(plan: ImportPlan, outcomes: readonly Outcome[], made: string | null): CommandResult {
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

function toldOf(plan: ImportPlan, outcomes: readonly Outcome[], made: string | null) {
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
