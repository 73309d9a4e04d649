import { blockBytes, type TarHeader } from './tar-header.ts'

/**
 * Reads a header as Go's own archive/tar writes it for a plain file or folder with a name in ASCII, as nearly all of a
 * release are; undefined for any other, right or wrong, which is `parseTarHeader`'s to judge. The package takes 20 µs
 * for a header, which over 14,000 of them was 0.2 s of an installation.
 */
export function readPlainTarHeader(block: Buffer): TarHeader | undefined {
  const flag = block[156]
  if ((flag !== file && flag !== folder) || block.toString('latin1', 257, 265) !== 'ustar\x0000') return undefined
  const numbers = fields.map(({ start, end }) => readOctal(block, start, end))
  const [checksum, sizeBytes] = numbers
  if (sizeBytes === undefined || numbers.includes(undefined) || checksum !== checksumOf(block)) return undefined
  const name = readText(block, 0, 100)
  const prefix = readText(block, 345, 500)
  if (!name || prefix === undefined || readText(block, 157, 257) !== '' || readText(block, 500, blockBytes) !== '') {
    return undefined
  }
  return { type: flag === file ? 'file' : 'folder', name: prefix ? `${prefix}/${name}` : name, sizeBytes }
}

const file = 0x30
const folder = 0x35
const space = 0x20

/** Checksum and size, then mode, uid, gid, time and device numbers: where the digits are, before a NUL. */
const fields = [
  { start: 148, end: 154 },
  { start: 124, end: 135 },
  { start: 100, end: 107 },
  { start: 108, end: 115 },
  { start: 116, end: 123 },
  { start: 136, end: 147 },
  { start: 329, end: 336 },
  { start: 337, end: 344 },
]

function readOctal(block: Buffer, start: number, end: number): number | undefined {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = (block[i] ?? 0) - 0x30
    if (digit < 0 || digit > 7) return undefined
    value = value * 8 + digit
  }
  return block[end] === 0 ? value : undefined
}

/** The sum of all bytes, with the checksum's own field as eight spaces. */
function checksumOf(block: Buffer): number {
  let sum = 8 * space
  for (let i = 0; i < blockBytes; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0
  return block[155] === space ? sum : -1
}

/** ASCII up to the first NUL; undefined where something follows that, or is no ASCII. */
function readText(block: Buffer, start: number, end: number): string | undefined {
  let length = 0
  while (start + length < end && block[start + length] !== 0) {
    if ((block[start + length] ?? 0) > 0x7e) return undefined
    length++
  }
  for (let i = start + length; i < end; i++) if (block[i] !== 0) return undefined
  return block.toString('latin1', start, start + length)
}
