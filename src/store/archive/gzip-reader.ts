import { crc32 } from 'node:zlib'
import { inflateRange } from './inflate.ts'
import { readAt } from './positioned-read.ts'
import { refuseArchive } from './refusal.ts'

/** Of 256 KiB, 512 KiB and 1 MiB the second took the least of the processor's time, 0.1 s less than the first (measured). */
const pieceBytes = 512 * 1024
/** Bytes of a header without names, and of the trailer (CRC-32 and length). */
const headerBytes = 10
const trailerBytes = 8
/** A header with a file name and a comment is never longer than this. */
const maxHeaderBytes = 64 * 1024

/**
 * Unpacks a file that is one gzip member and nothing more (RFC 1952), piece by piece. Node's gunzip passes over
 * trailing bytes and strings members together, so that only the deflate stream is left to it.
 * `onRead` gets the position in the file. Throws GvError('verification').
 */
export async function* gunzip(
  fd: number,
  sizeBytes: number,
  onRead: (position: number) => void,
): AsyncGenerator<Buffer> {
  if (sizeBytes < headerBytes + trailerBytes) throw refuseArchive('it is too short for a gzip file')
  const start = parseHeader(readAt(fd, 0, Math.min(maxHeaderBytes, sizeBytes - trailerBytes)))
  const end = sizeBytes - trailerBytes
  let sum = 0
  let length = 0
  for await (const piece of inflateRange({ fd, start, end, pieceBytes }, onRead)) {
    sum = crc32(piece, sum)
    length += piece.length
    yield piece
  }
  const trailer = readAt(fd, end, trailerBytes)
  if (trailer.readUInt32LE(0) !== sum) throw refuseArchive('its gzip checksum is wrong')
  if (trailer.readUInt32LE(4) !== length % 2 ** 32) throw refuseArchive('its gzip length is wrong')
}

/** The flags of the header's optional parts. */
const flag = { headerSum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const

/** Where the deflate stream starts. */
function parseHeader(head: Buffer): number {
  if (head.readUInt32BE(0) >>> 8 !== 0x1f8b08) throw refuseArchive('it is not a gzip file')
  const flags = head[3] ?? 0
  if (flags & flag.reserved) throw refuseArchive('its gzip header has unknown flags')
  let at = headerBytes
  if (flags & flag.extra) at += 2 + (at + 2 <= head.length ? head.readUInt16LE(at) : head.length)
  if (flags & flag.name) at = behindText(head, at)
  if (flags & flag.comment) at = behindText(head, at)
  if (flags & flag.headerSum) {
    const isRight = at + 2 <= head.length && head.readUInt16LE(at) === (crc32(head.subarray(0, at)) & 0xffff)
    if (!isRight) throw refuseArchive('its gzip header has a wrong checksum')
    at += 2
  }
  if (at > head.length) throw refuseArchive('its gzip header is cut off')
  return at
}

function behindText(head: Buffer, at: number): number {
  const end = head.indexOf(0, at)
  return end < 0 ? head.length + 1 : end + 1
}
