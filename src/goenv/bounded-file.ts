import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** Why a file's text cannot be had; `too-big` is the only one that means that it is there and readable. */
export type Unread = 'absent' | 'not-a-file' | 'too-big'

/**
 * The text of a small file of settings. Never waits and never takes more than it must: a FIFO, a device, a folder or
 * a file over the limit is named, not read.
 */
export function readBoundedText(
  path: string,
  maxBytes: number,
): { readonly text: string } | { readonly unread: Unread } {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return { unread: 'absent' }
  }
  try {
    if (!fstatSync(fd).isFile()) return { unread: 'not-a-file' }
    const bytes = readUpTo(fd, maxBytes + 1)
    return bytes.length > maxBytes ? { unread: 'too-big' } : { text: bytes.toString('utf8') }
  } catch {
    return { unread: 'absent' }
  } finally {
    closeSync(fd)
  }
}

/** The size that fstat gives is not asked: files of /proc have none, and one may grow meanwhile. */
function readUpTo(fd: number, limit: number): Buffer {
  const chunks: Buffer[] = []
  for (let left = limit; left > 0; ) {
    const chunk = Buffer.alloc(Math.min(left, 65_536))
    const read = readSync(fd, chunk)
    if (read === 0) break
    chunks.push(chunk.subarray(0, read))
    left -= read
  }
  return Buffer.concat(chunks)
}
