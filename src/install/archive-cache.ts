import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { removePartial } from '../net/partial-file.ts'
import type { Store } from '../store/layout.ts'
import { replaceFile } from '../store/replace-file.ts'
import { storageError } from '../store/storage-error.ts'

/** An archive at hand, open for reading: the very bytes whose hash this is. */
export interface ArchiveFile {
  readonly fd: number
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
}

/** What is kept of an archive that was proven once. */
interface Note {
  readonly sha256: string
  readonly sizeBytes: number
  /** Where it came from, as it may be shown. */
  readonly url: string
}

export interface CachedArchive extends ArchiveFile {
  readonly url: string
}

/** Where the download of an archive is kept until it is proven; its folder is made. Throws GvError('storage'). */
export function preparePartial(store: Store, fileName: string): string {
  const path = partialPath(store, fileName)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return path
  } catch (error) {
    throw storageError(error, 'cannot keep a download', path)
  }
}

function partialPath(store: Store, fileName: string): string {
  return join(store.cache, 'downloads', fileName)
}

/** Where an archive is kept after it was proven: it installs again without network. */
export function provenArchivePath(store: Store, fileName: string): string {
  return join(store.cache, 'archives', fileName)
}

/**
 * Opens an archive that was proven before, and hashes it anew; undefined when there is none, or when it is not
 * what it was (then it is thrown away).
 */
export async function openProvenArchive(store: Store, fileName: string): Promise<CachedArchive | undefined> {
  const path = provenArchivePath(store, fileName)
  const note = readNote(notePath(path))
  const fd = note && openFile(path)
  if (!note || fd === undefined) return undefined
  try {
    const sizeBytes = fstatSync(fd).size
    if (sizeBytes === note.sizeBytes && (await sha256Of(fd)) === note.sha256) return { fd, path, ...note }
  } catch {
    // A disk that cannot give it back has no archive.
  }
  closeSync(fd)
  forgetArchive(store, fileName)
  return undefined
}

/** Moves an archive among the proven ones. That it cannot be kept is no failure: the toolchain is what counts. */
export function keepProvenArchive(store: Store, fileName: string, archive: ArchiveFile, url: string): void {
  const path = provenArchivePath(store, fileName)
  const note: Note = { sha256: archive.sha256, sizeBytes: archive.sizeBytes, url }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    if (archive.path !== path) renameSync(archive.path, path)
    replaceFile(notePath(path), `${JSON.stringify(note)}\n`, 0o600)
    forgetDownload(store, fileName)
  } catch {
    forgetArchive(store, fileName)
  }
}

/** Throws away what was downloaded of an archive, because it is not what it should be. */
export function forgetDownload(store: Store, fileName: string): void {
  removePartial(partialPath(store, fileName))
}

/** Throws away a kept archive. One that cannot be removed is hashed again before it is used. */
export function forgetArchive(store: Store, fileName: string): void {
  const path = provenArchivePath(store, fileName)
  for (const file of [notePath(path), path]) {
    try {
      rmSync(file, { force: true })
    } catch {
      // A file in the place of the folder, a read-only store.
    }
  }
}

function notePath(path: string): string {
  return `${path}.json`
}

function openFile(path: string): number | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if (fstatSync(fd).isFile()) return fd
    closeSync(fd)
  } catch {
    // Not there, or no file: as good as none.
  }
  return undefined
}

/** Hashes a file by its descriptor, without keeping other work of this process waiting. */
async function sha256Of(fd: number): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(1024 * 1024)
  for (let position = 0; ; ) {
    const length = readSync(fd, buffer, 0, buffer.length, position)
    if (length === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, length))
    position += length
    await yieldToOthers()
  }
}

function readNote(path: string): Note | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof json !== 'object' || json === null) return undefined
    const { sha256, sizeBytes, url }: Partial<Record<keyof Note, unknown>> = json
    if (typeof sha256 !== 'string' || typeof sizeBytes !== 'number' || typeof url !== 'string') return undefined
    return { sha256, sizeBytes, url }
  } catch {
    return undefined
  }
}
