import { dirname } from 'node:path'
import { assertRootsAlone, makeRootsFolder } from '../store/ownership.ts'
import { storageError } from '../store/storage-error.ts'

/**
 * Makes sure that the folder in which the machine's link stands is there, and root's alone: whoever may write to it decides what all
 * users run. Throws GvError('storage').
 */
export function prepareLinkFolder(link: string): void {
  const folder = dirname(link)
  assertRootsAlone(folder, "the folder of the machine's link")
  try {
    makeRootsFolder(folder)
  } catch (error) {
    throw storageError(error, "cannot make the folder of the machine's link", folder)
  }
  assertRootsAlone(folder, "the folder of the machine's link")
}
