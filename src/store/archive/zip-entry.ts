import { crc32, inflateRawSync } from 'node:zlib'
import { systemErrorCode } from '../../errors.ts'
import { refuseEntry } from './refusal.ts'
import { hasHarmlessExtras, type ZipEntry } from './zip-directory.ts'

/** Of a local header, without name and extra field. */
export const localHeaderBytes = 30
const localSignature = 0x04034b50
const descriptorSignature = 0x08074b50
/** The smallest output buffer that zlib takes. */
const spareBytes = 64

/** Where an entry's local header ends, from its first 30 bytes. */
export function localHeaderLength(entry: ZipEntry, head: Buffer): number {
  if (head.readUInt32LE(0) !== localSignature) throw refuseEntry(entry.name, 'has no local header')
  return localHeaderBytes + head.readUInt16LE(26) + head.readUInt16LE(28)
}

/**
 * Throws unless an entry's local header says what the central directory says, and its data (with the data
 * descriptor, if it has one) reach exactly to the next entry. `tail` is what lies behind the data.
 */
export function assertLocalFrame(entry: ZipEntry, header: Buffer, tail: Buffer): void {
  const nameEnd = localHeaderBytes + header.readUInt16LE(26)
  const sums = header.subarray(14, 26)
  const expected = sumsOf(entry)
  const isRight =
    header.subarray(6, 14).equals(entry.repeated) &&
    header.toString('utf8', localHeaderBytes, nameEnd) === entry.name &&
    (sums.equals(expected) || (entry.hasDescriptor && sums.every((byte) => byte === 0)))
  if (!isRight) throw refuseEntry(entry.name, 'has a local header that differs from the central directory')
  if (!hasHarmlessExtras(header.subarray(nameEnd))) {
    throw refuseEntry(entry.name, 'has an extra field that no release of Go has')
  }
  if (!isTail(entry, tail, expected)) throw refuseEntry(entry.name, 'overlaps another, or something lies behind it')
}

/** What lies behind the data: nothing, or a data descriptor with or without its signature. */
function isTail(entry: ZipEntry, tail: Buffer, expected: Buffer): boolean {
  if (!entry.hasDescriptor) return tail.length === 0
  if (tail.length === expected.length) return tail.equals(expected)
  return (
    tail.length === 4 + expected.length &&
    tail.readUInt32LE(0) === descriptorSignature &&
    tail.subarray(4).equals(expected)
  )
}

/** CRC-32 and both sizes, as local headers and data descriptors hold them. */
function sumsOf(entry: ZipEntry): Buffer {
  const sums = Buffer.alloc(12)
  sums.writeUInt32LE(entry.crc32, 0)
  sums.writeUInt32LE(entry.compressedBytes, 4)
  sums.writeUInt32LE(entry.sizeBytes, 8)
  return sums
}

/** The contents of a small entry. Throws unless they are exactly as long as they should be and have the right CRC. */
export function contentsOf(entry: ZipEntry, data: Buffer): Buffer {
  const contents = entry.isDeflated ? inflateExactly(entry, data) : data
  assertContents(entry, contents.length, crc32(contents))
  return contents
}

export function assertContents(entry: ZipEntry, length: number, sum: number): void {
  if (length !== entry.sizeBytes) throw refuseEntry(entry.name, 'has another size than it says')
  if (sum !== entry.crc32) throw refuseEntry(entry.name, 'has a wrong CRC')
}

function inflateExactly(entry: ZipEntry, data: Buffer): Buffer {
  try {
    const options = {
      info: true,
      maxOutputLength: Math.max(1, entry.sizeBytes),
      // One piece, allocated once; a full buffer would make zlib ask for another.
      chunkSize: entry.sizeBytes + spareBytes,
    }
    const { buffer, engine } = withInfo(inflateRawSync(data, options))
    if (engine.bytesWritten !== data.length) throw refuseEntry(entry.name, 'has something behind its compressed data')
    return buffer
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ERR_BUFFER_TOO_LARGE') throw refuseEntry(entry.name, 'has another size than it says')
    if (code?.startsWith('Z_')) throw refuseEntry(entry.name, 'has damaged data')
    throw error
  }
}

interface Inflated {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

/** What zlib returns with `info: true`, which Node's types do not know. */
function withInfo(result: Buffer | Inflated): Inflated {
  if (Buffer.isBuffer(result)) throw new TypeError('zlib gave no information about the stream')
  return result
}
