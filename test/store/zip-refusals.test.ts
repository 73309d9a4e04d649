import { readdirSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { printable } from '../../src/text.ts'
import { type ZipEntrySpec, type ZipOptions, zipBytes } from '../support/archive-writer.ts'
import { honestZip, modulePrefix as prefix, refusalOf, unpack } from './unpacking.ts'

function withEntries(...entries: ZipEntrySpec[]): Buffer {
  return zipBytes([...honestZip, ...entries])
}

const name = `${prefix}evil`
const body = 'some text that is long enough to be compressed'
const packed = deflateRawSync(body)
/** More than is read in one piece. */
const large = Buffer.alloc(3_000_000, 'All work and no play. ')

describe('a module zip', () => {
  test('that is honest is unpacked, with go.mod under its own name', async () => {
    const { files, goroot, extra } = await unpack('zip', withEntries())
    expect(files).toBe(honestZip.length)
    expect(readdirSync(`${goroot}/src`)).toContain('go.mod')
    expect(extra).toBe('')
  })

  test.each<[string, ZipEntrySpec]>([
    ['stored entries', { name: `${prefix}x`, body, method: 0 }],
    ['sizes in the local header', { name: `${prefix}x`, body }],
    ['a data descriptor without signature', { name: `${prefix}x`, body, flags: 8, descriptor: descriptorOf(body) }],
    [
      'times and owners as Info-ZIP has them',
      { name: `${prefix}x`, body, extra: extraField(0x5455, 5), localExtra: extraField(0x5455, 13) },
    ],
    ['a Unix mode', { name: `${prefix}x`, body, madeBy: 0x0314, attributes: (0o104777 << 16) >>> 0 }],
    ['a folder', { name: `${prefix}x/`, method: 0, attributes: 0x10 }],
    ['a name in UTF-8 that says so', { name: `${prefix}Þfoo.go`, body, flags: 0x800 }],
    ['a large stored entry', { name: `${prefix}x`, body: large, method: 0, flags: 8 }],
    ['a large entry', { name: `${prefix}x`, body: large, flags: 8 }],
  ])('may have %s', async (_what, entry) => {
    const { files } = await unpack('zip', withEntries(entry))
    expect(files).toBe(honestZip.length + (entry.name.toString().endsWith('/') ? 0 : 1))
  })

  test.each<[string, ZipEntrySpec, RegExp]>([
    ['a symbolic link', { name, body, madeBy: 0x0314, attributes: (0o120777 << 16) >>> 0 }, /is a symbolic link/],
    [
      'a symbolic link from another system',
      { name, body, madeBy: 20, attributes: (0o120777 << 16) >>> 0 },
      /is a symbolic link/,
    ],
    ['a device', { name, body, madeBy: 0x0314, attributes: (0o060644 << 16) >>> 0 }, /is neither a file nor a folder/],
    [
      'a folder named as a file',
      { name, madeBy: 0x0314, attributes: (0o040755 << 16) >>> 0 },
      /is neither a file nor a folder/,
    ],
    ['a DOS folder named as a file', { name, attributes: 0x10 }, /is neither a file nor a folder/],
    [
      'a file named as a folder',
      { name: `${name}/`, madeBy: 0x0314, attributes: (0o100644 << 16) >>> 0 },
      /is neither a file nor/,
    ],
    ['a folder with contents', { name: `${name}/`, body }, /is a folder with contents/],
    ['encryption', { name, body, flags: 1 }, /is encrypted/],
    ['strong encryption', { name, body, flags: 0x41 }, /is malformed/],
    ['patched data', { name, body, flags: 0x20 }, /has unknown flags/],
    ['hidden headers', { name, body, flags: 0x2000 }, /has unknown flags/],
    ['an unknown compression', { name, body, method: 12, data: Buffer.from(body) }, /is compressed in an unknown way/],
    ['zip64 sizes', { name, body, extra: extraField(1, 16) }, /has an extra field that no release/],
    [
      'another name in an extra field',
      { name, body, extra: extraField(0x7075, 9) },
      /has an extra field that no release/,
    ],
    [
      'an extra field that is cut off',
      { name, body, extra: Buffer.from([0x55, 0x54, 9]) },
      /has an extra field that no release/,
    ],
    [
      'an odd extra field in its local header',
      { name, body, extra: Buffer.alloc(0), localExtra: extraField(1, 16) },
      /has an extra field/,
    ],
    ['a comment', { name, body, comment: 'PK' }, /has a comment/],
    ['a name of unknown encoding', { name: `${prefix}Þfoo.go`, body }, /has a name of unknown encoding/],
    ['invalid UTF-8', { name: Buffer.from(`${prefix}\xff`, 'latin1'), body, flags: 0x800 }, /invalid UTF-8/],
    ['a wrong CRC', { name, body, crc: 1 }, /has a wrong CRC/],
    ['a wrong CRC in a stored entry', { name, body, method: 0, crc: 1 }, /has a wrong CRC/],
    ['a wrong CRC in a large entry', { name, body: large, crc: 1 }, /has a wrong CRC/],
    ['more data than it says', { name, body, size: 5 }, /has another size than it says/],
    ['less data than it says', { name, body, size: 500 }, /has another size than it says/],
    ['more data than it says, and much of it', { name, body: large, size: 2_000_000 }, /has another size than it says/],
    ['less data than it says, and much of it', { name, body: large, size: 4_000_000 }, /has another size than it says/],
    ['a stored size that differs', { name, body, method: 0, size: 5 }, /central directory is malformed/],
    ['no data', { name, body, data: Buffer.alloc(0) }, /has damaged data/],
    ['damaged data', { name, body, data: Buffer.from([0x07, 1, 2, 3]) }, /has damaged data/],
    ['data that is cut off', { name, body, data: packed.subarray(0, -3) }, /has damaged data/],
    [
      'something behind its compressed data',
      { name, body, data: Buffer.concat([packed, Buffer.from('x')]) },
      /something behind its compressed/,
    ],
    [
      'large data that is cut off',
      { name, body: large, data: deflateRawSync(large).subarray(0, -9) },
      /compressed data is cut off/,
    ],
    [
      'a data descriptor with another CRC',
      { name, body, flags: 8, descriptor: descriptorOf(body, 1) },
      /overlaps another/,
    ],
    ['a data descriptor that is missing', { name, body, flags: 8, descriptor: Buffer.alloc(0) }, /overlaps another/],
    ['a data descriptor that should not be there', { name, body, behind: descriptorOf(body) }, /overlaps another/],
    ['a gap before it', { name, body, before: Buffer.from('x') }, /something lies behind it/],
    ['a gap behind it', { name, body, behind: Buffer.from('x') }, /something lies behind it/],
    [
      'a large gap behind large data',
      { name, body: large, behind: Buffer.alloc(2_000_000) },
      /something lies behind it/,
    ],
    ['the data of another entry', { name, body, offset: 0 }, /overlaps another/],
    ['no local header', { name, body, editLocal: (h) => h.writeUInt32LE(0, 0) }, /has no local header/],
    [
      'another name in its local header',
      { name, body, behind: Buffer.alloc(0), editLocal: (h) => h.writeUInt16LE(name.length - 1, 26) },
      /differs from the central/,
    ],
    [
      'other flags in its local header',
      { name, body, editLocal: (h) => h.writeUInt16LE(2, 6) },
      /differs from the central/,
    ],
    [
      'another method in its local header',
      { name, body, editLocal: (h) => h.writeUInt16LE(0, 8) },
      /differs from the central/,
    ],
    [
      'another time in its local header',
      { name, body, editLocal: (h) => h.writeUInt16LE(77, 10) },
      /differs from the central/,
    ],
    [
      'another CRC in its local header',
      { name, body, editLocal: (h) => h.writeUInt32LE(77, 14) },
      /differs from the central/,
    ],
    [
      'another size in its local header',
      { name, body, editLocal: (h) => h.writeUInt32LE(77, 22) },
      /differs from the central/,
    ],
    ['..', { name: `${prefix}../evil`, body }, /has a path with \.\./],
    ['an absolute path', { name: '/evil', body }, /has an absolute path/],
    ['a backslash', { name: `${prefix}src\\evil`, body }, /has a backslash/],
    ['an empty segment', { name: `${prefix}src//evil`, body }, /is not clean/],
    ['a control character', { name: `${prefix}\x1bevil`, body }, /"golang.*\\x1bevil" has a control/],
    ['a name outside of the module', { name: 'go/evil', body }, /lies outside of golang\.org/],
    ['the name of another module', { name: `${prefix.slice(0, -2)}5/x`, body }, /lies outside of golang\.org/],
    ['a go.mod', { name: `${prefix}src/x/go.mod`, body }, /"golang.*go\.mod" has a name that no file of a module/],
    ['a duplicate', { name: `${prefix}VERSION`, body }, /"VERSION" is there twice/],
    ['another case', { name: `${prefix}version`, body }, /cannot lie beside/],
    ['a file that is a folder', { name: `${prefix}src`, body }, /both a file and a folder/],
  ])('with %s is refused', async (_what, entry, reason) => {
    const error = await refusalOf('zip', withEntries(entry))
    expect(error.message).toBe('the archive is refused')
    expect(error.reason).toMatch(reason)
    expect(error.reason).toBe(printable(error.reason ?? ''))
  })

  test.each<[string, ZipOptions, RegExp]>([
    ['a comment', { comment: 'x' }, /does not end as a zip file does/],
    ['a comment that looks like an end', { comment: 'PK\x05\x06'.padEnd(22, '\0') }, /end record does not fit/],
    ['something behind its end', { behind: Buffer.from('x') }, /does not end as a zip file does/],
    ['something before its first entry', { before: Buffer.from('#!/bin/sh\n') }, /something before its first entry/],
    ['something before its end', { beforeEnd: Buffer.from('x') }, /end record does not fit/],
    ['a zip64 locator', { beforeEnd: zip64Locator(), editEnd: growDirectory(20) }, /is a zip64 file/],
    ['fewer entries than it says', { editEnd: count(honestZip.length + 1) }, /is malformed/],
    ['more entries than it says', { editEnd: count(honestZip.length - 1) }, /another length than it says/],
    ['two counts', { editEnd: (end) => end.writeUInt16LE(1, 8) }, /end record does not fit/],
    ['no entries', { editEnd: count(0) }, /end record does not fit/],
    ['a second part', { editEnd: (end) => end.writeUInt16LE(1, 4) }, /one part of a split/],
    ['a directory elsewhere', { editEnd: (end) => end.writeUInt32LE(1, 16) }, /end record does not fit/],
  ])('with %s is refused', async (_what, options, reason) => {
    expect((await refusalOf('zip', zipBytes(honestZip, options))).reason).toMatch(reason)
  })

  test('that is cut off is refused', async () => {
    const zip = withEntries()
    for (const length of [0, 21, 100, zip.length - 1]) {
      await refusalOf('zip', zip.subarray(0, length))
    }
  })

  test('whose entries are out of order is refused', async () => {
    const [first = { name }, ...rest] = honestZip
    const swapped = zipBytes([...rest, first])
    // The directory names the last entry first.
    expect((await refusalOf('zip', withDirectoryOrder(swapped))).reason).toMatch(/something before its first entry/)
  })
})

function descriptorOf(text: string, crcError = 0): Buffer {
  const whole = zipBytes([{ name: 'x', body: text, flags: 8 }])
  const at = whole.indexOf('PK\x07\x08', 0, 'latin1') + 4
  const descriptor = Buffer.from(whole.subarray(at, at + 12))
  descriptor.writeUInt32LE((descriptor.readUInt32LE(0) ^ crcError) >>> 0, 0)
  return descriptor
}

function extraField(id: number, length: number): Buffer {
  const field = Buffer.alloc(4 + length)
  field.writeUInt16LE(id, 0)
  field.writeUInt16LE(length, 2)
  return field
}

function zip64Locator(): Buffer {
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  return locator
}

function growDirectory(bytes: number): (end: Buffer) => void {
  return (end) => end.writeUInt32LE(end.readUInt32LE(12) + bytes, 12)
}

function count(entries: number): (end: Buffer) => void {
  return (end) => {
    end.writeUInt16LE(entries, 8)
    end.writeUInt16LE(entries, 10)
  }
}

/** Moves the last record of the central directory to its front. */
function withDirectoryOrder(zip: Buffer): Buffer {
  const end = zip.subarray(-22)
  const start = end.readUInt32LE(16)
  const directory = zip.subarray(start, start + end.readUInt32LE(12))
  const last = directory.lastIndexOf('PK\x01\x02', undefined, 'latin1')
  return Buffer.concat([zip.subarray(0, start), directory.subarray(last), directory.subarray(0, last), end])
}
