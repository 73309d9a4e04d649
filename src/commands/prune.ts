import { existsSync } from 'node:fs'
import { checkpoint } from '../checkpoint.ts'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { exitStatuses, GvError } from '../errors.ts'
import { readGoSettings } from '../goenv/settings.ts'
import { agrees, canAsk } from '../progress/question.ts'
import { createReporter, type Reporter } from '../progress/reporter.ts'
import { describeError, type ErrorObject, renderError } from '../render.ts'
import { heal } from '../store/heal.ts'
import type { Store } from '../store/layout.ts'
import { assertTrustedStore } from '../store/store-folders.ts'
import { bytesText } from '../text.ts'
import { freedBytes } from '../upkeep/disk-usage.ts'
import { type PrunePlan, planPruning, type Superfluous } from '../upkeep/prune-plan.ts'
import { removeForeign } from '../upkeep/remove-foreign.ts'
import { resolveOptions } from './chosen.ts'
import { countText, doneText, type Item, keptLines, planLines, sum } from './prune-text.ts'
import { refreshShims } from './reshim.ts'
import { removeUnderLock } from './uninstall.ts'
import { workplaceOf } from './workplace.ts'

/**
 * `gv prune`: removes what nothing that gv knows of asks for: toolchains, archives, and, asked for separately, what the go command
 * left in GOMODCACHE and ~/sdk. Says first what it would remove, and then what it really freed.
 */
export async function prune(asked: Context, input: CommandInput): Promise<CommandResult> {
  const { context, store } = workplaceOf(asked, input, 'prune')
  assertTrustedStore(store)
  const isDry = flagSet(input, 'dry-run')
  if (!isDry && existsSync(store.own)) await heal({ store, host: context.host, command: 'gv prune' })
  const plan = planPruning({ context, store, options: resolveOptions(context) }, moduleCacheOf(context, store))
  const items = await measured(plan.superfluous)
  const preview = planLines(items, plan).join('\n')
  if (items.length === 0)
    return { ...told(plan, [], []), text: ['there is nothing to remove', ...keptLines(plan)].join('\n') }
  if (isDry) {
    const bytes = await freedTogether(items)
    return { ...told(plan, items, [], bytes), text: `${preview}\n${bytesText(bytes)} would be freed` }
  }
  const agreed = await agreedItems(context, input, items, preview)
  if (!agreed) {
    context.stderr.write('gv: nothing was removed: there is no terminal to ask on\nhint: gv prune --yes\n')
    return { ...told(plan, items, []), text: preview, exitStatus: exitStatuses.usage }
  }
  const reporter = createReporter(context.stderr, flagSet(input, 'quiet'))
  try {
    const { removed, failed } = await removeAll(context, store, reporter, agreed)
    if (store.kind === 'user') refreshShims(context)
    return { ...told(plan, removed, failed), text: doneText(removed) }
  } finally {
    reporter.close()
  }
}

/** The cache of modules and ~/sdk are a user's own: nobody clears them up for all users. */
function moduleCacheOf(context: Context, store: Store): string | undefined {
  return store.kind === 'system' ? undefined : readGoSettings(context).GOMODCACHE.value || undefined
}

async function measured(superfluous: readonly Superfluous[]): Promise<Item[]> {
  const items: Item[] = []
  for (const item of superfluous) items.push({ ...item, bytes: await freedBytes(item.paths) })
  return items
}

function freedTogether(items: readonly Item[]): Promise<number> {
  return freedBytes(items.flatMap(({ paths }) => paths))
}

/** What the user wants removed; undefined when there is nobody to ask. What is not gv's is asked for by itself. */
async function agreedItems(
  context: Context,
  input: CommandInput,
  items: readonly Item[],
  preview: string,
): Promise<readonly Item[] | undefined> {
  if (flagSet(input, 'yes')) return items
  if (!canAsk(context)) return undefined
  context.stderr.write(`${preview}\n`)
  const own = items.filter((item) => !isForeign(item))
  const foreign = items.filter(isForeign)
  const agreed: Item[] = []
  if (
    own.length > 0 &&
    (await agrees(context, `remove ${countText(own)} of gv's, ${bytesText(await freedTogether(own))}?`))
  )
    agreed.push(...own)
  const question = `remove ${countText(foreign)} that gv did not make (GOMODCACHE, ~/sdk), ${bytesText(await freedTogether(foreign))}?`
  if (foreign.length > 0 && (await agrees(context, question, 'no'))) agreed.push(...foreign)
  return agreed
}

function isForeign({ kind }: Superfluous): boolean {
  return kind === 'module cache' || kind === '~/sdk'
}

interface Failure {
  readonly item: Item
  readonly error: ErrorObject
}

async function removeAll(context: Context, store: Store, reporter: Reporter, items: readonly Item[]) {
  const removed: Item[] = []
  const failed: Failure[] = []
  for (const item of items) {
    try {
      if (context.signal.aborted) throw new GvError('interrupted', 'interrupted while removing')
      // What others of these share with it (files with several names) counts with the last of them.
      const bytes = await freedBytes(item.paths)
      if (item.toolchain) await removeUnderLock(context, reporter, store, item.toolchain)
      else await removeForeign(item.paths)
      removed.push({ ...item, bytes })
    } catch (error) {
      if (error instanceof GvError && error.code === 'interrupted') throw error
      renderError(context, error, false)
      failed.push({ item, error: describeError(error) })
    }
    checkpoint('prune-half')
  }
  return { removed, failed }
}

function told(
  plan: PrunePlan,
  items: readonly Item[],
  failed: readonly Failure[],
  bytes = sum(items),
): Omit<CommandResult, 'text'> {
  return {
    json: {
      items: items.map((item) => {
        const { kind, name, paths, reason } = item
        return { kind, name, path: paths[0], reason, bytes: item.bytes }
      }),
      bytes,
      kept: plan.kept,
      failed: failed.map(({ item, error }) => ({ kind: item.kind, name: item.name, error })),
    },
    exitStatus: failed[0]?.error.exitStatus ?? 0,
  }
}
