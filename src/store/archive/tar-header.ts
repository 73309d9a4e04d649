import { Header } from 'tar/header'
import { refuseEntry } from './refusal.ts'

/** Bytes of a tar block; headers are one, contents are padded to them. */
export const blockBytes = 512

export interface TarHeader {
  readonly type: 'file' | 'folder' | 'pax' | 'long-name'
  readonly name: string
  /** Of the contents that follow, without padding. */
  readonly sizeBytes: number
}

/**
 * Reads a header block with the package `tar`, after its bytes were found to have only one reading: node-tar,
 * Go's archive/tar and GNU tar differ about text behind a NUL, odd digits, base 256 and unknown formats, so that
 * these are refused before. Source: POSIX pax, "ustar Interchange Format"; archive/tar, `readHeader`.
 */
export function parseTarHeader(block: Buffer): TarHeader {
  const flag = block[156] ?? 0
  const type = types[flag]
  const raw = rawName(block)
  if (type === undefined) throw refuseEntry(raw, `is ${typeNames[flag] ?? 'of an unknown type'}`)
  assertFormat(block, raw)
  if (!numbers.every(([at, width]) => isOctal(block, at, width))) throw malformed(raw, 'number')
  if (!texts.every(([at, width]) => isPadded(block, at, width)) || block[157] !== 0) throw malformed(raw, 'text')
  const { cksumValid, path: name = '' } = new Header(block)
  if (!cksumValid) throw refuseEntry(raw, 'has a bad header checksum')
  return { type, name, sizeBytes: parseSize(block, raw) }
}

/** The size is read here: node-tar sets it to 0 for folders, and for files whose name ends in a slash. */
function parseSize(block: Buffer, name: Buffer): number {
  const digits = /[0-7]+/.exec(block.toString('latin1', 124, 136))
  if (!digits) throw malformed(name, 'number')
  return Number.parseInt(digits[0], 8)
}

/** The name as far as it can be told of a header that is not known to be right. */
function rawName(block: Buffer): Buffer {
  const nul = block.indexOf(0)
  return block.subarray(0, nul >= 0 && nul < 100 ? nul : 100)
}

function malformed(name: Buffer, what: string) {
  return refuseEntry(name, `has a malformed ${what} in its header`)
}

const types: Readonly<Record<number, TarHeader['type']>> = { 48: 'file', 53: 'folder', 120: 'pax', 76: 'long-name' }

/** By type flag, for messages. */
const typeNames: Readonly<Record<number, string>> = {
  49: 'a hard link',
  50: 'a symbolic link',
  51: 'a character device',
  52: 'a block device',
  54: 'a FIFO',
  75: 'a link with a long name',
  83: 'a sparse file',
  103: 'a global header',
}

/** Offsets and widths: mode, uid, gid, size, mtime, checksum, device numbers. */
const numbers = [
  [100, 8],
  [108, 8],
  [116, 8],
  [124, 12],
  [136, 12],
  [148, 8],
  [329, 8],
  [337, 8],
] as const
/** Offsets and widths: name, link name, prefix. */
const texts = [
  [0, 100],
  [157, 100],
  [345, 155],
] as const

/** USTAR and PAX, and the GNU format as far as it is the same. */
function assertFormat(block: Buffer, name: Buffer): void {
  const magic = block.toString('latin1', 257, 265)
  const isGnu = magic === 'ustar  \0'
  // The old GNU format keeps times, and what it knows of sparse files, where USTAR has its prefix.
  if ((magic === 'ustar\0' + '00' || isGnu) && isZero(block, isGnu ? 345 : 500, blockBytes)) return
  throw refuseEntry(name, 'has a header in a format that no release of Go uses')
}

/** Digits of base 8, spaces before them, spaces and NULs behind: what all readers read alike. */
function isOctal(block: Buffer, at: number, width: number): boolean {
  let i = at
  const end = at + width
  while (i < end && block[i] === 0x20) i++
  while (i < end && isOctalDigit(block[i])) i++
  while (i < end && (block[i] === 0x20 || block[i] === 0)) i++
  return i === end
}

function isOctalDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37
}

/** Text, and nothing but NULs behind its first NUL. */
function isPadded(block: Buffer, at: number, width: number): boolean {
  const nul = block.indexOf(0, at)
  return nul < 0 || nul >= at + width || isZero(block, nul, at + width)
}

/** Whether all bytes of a range are NUL. */
export function isZero(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false
  return true
}
