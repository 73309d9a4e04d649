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
  if (type === undefined) throw refuseHeader(block, `is ${typeNames[flag] ?? 'of an unknown type'}`)
  if (!isKnownFormat(block)) throw refuseHeader(block, 'has a header in a format that no release of Go uses')
  if (!numbers.every((field) => isOctal(block, field)))
    throw refuseHeader(block, 'has a malformed number in its header')
  if (!texts.every((field) => isPadded(block, field)) || block[157] !== 0) {
    throw refuseHeader(block, 'has a malformed text in its header')
  }
  const { cksumValid, path: name = '' } = new Header(block)
  if (!cksumValid) throw refuseHeader(block, 'has a bad header checksum')
  return { type, name, sizeBytes: parseSize(block) }
}

/** The size is read here: node-tar sets it to 0 for folders, and for files whose name ends in a slash. */
function parseSize(block: Buffer): number {
  const digits = /[0-7]+/.exec(block.toString('latin1', 124, 136))
  if (!digits) throw refuseHeader(block, 'has a malformed number in its header')
  return Number.parseInt(digits[0], 8)
}

/** Names the entry as far as that can be told from a header that is not right. */
function refuseHeader(block: Buffer, why: string): Error {
  const name = block.subarray(0, 100)
  const nul = name.indexOf(0)
  return refuseEntry(nul < 0 ? name : name.subarray(0, nul), why)
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

interface Field {
  readonly start: number
  readonly end: number
}

/** Mode, uid, gid, size, mtime, checksum, device numbers. */
const numbers = [100, 108, 116, 124, 136, 148, 329, 337].map(
  (start): Field => ({ start, end: start + (start === 124 || start === 136 ? 12 : 8) }),
)
/** Name, link name, prefix. */
const texts: readonly Field[] = [
  { start: 0, end: 100 },
  { start: 157, end: 257 },
  { start: 345, end: 500 },
]

/** USTAR and PAX, and the GNU format as far as it is the same. */
function isKnownFormat(block: Buffer): boolean {
  const magic = block.toString('latin1', 257, 265)
  const isGnu = magic === 'ustar  \0'
  // The old GNU format keeps times, and what it knows of sparse files, where USTAR has its prefix.
  return (magic === 'ustar\x0000' || isGnu) && isZero(block, isGnu ? 345 : 500, blockBytes)
}

/** Digits of base 8, spaces before them, spaces and NULs behind: what all readers read alike. */
function isOctal(block: Buffer, { start, end }: Field): boolean {
  let i = start
  while (i < end && block[i] === 0x20) i++
  while (i < end && isOctalDigit(block[i])) i++
  while (i < end && (block[i] === 0x20 || block[i] === 0)) i++
  return i === end
}

function isOctalDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37
}

/** Text, and nothing but NULs behind its first NUL. */
function isPadded(block: Buffer, { start, end }: Field): boolean {
  const nul = block.indexOf(0, start)
  return nul < 0 || nul >= end || isZero(block, nul, end)
}

/** Whether all bytes of a range are NUL. */
export function isZero(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false
  return true
}
