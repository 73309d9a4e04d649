import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs'

/** The share of one of several readers. */
export interface ReaderJob {
  readonly folder: string
  /** How many files are done already. */
  readonly skip: number
  /** From 0 on. */
  readonly reader: number
  readonly readers: number
}

const bufferBytes = 1024 * 1024

/**
 * Reads this reader's share of the regular files below a folder, in the order of `scanTree`, and keeps nothing of them: they are in the
 * system's cache then. What cannot be read is passed over; links are not followed. Returns how many bytes there were.
 */
export function readShare({ folder, skip, reader, readers }: ReaderJob): number {
  const buffer = Buffer.allocUnsafe(bufferBytes)
  let total = 0
  let count = 0
  for (const path of filesBelow(folder)) {
    if (count++ >= skip && count % readers === reader) total += readAll(path, buffer)
  }
  return total
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function readAll(path: string, buffer: Buffer): number {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      let total = 0
      for (let length = -1; length !== 0; total += length) length = readSync(fd, buffer, 0, buffer.length, null)
      return total
    } finally {
      closeSync(fd)
    }
  } catch {
    return 0
  }
}
