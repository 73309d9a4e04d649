import { type CommandInput, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { storeLayout, systemStoreLayout } from '../store/layout.ts'
import { assertNotCallersStore } from '../system/sudo.ts'
import { enterSystemStore, type Workplace } from '../system/system-store.ts'

/**
 * The store that a command is to change, the user's or with --system the machine's, and the context to do it in. Throws
 * GvError('usage') where that store may not lie, ('storage') for a user who may not change it.
 * @param command its name, for the hint
 */
export function workplaceOf(context: Context, input: CommandInput, command: string): Workplace {
  if (flagSet(input, 'system')) return enterSystemStore(context, wordsOf(input, command))
  const store = storeLayout(context)
  assertNotCallersStore(store, context.env)
  return { store, context }
}

/** The same for a command that only looks. */
export function lookedAt(context: Context, input: CommandInput): Workplace {
  return { context, store: flagSet(input, 'system') ? systemStoreLayout(context) : storeLayout(context) }
}

/** A project says what its own user runs; what all users of a machine get has to be named. */
export function whichForAll(command: string): GvError {
  return new GvError('usage', `which Go is meant for all users of this machine?`, {
    reason: 'with --system the version is named',
    hint: `sudo gv ${command} --system latest`,
  })
}

/** What was typed, as far as it can be told from what it was read into. */
function wordsOf({ args, flags }: CommandInput, command: string): string[] {
  const flagWords = Object.entries(flags).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  )
  return [command, ...flagWords, ...args]
}
