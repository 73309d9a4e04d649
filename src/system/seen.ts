/** The system store as its users see it: to read and to run, not to change. */
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { type Store, storeLayout, systemStoreLayout } from '../store/layout.ts'
import { reasonForStoreDistrust } from '../store/ownership.ts'
import { printable } from '../text.ts'

/** What a user sees of the system store. */
export interface SeenStore {
  readonly store: Store
  readonly toolchains: readonly Toolchain[]
  /** Why it was passed over, each a sentence without a full stop; empty where it is not there. */
  readonly notes: readonly string[]
}

/**
 * The toolchains of the system store, newest first. One that others could change, or that cannot be read, has none, with a word.
 * Throws GvError('usage') when GV_SYSTEM_ROOT is not an absolute path.
 * @param uid who is to run them; undefined trusts everyone
 */
export function seeSystemStore(context: Pick<Context, 'env' | 'host'>, uid: number | undefined): SeenStore {
  const store = systemStoreLayout(context)
  const passedOver = (reason: string): SeenStore => ({
    store,
    toolchains: [],
    notes: [`the system store ${printable(store.root)} was passed over: ${reason}`],
  })
  const distrust = uid === undefined ? undefined : reasonForStoreDistrust(store.root, uid)
  if (distrust !== undefined) return passedOver(distrust)
  try {
    return { store, toolchains: listInstalled(store, context.host), notes: [] }
  } catch (error) {
    if (error instanceof GvError) return passedOver(error.reason ?? error.message)
    throw error
  }
}

/** A toolchain and the store that it lies in. */
export interface PlacedToolchain extends Toolchain {
  readonly store: Store
}

/** All that a user can run: of the user's store and then of the system store. Throws GvError('storage') when the user's cannot be read. */
export function listAllInstalled(context: Context): PlacedToolchain[] {
  const own = storeLayout(context)
  const shared = seeSystemStore(context, process.geteuid?.())
  return [
    ...listInstalled(own, context.host).map((toolchain) => ({ ...toolchain, store: own })),
    ...shared.toolchains.map((toolchain) => ({ ...toolchain, store: shared.store })),
  ]
}
