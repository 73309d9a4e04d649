/** Files that are the same in several toolchains of a store, stored once. */
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  unlinkSync,
} from 'node:fs'
import { GvError, systemErrorCode } from '../../errors.ts'
import { quoted } from '../../text.ts'
import type { FileTarget } from './file-target.ts'
import { modeOf } from './published-tree.ts'

/** Where the same files may be, and how they may be shared. Can be sent to a worker thread. */
export interface Sharing {
  /** GOROOTs of the same store, the likeliest first; on its file system. */
  readonly donors: readonly string[]
  /**
   * `reflink`: the file system stores the data once, and a write to one file leaves the others alone (btrfs, XFS, APFS). `link`:
   * where it cannot do that, hard links: what is written into one file is in all.
   */
  readonly how: 'reflink' | 'link'
}

/** What was held back is written in pieces of this size. */
const pieceBytes = 1024 * 1024
/** File systems allow 65,000 names (ext4) and more for one file. */
const maxNames = 60_000

/**
 * Writes files like another target, but where a donor has the very same one, byte for byte, with the same owner and mode, that one is shared. What is
 * in the tree is what the archive holds in either case: only files that were read and compared are shared.
 */
export function sharingTarget(target: FileTarget, folder: string, umask: number, sharing: Sharing): FileTarget {
  const sharer = new Sharer(folder, umask, sharing)
  return {
    makeFolder: (path) => target.makeFolder(path),
    writeFile: (path, contents) => {
      if (!sharer.shareWhole(path, contents)) target.writeFile(path, contents)
    },
    openFile: (path) => {
      const donor = sharer.openFirst(path)
      return donor ? new HeldBackFile(path, donor, sharer, target) : target.openFile(path)
    },
  }
}

/** A donor's file, open for reading. */
interface Donor {
  readonly path: string
  readonly fd: number
  readonly stat: Stats
}

class Sharer {
  readonly #folder: string
  readonly #umask: number
  readonly #sharing: Sharing
  readonly #uid = process.geteuid?.()
  #buffer = Buffer.allocUnsafe(64 * 1024)
  /** False once the file system has said that it cannot. */
  #isPossible = true

  constructor(folder: string, umask: number, sharing: Sharing) {
    this.#folder = folder
    this.#umask = umask
    this.#sharing = sharing
  }

  /** Whether a file was shared that has exactly these contents. */
  shareWhole(path: string, contents: Buffer): boolean {
    for (const goroot of this.#sharing.donors) {
      const donor = this.#open(goroot, path)
      if (!donor) continue
      try {
        const isSame = donor.stat.size === contents.length && this.isAt(donor, 0, contents)
        if (isSame && this.share(donor, path)) return true
      } finally {
        closeSync(donor.fd)
      }
    }
    return false
  }

  /** The first donor's file of that path; the caller closes it. */
  openFirst(path: string): Donor | undefined {
    for (const goroot of this.#sharing.donors) {
      const donor = this.#open(goroot, path)
      if (donor) return donor
    }
    return undefined
  }

  isAt({ fd }: Donor, position: number, bytes: Buffer): boolean {
    if (this.#buffer.length < bytes.length) this.#buffer = Buffer.allocUnsafe(bytes.length)
    return (
      readSync(fd, this.#buffer, 0, bytes.length, position) === bytes.length &&
      bytes.equals(this.#buffer.subarray(0, bytes.length))
    )
  }

  /** Gives the new tree the donor's file, which was compared; false where that cannot be done. */
  share(donor: Donor, path: string): boolean {
    const to = `${this.#folder}/${path}`
    try {
      if (this.#sharing.how === 'reflink') {
        copyFileSync(donor.path, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
        // Of another file, if that took the place of the one that was compared.
        return keepIf(to, lstatSync(donor.path).ino === donor.stat.ino && this.#isRight(lstatSync(to), path))
      }
      linkSync(donor.path, to)
      return keepIf(to, lstatSync(to).ino === donor.stat.ino)
    } catch (error) {
      const code = systemErrorCode(error)
      // This one file has too many names, or is gone; anything else is true of all.
      if (code !== 'EMLINK' && code !== 'ENOENT') this.#isPossible = false
      rmSync(to, { force: true })
      return false
    }
  }

  /** A regular file of this user's, with the mode that the new one is to have. */
  #open(goroot: string, path: string): Donor | undefined {
    if (!this.#isPossible) return undefined
    const from = `${goroot}/${path}`
    try {
      const fd = openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      const stat = fstatSync(fd)
      if (stat.isFile() && stat.nlink < maxNames && this.#isRight(stat, path)) return { path: from, fd, stat }
      closeSync(fd)
    } catch {
      // Not there, or not for reading: then it is written.
    }
    return undefined
  }

  #isRight(stat: Stats, path: string): boolean {
    return stat.uid === this.#uid && (stat.mode & 0o7777) === (modeOf(path) & ~this.#umask)
  }
}

/** A file that comes in pieces, and is not written as long as it is the same as a donor's. */
class HeldBackFile {
  readonly #path: string
  readonly #donor: Donor
  readonly #sharer: Sharer
  readonly #target: FileTarget
  #file: ReturnType<FileTarget['openFile']> | undefined
  /** How many bytes were the same. */
  #at = 0
  #isClosed = false

  constructor(path: string, donor: Donor, sharer: Sharer, target: FileTarget) {
    this.#path = path
    this.#donor = donor
    this.#sharer = sharer
    this.#target = target
  }

  write(bytes: Buffer): void {
    if (!this.#file && this.#sharer.isAt(this.#donor, this.#at, bytes)) this.#at += bytes.length
    else this.#begin().write(bytes)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      const isSame = !this.#file && this.#at === this.#donor.stat.size && this.#sharer.share(this.#donor, this.#path)
      if (!isSame) this.#begin().close()
    } finally {
      closeSync(this.#donor.fd)
    }
  }

  /** The file itself, with what was the same written into it. */
  #begin(): ReturnType<FileTarget['openFile']> {
    if (this.#file) return this.#file
    this.#file = this.#target.openFile(this.#path)
    const buffer = Buffer.allocUnsafe(Math.min(this.#at, pieceBytes))
    for (let at = 0; at < this.#at; ) {
      const length = readSync(this.#donor.fd, buffer, 0, Math.min(buffer.length, this.#at - at), at)
      if (length === 0) throw new GvError('storage', `${quoted(this.#donor.path)} was changed while it was read`)
      this.#file.write(buffer.subarray(0, length))
      at += length
    }
    return this.#file
  }
}

/** Removes what turned out not to be what was compared. */
function keepIf(path: string, isSame: boolean): boolean {
  if (!isSame) unlinkSync(path)
  return isSame
}
