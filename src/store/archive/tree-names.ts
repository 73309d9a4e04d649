import type { UnpackLimits } from './limits.ts'
import { refuseArchive, refuseEntry } from './refusal.ts'

type Kind = 'file' | 'folder'

/**
 * The names that an archive has given so far. Refuses a name that comes twice, a file where a folder is (or the
 * other way round), two names that a file system without case or with normalization takes for one, and too many.
 */
export class TreeNames {
  readonly #kinds = new Map<string, Kind>([['', 'folder']])
  /** By folded name, the name as it was written. */
  readonly #folded = new Map<string, string>()
  /** Folders that have had an entry of their own. */
  readonly #listed = new Set<string>()
  readonly #limits: UnpackLimits

  constructor(limits: UnpackLimits) {
    this.#limits = limits
  }

  /** Takes in a file; the folders that have to be made for it, outermost first. */
  addFile(path: string): string[] {
    if (path === '') throw refuseArchive('the entry of its top folder is not a folder')
    const known = this.#kinds.get(path)
    if (known === 'file') throw refuseEntry(path, 'is there twice')
    if (known === 'folder') throw refuseEntry(path, 'is both a file and a folder')
    const folders = this.#addFolders(parentOf(path), path)
    this.#add(path, 'file')
    return folders
  }

  /** Takes in a folder's own entry; the folders that have to be made, outermost first. */
  addFolder(path: string): string[] {
    if (this.#listed.has(path)) throw refuseEntry(path, 'is there twice')
    this.#listed.add(path)
    return this.#addFolders(path, path)
  }

  #addFolders(folder: string, entry: string): string[] {
    const known = this.#kinds.get(folder)
    if (known === 'folder') return []
    if (known === 'file') throw refuseEntry(entry, 'is both a file and a folder')
    const folders = this.#addFolders(parentOf(folder), entry)
    this.#add(folder, 'folder')
    folders.push(folder)
    return folders
  }

  #add(path: string, kind: Kind): void {
    const folded = foldName(path)
    const other = this.#folded.get(folded)
    if (other !== undefined) throw refuseEntry(path, `cannot lie beside ${JSON.stringify(other)} on every file system`)
    this.#folded.set(folded, path)
    this.#kinds.set(path, kind)
    if (this.#kinds.size > this.#limits.entries) throw refuseArchive(`it has more than ${this.#limits.entries} entries`)
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The same text for all names that some file system takes for one (APFS and NTFS fold case, HFS+ decomposes). */
function foldName(path: string): string {
  const folded = path.toLowerCase()
  return ascii.test(folded) ? folded : path.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC')
}

/** In ASCII there is nothing to fold but the case. */
const ascii = /^[ -~]*$/
