/** The way into the system store, for reading and for changing it. */
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { type Store, systemStoreLayout } from '../store/layout.ts'
import { typed } from '../text.ts'
import { assertUsablePlaces } from './prefix.ts'
import { rootContext } from './root-environment.ts'

/** A store, and the context in which it is worked on. */
export interface Workplace {
  readonly store: Store
  readonly context: Context
}

/** What lies in the system store has these modes whatever root's umask is: it is for all users. */
const umask = 0o022

/**
 * The system store, to change it. From here on this process makes files as root's, gid 0, that others may read, and nothing of the
 * user who called sudo counts (see {@link rootContext}). Throws GvError('usage') where it may not lie, ('storage') for anyone but root, with the command.
 * @param words the command as it was typed, without `gv`
 */
export function enterSystemStore(context: Context, words: readonly string[]): Workplace {
  const store = systemStoreLayout(context)
  assertUsablePlaces(store, context.host)
  assertRoot(words)
  process.umask(umask)
  process.setegid?.(0)
  return { store, context: rootContext(context) }
}

function assertRoot(words: readonly string[]): void {
  if (process.geteuid?.() === 0) return
  throw new GvError('storage', 'the system store was not changed', {
    reason: 'only root may, so that nobody else can change what all users run',
    hint: `sudo gv ${words.map((word) => typed(word)).join(' ')}`,
  })
}
