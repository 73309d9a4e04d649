import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { tarOf } from '../support/archive-writer.ts'
import { honestTar, refusalOf, unpack } from './unpacking.ts'

const tar = tarOf(honestTar)
const honest = gzipSync(tar)

/** A gzip member with whatever header is given (RFC 1952). */
function member(flags: number, ...parts: (string | Buffer)[]): Buffer {
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(tar), 0)
  trailer.writeUInt32LE(tar.length, 4)
  return Buffer.concat([head(flags, ...parts), deflateRawSync(tar), trailer])
}

function head(flags: number, ...parts: (string | Buffer)[]): Buffer {
  const fixed = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3])
  return Buffer.concat([fixed, ...parts.map((part) => Buffer.from(part))])
}

function sumOf(header: Buffer): Buffer {
  const sum = Buffer.alloc(2)
  sum.writeUInt16LE(crc32(header) & 0xffff, 0)
  return sum
}

function edited(edit: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(honest)
  edit(copy)
  return copy
}

describe('a gzip file', () => {
  test.each<[string, Buffer]>([
    ['a file name', member(8, 'go.tar\0')],
    ['a comment', member(16, 'a comment\0')],
    ['an extra field', member(4, Buffer.from([3, 0]), 'abc')],
    [
      'all of them and a checksum',
      member(
        30,
        Buffer.from([1, 0]),
        'x',
        'go.tar\0',
        'c\0',
        sumOf(head(30, Buffer.from([1, 0]), 'x', 'go.tar\0', 'c\0')),
      ),
    ],
  ])('may have %s', async (_what, archive) => {
    await unpack('tar.gz', archive)
  })

  test.each<[string, Buffer, RegExp]>([
    [
      'a wrong CRC',
      edited((b) => b.writeUInt32LE((b.readUInt32LE(b.length - 8) ^ 1) >>> 0, b.length - 8)),
      /gzip checksum is wrong/,
    ],
    [
      'a wrong length',
      edited((b) => b.writeUInt32LE(b.readUInt32LE(b.length - 4) ^ 1, b.length - 4)),
      /gzip length is wrong/,
    ],
    ['damaged data', edited((b) => b.fill(0xff, 10, 20)), /compressed data is damaged/],
    ['trailing garbage', Buffer.concat([honest, Buffer.from('garbage!')]), /something behind its compressed data/],
    ['trailing zeros', Buffer.concat([honest, Buffer.alloc(512)]), /something behind its compressed data/],
    ['a second member', Buffer.concat([honest, gzipSync('x')]), /something behind its compressed data/],
    ['an empty second member', Buffer.concat([honest, gzipSync('')]), /something behind its compressed data/],
    ['an empty first member', Buffer.concat([gzipSync(''), honest]), /something behind its compressed data/],
    ['no end', honest.subarray(0, -20), /cut off/],
    ['no trailer', honest.subarray(0, -8), /cut off/],
    ['half a trailer', honest.subarray(0, -4), /cut off/],
    ['nothing but a header', honest.subarray(0, 18), /cut off/],
    ['nothing', Buffer.alloc(0), /too short/],
    ['another compression', edited((b) => b.writeUInt8(7, 2)), /not a gzip file/],
    ['unknown flags', member(0x20), /unknown flags/],
    ['a name without end', head(8, Buffer.alloc(100, 'x')), /header is cut off/],
    ['an extra field without end', head(4, Buffer.from([255, 255]), 'abcdefghijkl'), /header is cut off/],
    ['a wrong header checksum', member(2, Buffer.from([1, 2])), /header has a wrong checksum/],
  ])('with %s is refused', async (_what, archive, reason) => {
    expect((await refusalOf('tar.gz', archive)).reason).toMatch(reason)
  })

  test('within a gzip file is refused', async () => {
    expect((await refusalOf('tar.gz', gzipSync(honest))).reason).toMatch(/header|number|checksum|unknown type/)
  })

  test('that is a zip, and a zip that is a gzip file, are refused', async () => {
    await refusalOf('zip', honest)
    await refusalOf('tar.gz', Buffer.from('PK\x03\x04 and so on, and so on'))
  })
})
