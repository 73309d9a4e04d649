import { type Command, type CommandInput, type CommandResult, flagSet, flagValue } from '../command.ts'
import type { Context } from '../context.ts'
import { exitStatuses, GvError } from '../errors.ts'
import { agrees, canAsk } from '../progress/question.ts'
import { writeCompletions } from '../shell/completion-files.ts'
import type { CommandLine } from '../shell/completions.ts'
import { writeProfile } from '../shell/profile-file.ts'
import { findShadows, type ProfileChange, planSetup, planUndo, type Shadow } from '../shell/profile-plan.ts'
import { formerProfiles, type Profile, profilesOf, shellsInUse } from '../shell/profiles.ts'
import { parseShellName, type ShellName, shellNames } from '../shell/quote.ts'
import { storeLayout } from '../store/layout.ts'
import { assertNotCallersStore } from '../system/sudo.ts'
import { printable, quoted } from '../text.ts'
import { reshim } from './reshim.ts'
import { changeText, doneLine, hintsFor } from './setup-text.ts'

interface Plan {
  readonly changes: readonly ProfileChange[]
  readonly shadows: readonly Shadow[]
  /** Writes what lies in the store; nothing when setting up is undone. */
  readonly prepare: () => Promise<void>
}

/**
 * `gv setup`: shims, launcher and completions in the store, and a block in the start-up files of the user's shells, each shown before it is
 * written. `--undo` takes the blocks out again. The table of commands is given, as it lies above all commands.
 */
export function setupWith(commandLine: CommandLine): Command {
  return async (context, input) => {
    assertNotCallersStore(storeLayout(context), context.env)
    const shells = shellsAskedFor(context, input)
    const plan = flagSet(input, 'undo') ? undoPlan(context, shells) : setupPlan(context, shells, commandLine)
    const due = plan.changes.filter(isDue)
    if (due.length === 0) {
      await plan.prepare()
      return result(plan, { isWritten: true }, context)
    }
    const preview = plan.changes.map((change) => changeText(change)).join('\n')
    if (flagSet(input, 'yes')) return write(plan, context)
    if (!canAsk(context)) {
      context.stderr.write(`gv: nothing was written: there is no terminal to ask on\nhint: ${commandOf(input)} --yes\n`)
      return { ...result(plan, { isWritten: false }, context), text: preview, exitStatus: exitStatuses.usage }
    }
    context.stderr.write(`${preview}\n`)
    if (await agrees(context, 'write this?')) return write(plan, context)
    return {
      ...result(plan, { isWritten: false }, context),
      text: 'nothing was written',
      exitStatus: exitStatuses.failed,
    }
  }
}

function shellsAskedFor(context: Context, input: CommandInput): readonly ShellName[] {
  const text = flagValue(input, 'shell')
  if (text === undefined) return flagSet(input, 'undo') ? shellNames : inUse(context)
  return text.split(/[, ]+/).map((word) => {
    const shell = parseShellName(word)
    if (shell) return shell
    throw new GvError('usage', `--shell ${quoted(word)} is no shell that gv knows`, {
      hint: 'gv setup --shell bash,zsh',
    })
  })
}

function inUse(context: Context): readonly ShellName[] {
  const shells = shellsInUse(context)
  if (shells.length > 0) return shells
  throw new GvError('usage', 'which shell is to be set up?', {
    reason: `SHELL is ${quoted(context.env.SHELL ?? '')}, and there are no start-up files`,
    hint: 'gv setup --shell bash (or zsh, fish)',
  })
}

function setupPlan(context: Context, shells: readonly ShellName[], commandLine: CommandLine): Plan {
  const store = storeLayout(context)
  const profiles = onePerFile(shells.flatMap((shell) => profilesOf(shell, context)))
  const planned = profiles.map((profile) => ({ profile, change: planSetup(profile, store, context.home) }))
  return {
    changes: planned.map(({ change }) => change),
    shadows: planned.flatMap(({ profile, change }) => findShadows(profile, change)),
    prepare: async () => {
      await reshim(context)
      writeCompletions(store, commandLine)
    },
  }
}

/** bash and sh share `.profile`: what does for bash does for sh. */
function onePerFile(profiles: readonly Profile[]): readonly Profile[] {
  return profiles.filter(({ path }, index) => profiles.findIndex((other) => other.path === path) === index)
}

function undoPlan(context: Context, shells: readonly ShellName[]): Plan {
  const paths = [...new Set(shells.flatMap((shell) => formerProfiles(shell, context)))]
  return { changes: paths.flatMap((path) => planUndo(path) ?? []), shadows: [], prepare: async () => {} }
}

function isDue({ action }: ProfileChange): boolean {
  return action === 'add' || action === 'update' || action === 'remove'
}

async function write(plan: Plan, context: Context): Promise<CommandResult> {
  await plan.prepare()
  for (const { file, text } of plan.changes.filter(isDue)) writeProfile(file, text)
  return result(plan, { isWritten: true }, context)
}

function result(plan: Plan, { isWritten }: { isWritten: boolean }, context: Context): CommandResult {
  const { changes, shadows } = plan
  const isBlocked = changes.some(({ action }) => action === 'blocked' || action === 'damaged')
  for (const { file, line, manager, text } of isWritten ? shadows : []) {
    context.stderr.write(
      `gv: ${printable(file)}:${line} comes after gv and may put another Go first (${manager}): ${quoted(text)}\n`,
    )
  }
  const lines = [
    ...changes.map((change) => (isDue(change) ? doneLine(change) : changeText(change))),
    ...hintsFor(changes),
  ]
  return {
    text: lines.join('\n') || 'there is no block of gv in any start-up file',
    json: {
      written: isWritten,
      files: changes.map(({ path, action, line, problem, added, removed }) => {
        return { path, action, line, problem: problem ?? null, added, removed }
      }),
      shadows,
    },
    exitStatus: isBlocked ? exitStatuses.storage : 0,
  }
}

function commandOf(input: CommandInput): string {
  const shell = flagValue(input, 'shell')
  return [
    'gv setup',
    ...(shell === undefined ? [] : [`--shell ${shell}`]),
    ...(flagSet(input, 'undo') ? ['--undo'] : []),
  ].join(' ')
}
