import { createHash, hash } from 'node:crypto'
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
} from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { GvError, systemErrorCode } from '../errors.ts'
import { quoted } from '../text.ts'
import { type ReadAhead, startReadAhead } from './read-ahead.ts'
import { storageError } from './storage-error.ts'

/** A regular file of a tree. */
export interface ScannedFile {
  /** Permissions and set-id bits. */
  readonly mode: number
  /** Undefined when it could not be read. */
  readonly sha256: string | undefined
  readonly sizeBytes: number
}

/** What lies below a folder, by path relative to it. */
export interface TreeScan {
  readonly files: ReadonlyMap<string, ScannedFile>
  /** Modes by path; the folder itself is the empty path. */
  readonly folders: ReadonlyMap<string, number>
  /** What is neither file nor folder, in words: `a symbolic link`. */
  readonly others: ReadonlyMap<string, string>
}

/** More than any GOROOT has, with all that may have been built in it. */
const maxEntries = 200_000
/** How long the scan keeps the thread before timers and signals get their turn, in milliseconds. */
const sliceMs = 50
const bufferBytes = 1024 * 1024

/**
 * Reads and hashes all that lies below a folder, without following a link below it. One thread hashes: that takes 0.7 s for a release
 * (two threads took as long). Where the disk keeps it waiting, others read ahead. Throws GvError('storage') when the folder
 * cannot be read, ('interrupted') on abort.
 */
export async function scanTree(folder: string, signal: AbortSignal): Promise<TreeScan> {
  const scanner = new Scanner(folder)
  let readAhead: ReadAhead | undefined
  try {
    let slice = startSlice()
    for (const _ of scanner.walk('')) {
      if (performance.now() - slice.at < sliceMs) continue
      if (isWaiting(slice)) readAhead ??= startReadAhead(folder, scanner.files.size)
      await setImmediate()
      if (signal.aborted) throw new GvError('interrupted', 'interrupted while checking')
      slice = startSlice()
    }
  } catch (error) {
    throw storageError(error, 'cannot read', folder)
  } finally {
    await readAhead?.stop()
  }
  return scanner
}

interface Slice {
  readonly at: number
  readonly cpu: NodeJS.CpuUsage
}

function startSlice(): Slice {
  return { at: performance.now(), cpu: process.cpuUsage() }
}

/** Whether most of a slice went by without work for the processor. */
function isWaiting({ at, cpu }: Slice): boolean {
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / 1000 < (performance.now() - at) / 2
}

class Scanner implements TreeScan {
  readonly files = new Map<string, ScannedFile>()
  readonly folders = new Map<string, number>()
  readonly others = new Map<string, string>()
  readonly #root: string
  readonly #buffer = Buffer.allocUnsafe(bufferBytes)

  constructor(root: string) {
    this.#root = root
  }

  /** Walks a folder; yields after each entry. */
  *walk(path: string): Generator<void> {
    const absolute = path === '' ? this.#root : `${this.#root}/${path}`
    this.folders.set(path, permissions(lstatFolder(absolute, path === '')))
    for (const entry of readdirSync(absolute, { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      if (this.files.size + this.folders.size + this.others.size > maxEntries) throw tooMany(this.#root)
      // A name that is not UTF-8 cannot be opened by its text, and is no file of a release.
      if (entry.name.includes('\ufffd')) this.others.set(inner, 'a file with a name that is not UTF-8')
      else if (entry.isDirectory()) yield* this.walk(inner)
      else if (entry.isFile()) this.#readFile(inner)
      else this.others.set(inner, describeType(entry))
      yield
    }
  }

  #readFile(path: string): void {
    try {
      const fd = openSync(`${this.#root}/${path}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      try {
        const stat = fstatSync(fd)
        const sha256 = stat.size < bufferBytes ? this.#hashSmall(fd) : this.#hashLarge(fd)
        this.files.set(path, { mode: permissions(stat), sha256, sizeBytes: stat.size })
      } finally {
        closeSync(fd)
      }
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return
      const stat = lstatSync(`${this.#root}/${path}`)
      this.files.set(path, { mode: permissions(stat), sha256: undefined, sizeBytes: stat.size })
    }
  }

  #hashSmall(fd: number): string {
    const length = readSync(fd, this.#buffer, 0, bufferBytes, 0)
    return length < bufferBytes ? hash('sha256', this.#buffer.subarray(0, length), 'hex') : this.#hashLarge(fd)
  }

  #hashLarge(fd: number): string {
    const digest = createHash('sha256')
    for (let at = 0; ; ) {
      const length = readSync(fd, this.#buffer, 0, bufferBytes, at)
      if (length === 0) return digest.digest('hex')
      digest.update(this.#buffer.subarray(0, length))
      at += length
    }
  }
}

function lstatFolder(path: string, isRoot: boolean): Stats {
  const stat = lstatSync(path)
  if (isRoot && !stat.isDirectory() && !stat.isSymbolicLink()) {
    throw new GvError('storage', `cannot read ${quoted(path)}`, { reason: 'it is not a folder' })
  }
  return stat
}

function permissions(stat: Stats): number {
  return stat.mode & 0o7777
}

function describeType(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a symbolic link'
  if (entry.isFIFO()) return 'a FIFO'
  if (entry.isSocket()) return 'a socket'
  return 'a device'
}

function tooMany(root: string): GvError {
  return new GvError('storage', `cannot check ${quoted(root)}`, { reason: 'it has more files than any Go toolchain' })
}
