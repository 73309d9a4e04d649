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
 * The toolchains of the system store, newest first. What others could change, or cannot be read, is passed over with a word: all of it,
 * or single toolchains that were put there by hand.
 * @param uid who is to run them; undefined trusts everyone
 */
export function seeSystemStore(context: Pick<Context, 'env' | 'host'>, uid: number | undefined): SeenStore {
  const distrusted = (path: string) => (uid === undefined ? undefined : reasonForStoreDistrust(path, uid))
  try {
    const store = systemStoreLayout(context)
    const reason = distrusted(store.root)
    if (reason !== undefined) return passedOver(store, reason)
    const found = listInstalled(store, context.host).map((one) => ({ one, reason: distrusted(one.goroot) }))
    return {
      store,
      toolchains: found.flatMap((each) => (each.reason === undefined ? [each.one] : [])),
      notes: found.flatMap((each) => (each.reason === undefined ? [] : [noteOn(each.one.goroot, each.reason)])),
    }
  } catch (error) {
    // What is wrong with a setting is said, and is no reason not to run the user's own.
    if (error instanceof GvError) return passedOver(systemStoreLayout({ env: {} }), error.reason ?? error.message)
    throw error
  }
}

function passedOver(store: Store, reason: string): SeenStore {
  return { store, toolchains: [], notes: [noteOn(store.root, reason)] }
}

function noteOn(path: string, reason: string): string {
  return `the system store ${printable(path)} was passed over: ${reason}`
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
