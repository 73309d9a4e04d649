import { readSync } from 'node:fs'
import { refuseArchive } from './refusal.ts'

/** Reads a range of a file by position, so that all who share the descriptor can. Throws when the file ends before. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  fill(bytes, fd, position)
  return bytes
}

/** Reads small ranges of a file, most of them one behind the other, with few system calls. */
export class ReadWindow {
  readonly #fd: number
  readonly #fileBytes: number
  #buffer: Buffer
  /** Where the window lies in the file; its end is 0 before the first read. */
  #start = 0
  #end = 0

  constructor(fd: number, fileBytes: number, windowBytes: number) {
    this.#fd = fd
    this.#fileBytes = fileBytes
    this.#buffer = Buffer.allocUnsafe(Math.min(windowBytes, fileBytes))
  }

  /** A range of the file; it may be changed by the next read. */
  read(position: number, length: number): Buffer {
    if (position < this.#start || position + length > this.#end) this.#move(position, length)
    const at = position - this.#start
    return this.#buffer.subarray(at, at + length)
  }

  #move(position: number, length: number): void {
    if (length > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(length)
    const size = Math.max(length, Math.min(this.#buffer.length, this.#fileBytes - position))
    // Nothing is in the window when reading fails.
    this.#end = 0
    fill(this.#buffer.subarray(0, size), this.#fd, position)
    this.#start = position
    this.#end = position + size
  }
}

function fill(bytes: Buffer, fd: number, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(fd, bytes, at, bytes.length - at, position + at)
    if (count === 0) throw refuseArchive('it is cut off')
    at += count
  }
}
