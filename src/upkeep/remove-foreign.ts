import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { moveFolder, removeTree } from '../store/remove-tree.ts'
import { storageError } from '../store/storage-error.ts'

/** What a folder is called while it is being removed; the go command takes no such name for a module. */
const leavingGrammar = /\.gv-leaving-[0-9a-f]{12}$/

/**
 * Removes files and folders that are not the store's, read-only ones too (as GOMODCACHE has them). A folder is renamed first, so that
 * nobody takes half of one for a toolchain; what a killed process left under such a name goes as well. Throws GvError('storage').
 */
export async function removeForeign(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      const stat = lstatSync(path, { throwIfNoEntry: false })
      if (stat?.isDirectory()) {
        const leaving = `${path}.gv-leaving-${randomBytes(6).toString('hex')}`
        moveFolder(path, leaving)
        await removeTree(leaving)
      } else if (stat) rmSync(path)
      await removeLeftovers(path)
    } catch (error) {
      throw storageError(error, 'cannot remove', path)
    }
  }
}

async function removeLeftovers(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)]
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith(`${name}.`) && leavingGrammar.test(entry)) await removeTree(join(folder, entry))
  }
}
