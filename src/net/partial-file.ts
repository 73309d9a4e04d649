import { createHash, type Hash } from 'node:crypto'
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { roomText } from '../disk-room.ts'
import { GvError, systemErrorCode } from '../errors.ts'
import { printable } from '../text.ts'
import type { FileIdentity } from './resume.ts'
import { readSidecar, sidecarPath, writeSidecar } from './sidecar.ts'

const newFile = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
const oldFile = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK
const rehashBytes = 1024 * 1024

/**
 * A file that is being downloaded, and the hash of what is in it. The bytes are read, written and hashed through one descriptor,
 * and written by their position, so that two processes that continue the same file cannot mix it up;
 * starting anew makes a new file, so that neither do they truncate each other's.
 */
export class PartialFile {
  readonly path: string
  #fd: number
  #hash: Hash
  #sizeBytes = 0
  #identity: FileIdentity | undefined

  private constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
    this.#hash = createHash('sha256')
  }

  /** Opens a new, empty file in place of whatever is at the path. */
  static create(path: string): PartialFile {
    return new PartialFile(
      path,
      inStorage(path, () => createFile(path)),
    )
  }

  /**
   * Opens what an earlier run has left, and hashes it; undefined if there is nothing that can be used.
   * @param isWanted decides by its sidecar and its size
   * @param signal ends the hashing
   */
  static async reopen(
    path: string,
    isWanted: (identity: FileIdentity, sizeBytes: number) => boolean,
    signal: AbortSignal,
  ): Promise<PartialFile | undefined> {
    const identity = readSidecar(sidecarPath(path))
    const fd = identity && openOld(path)
    if (!identity || fd === undefined) return undefined
    const { size } = fstatSync(fd)
    if (size === 0 || !isWanted(identity, size)) {
      closeSync(fd)
      return undefined
    }
    const file = new PartialFile(path, fd)
    file.#identity = identity
    await file.#rehash(size, signal)
    return file
  }

  /** How many bytes are there, and hashed. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** What is known of the whole file; undefined until an answer told. */
  get identity(): FileIdentity | undefined {
    return this.#identity
  }

  /** Throws away what is there: the next bytes are the first. */
  restart(): void {
    if (this.#sizeBytes === 0 && !this.#identity) return
    const fd = inStorage(this.path, () => createFile(this.path))
    closeSync(this.#fd)
    this.#fd = fd
    this.#hash = createHash('sha256')
    this.#sizeBytes = 0
    this.#identity = undefined
  }

  /** Notes what the bytes to come are a part of. */
  describe(identity: FileIdentity): void {
    inStorage(this.path, () => writeSidecar(sidecarPath(this.path), identity))
    this.#identity = identity
  }

  append(bytes: Buffer): void {
    inStorage(this.path, () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#sizeBytes + done)
      }
    })
    this.#hash.update(bytes)
    this.#sizeBytes += bytes.length
  }

  /** Hex, of all that is there. */
  sha256(): string {
    return this.#hash.copy().digest('hex')
  }

  /**
   * Gives the descriptor away, open.
   * @throws GvError (`storage`) when another process has changed the file meanwhile
   */
  release(): number {
    const { size } = fstatSync(this.#fd)
    if (size === this.#sizeBytes) return this.#fd
    throw new GvError('storage', `cannot use ${printable(this.path)}`, {
      reason: `it has ${size} bytes instead of ${this.#sizeBytes}: another program writes to it`,
    })
  }

  /** Keeps what is there for the next run; an empty file goes. */
  close(): void {
    if (fstatSync(this.#fd).size === 0) removePartial(this.path)
    closeSync(this.#fd)
  }

  async #rehash(size: number, signal: AbortSignal): Promise<void> {
    const buffer = Buffer.allocUnsafe(Math.min(size, rehashBytes))
    while (this.#sizeBytes < size && !signal.aborted) {
      const read = readSync(this.#fd, buffer, 0, Math.min(buffer.length, size - this.#sizeBytes), this.#sizeBytes)
      if (read === 0) return
      this.#hash.update(buffer.subarray(0, read))
      this.#sizeBytes += read
      await yieldToOthers()
    }
  }
}

/** Removes a partial file and its sidecar. The sidecar goes first: bytes without one are never continued. */
export function removePartial(path: string): void {
  rmSync(sidecarPath(path), { force: true })
  rmSync(path, { force: true })
}

function createFile(path: string): number {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there && !there.isFile() && !there.isSymbolicLink()) throw inTheWay(path)
  removePartial(path)
  const fd = openSync(path, newFile, 0o600)
  // The umask may have taken even the owner's rights.
  fchmodSync(fd, 0o600)
  return fd
}

/** A regular file of the user's own with one name; a link, a FIFO or another's file is not what an earlier run left. */
function openOld(path: string): number | undefined {
  try {
    if (!lstatSync(path).isFile()) return undefined
    const fd = openSync(path, oldFile)
    const stat = fstatSync(fd)
    if (stat.isFile() && stat.nlink === 1 && stat.uid === process.geteuid?.()) return fd
    closeSync(fd)
  } catch {
    // Not there, or not ours to open: it is made anew.
  }
  return undefined
}

/** Never removes what it cannot have made. */
function inTheWay(path: string): GvError {
  return new GvError('storage', `cannot write ${printable(path)}`, { reason: 'a folder or a device is in the way' })
}

/** Runs a step on the disk; a system error becomes the user's. */
function inStorage<T>(path: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined) throw error
    throw new GvError('storage', `cannot write ${printable(path)}`, { reason: storageReason(code, path), cause: error })
  }
}

function storageReason(code: string, path: string): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'the disk quota is used up',
    EROFS: 'the file system is read-only',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'the folder does not exist',
    EFBIG: 'the file is too large for the file system',
    EIO: 'the disk reports an error',
  }
  const room = code === 'ENOSPC' ? roomText(path) : undefined
  return `${reasons[code] ?? 'the file system says no'} (${room === undefined ? code : `${code}, ${room}`})`
}
