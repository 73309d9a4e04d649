/** A link in the place of a folder, which is moved aside and never lost. */
import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { checkpoint } from '../checkpoint.ts'
import { fsyncPath } from '../store/fsync.ts'
import { makeFreshLink } from '../store/link.ts'
import { removeTree } from '../store/remove-tree.ts'
import { storageError } from '../store/storage-error.ts'

/** Where a folder of which the store has a proven copy waits for its removal: in its own folder, since a rename must do. */
const spareGrammar = /^\.adopted\.[1-9]\d*\.[0-9a-f]{12}$/

/**
 * Puts a link in the place of a folder. No system call that Node knows exchanges the two in one step: between two renames, some microseconds,
 * neither is there. Where the second fails the folder is put back. Returns where the folder is now. Throws GvError('storage').
 * @param aside `spare`: the store has the same, it may be removed by {@link removeSpares}; `kept`: it stays, as `go.before-gv`
 */
export async function replaceFolder(link: string, target: string, aside: 'spare' | 'kept'): Promise<string> {
  const place = aside === 'kept' ? freeName(link) : spareName(link)
  try {
    const fresh = makeFreshLink(link, target)
    try {
      renameSync(link, place)
      checkpoint('adopt-moved-aside')
      putLink(fresh, link, place)
    } catch (error) {
      rmSync(fresh, { force: true })
      throw error
    }
    checkpoint('adopt-switched')
    await fsyncPath(dirname(link))
    return place
  } catch (error) {
    throw storageError(error, 'cannot put a link in the place of the folder', link)
  }
}

function putLink(fresh: string, link: string, place: string): void {
  try {
    renameSync(fresh, link)
  } catch (error) {
    renameSync(place, link)
    throw error
  }
}

function spareName(link: string): string {
  return `${link}.adopted.${process.pid}.${randomBytes(6).toString('hex')}`
}

function freeName(link: string): string {
  const isFree = (path: string) => lstatSync(path, { throwIfNoEntry: false }) === undefined
  for (let i = 1; ; i++) {
    const path = `${link}.before-gv${i === 1 ? '' : `-${i}`}`
    if (isFree(path)) return path
  }
}

/** Removes folders that were moved aside because the store has a proven copy of them, also those of a process that was killed then. Throws GvError('storage'). */
export async function removeSpares(link: string): Promise<void> {
  const [folder, name] = [dirname(link), basename(link)]
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const isSpare = entry.name.startsWith(name) && spareGrammar.test(entry.name.slice(name.length))
      if (isSpare && entry.isDirectory()) await removeTree(join(folder, entry.name))
    }
  } catch (error) {
    throw storageError(error, 'cannot remove what was adopted', folder)
  }
}
