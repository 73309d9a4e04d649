import { relative } from 'node:path'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { exitStatuses, GvError } from '../errors.ts'
import type { Workbench } from '../install/workbench.ts'
import {
  type FoundDefault,
  healManagers,
  type ImportPlan,
  planImport,
  versionOfDefault,
} from '../managers/import-plan.ts'
import { type TakeOver, takeOver } from '../managers/take-over.ts'
import { agrees, canAsk } from '../progress/question.ts'
import { describeError, renderError } from '../render.ts'
import { listInstalled } from '../store/installed.ts'
import type { Store } from '../store/layout.ts'
import { switchLink } from '../store/link.ts'
import { type Candidate, type Outcome, previewOf, summarize, toldOf } from './import-text.ts'
import { refreshShims } from './reshim.ts'
import { withWorkbench } from './work.ts'
import { workplaceOf } from './workplace.ts'

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
  const refusal = await refusalOf(context, input, plan, previewOf(plan, candidates), candidates)
  if (refusal) return refusal
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

/** What ends the command before anything is done: there is nothing to do, it is only to be shown, or nobody agrees. */
async function refusalOf(
  context: Context,
  input: CommandInput,
  plan: ImportPlan,
  preview: string,
  candidates: readonly Candidate[],
): Promise<CommandResult | undefined> {
  const json = toldOf(plan, [], null)
  if (candidates.length === 0 && !plan.default) return { text: preview || 'no other manager has a Go here', json }
  if (flagSet(input, 'dry-run')) return { text: preview, json }
  if (flagSet(input, 'yes')) return undefined
  if (!canAsk(context)) {
    context.stderr.write('gv: nothing was imported: there is no terminal to ask on\nhint: gv import --yes\n')
    return { text: preview, json, exitStatus: exitStatuses.usage }
  }
  context.stderr.write(`${preview}\n`)
  const isHarmless = candidates.every(({ how }) => how === 'copy')
  if (await agrees(context, 'do this?', isHarmless ? 'yes' : 'no')) return undefined
  return { text: 'nothing was imported', json, exitStatus: exitStatuses.failed }
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
