/** What a `gv import --link` leaves that is killed: src/system/replace-folder.ts moves a folder aside and puts a link in its place. */
import { type Dirent, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeTree } from '../store/remove-tree.ts'
import { storageError } from '../store/storage-error.ts'

const spareGrammar = /^(.+)\.adopted\.[1-9]\d*\.[0-9a-f]{12}$/
const freshLinkGrammar = /^.+\.[1-9]\d*\.[0-9a-f]{12}$/

/** Whether a folder was moved aside: it is nobody's version. */
export function isSpare(name: string): boolean {
  return spareGrammar.test(name)
}

/**
 * Puts right what a killed process left in a folder of another manager: what was moved aside comes back where nothing took its place, and is
 * removed where the link did. Throws GvError('storage').
 */
export async function healFolder(folder: string): Promise<void> {
  try {
    for (const entry of entriesIn(folder)) {
      const path = join(folder, entry.name)
      const name = spareGrammar.exec(entry.name)?.[1]
      if (entry.isSymbolicLink() && freshLinkGrammar.test(entry.name)) rmSync(path)
      if (name === undefined || !entry.isDirectory()) continue
      const original = join(folder, name)
      const there = lstatSync(original, { throwIfNoEntry: false })
      if (!there) renameSync(path, original)
      else if (there.isSymbolicLink()) await removeTree(path)
    }
  } catch (error) {
    throw storageError(error, 'cannot clear up', folder)
  }
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
