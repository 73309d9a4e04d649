/** Reading the files of projects, which anyone may have written: bounded, never waiting, regular files only. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { GvError, messageOf, systemErrorCode } from '../errors.ts'
import { printable } from '../text.ts'

/** What was read of a file. */
export interface FileContent {
  readonly bytes: Buffer
  /** Whether the file goes on behind that. */
  readonly isCut: boolean
}

/** What a path leads to, links followed, as `go` looks for its files; undefined if to nothing that can be seen. */
export function statFile(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Whether something of that name is there, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    // A folder that may not be searched, a path that is too long: nothing that could be used is there.
    return false
  }
}

/**
 * The first bytes of a file that is there. Throws GvError('storage') that names it when it is no regular file or cannot be
 * read: a FIFO would wait, a device never end.
 */
export function readProjectFile(path: string, maxBytes: number): FileContent {
  try {
    if (!statSync(path).isFile()) throw unusable(path, `it is ${kindOf(statSync(path))}`)
    return readRegularFile(path, maxBytes)
  } catch (error) {
    if (error instanceof GvError) throw error
    throw unusable(path, reasons[systemErrorCode(error) ?? ''] ?? printable(messageOf(error)), error)
  }
}

/** That a file is there and decides, but cannot be used; the next source is never taken in its place. */
export function unusable(path: string, reason: string, cause?: unknown): GvError {
  return new GvError('storage', `${printable(path)} cannot be used`, {
    reason,
    hint: 'mend or remove it, or set GV_VERSION for once',
    cause,
  })
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ELOOP: 'it is a link that leads to itself',
  ENOENT: 'it is a link that leads nowhere',
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

function readRegularFile(path: string, maxBytes: number): FileContent {
  // What was a file a moment ago may be a FIFO now.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw unusable(path, `it is ${kindOf(stats)}`)
    const buffer = Buffer.alloc(Math.min(maxBytes, Math.max(stats.size, 4096)) + 1)
    const length = fill(buffer, fd)
    return { bytes: buffer.subarray(0, Math.min(length, maxBytes)), isCut: length > maxBytes }
  } finally {
    closeSync(fd)
  }
}

function fill(buffer: Buffer, fd: number): number {
  let length = 0
  for (;;) {
    const read = readSync(fd, buffer, length, buffer.length - length, null)
    if (read === 0) return length
    length += read
  }
}
