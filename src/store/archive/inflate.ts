import { createInflateRaw } from 'node:zlib'
import { systemErrorCode } from '../../errors.ts'
import { readAt } from './positioned-read.ts'
import { refuseArchive } from './refusal.ts'

/** A range of a file that holds one deflate stream (RFC 1951) and nothing else. */
export interface DeflatedRange {
  readonly fd: number
  readonly start: number
  readonly end: number
  /** How much is read, and inflated, at a time. */
  readonly pieceBytes: number
}

/**
 * Inflates a range, piece by piece; the next piece is inflated in the thread pool while the caller works on this one.
 * Throws GvError('verification') when the stream is damaged, cut off, or ends before the range does.
 */
export async function* inflateRange(range: DeflatedRange, onRead?: (position: number) => void): AsyncGenerator<Buffer> {
  const { fd, start, end, pieceBytes } = range
  const inflate = createInflateRaw({ chunkSize: pieceBytes })
  let at = start
  const feed = () => {
    try {
      while (at < end) {
        const bytes = readAt(fd, at, Math.min(pieceBytes, end - at))
        at += bytes.length
        if (!inflate.write(bytes)) return
      }
      inflate.end()
    } catch (error) {
      inflate.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
  inflate.on('drain', feed)
  feed()
  try {
    for await (const piece of inflate) {
      onRead?.(at)
      yield piece
    }
  } catch (error) {
    throw describe(error)
  }
  if (inflate.bytesWritten !== end - start) throw refuseArchive('there is something behind its compressed data')
}

function describe(error: unknown): unknown {
  const code = systemErrorCode(error)
  if (code === 'Z_BUF_ERROR') return refuseArchive('its compressed data is cut off', error)
  return code?.startsWith('Z_') ? refuseArchive('its compressed data is damaged', error) : error
}
