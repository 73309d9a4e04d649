import { lstatSync } from 'node:fs'
import { checkpoint } from '../checkpoint.ts'
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'
import { fsyncPath } from './fsync.ts'
import type { Toolchain } from './installed.ts'
import type { Store } from './layout.ts'
import { removeReceipt } from './receipt.ts'
import { removeTree } from './remove-tree.ts'
import { moveToTrash } from './staging.ts'
import { storageError } from './storage-error.ts'

/**
 * Uninstalls a toolchain whose lock the caller holds: one rename takes it out of `versions`, then its receipt goes, then
 * the files. Cut off after the rename, the next install removes the rest. Throws GvError('storage').
 * @param toolchain one that `listInstalled` gave: a real folder directly in `versions`, with a name of the strict grammar
 */
export async function removeToolchain(store: Store, toolchain: Toolchain): Promise<void> {
  const { goroot, name } = toolchain
  try {
    // Looked at again under the lock: a link would be moved, and what it points to is not the store's.
    if (!lstatSync(goroot).isDirectory()) throw notAFolder(goroot)
    const trash = moveToTrash(store, goroot)
    await fsyncPath(store.versions)
    checkpoint('uninstall-renamed')
    removeReceipt(store, name)
    if (trash !== undefined) await removeTree(trash, () => checkpoint('uninstall-half'))
  } catch (error) {
    throw storageError(error, `cannot uninstall ${name}`, goroot)
  }
}

function notAFolder(path: string): GvError {
  return new GvError('storage', `${quoted(path)} is not a folder`, { reason: 'gv removes only what it installed' })
}
