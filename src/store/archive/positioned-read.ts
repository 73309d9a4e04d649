import { readSync } from 'node:fs'
import { refuseArchive } from './refusal.ts'

/** Reads a range of a file by position, so that all who share the descriptor can. Throws when the file ends before. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; ) {
    const count = readSync(fd, bytes, at, length - at, position + at)
    if (count === 0) throw refuseArchive('it is cut off')
    at += count
  }
  return bytes
}

/** Reads small ranges of a file, most of them one behind the other, with few system calls. */
export class ReadWindow {
  readonly #fd: number
  readonly #fileBytes: number
  readonly #windowBytes: number
  #start = 0
  #window: Buffer = Buffer.alloc(0)

  constructor(fd: number, fileBytes: number, windowBytes: number) {
    this.#fd = fd
    this.#fileBytes = fileBytes
    this.#windowBytes = windowBytes
  }

  /** A range of the file; it stays as it is, and keeps its window in memory as long as it is held. */
  read(position: number, length: number): Buffer {
    const at = position - this.#start
    if (at >= 0 && at + length <= this.#window.length) return this.#window.subarray(at, at + length)
    const size = Math.max(length, Math.min(this.#windowBytes, this.#fileBytes - position))
    this.#window = readAt(this.#fd, position, size)
    this.#start = position
    return this.#window.subarray(0, length)
  }
}
