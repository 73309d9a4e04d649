import { rmSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { GvError } from '../../src/errors.ts'
import type { UnpackedTree } from '../../src/store/unpacked-tree.ts'
import { parseManifest } from '../../src/verify/dirhash.ts'
import { nameInModule } from '../../src/verify/module-names.ts'
import {
  paxEntry,
  sealTarHeader,
  type TarEntry,
  tarEnd,
  tarEntryBytes,
  type ZipEntrySpec,
  zipBytes,
} from '../support/archive-writer.ts'
import { findRealGo } from '../support/real-go.ts'
import { type ArchiveBytes, GoArchives, type GoListing } from './go-archives.ts'
import { gz, honestTar, honestZip, modulePrefix, unpack } from './unpacking.ts'

/**
 * Never "accepted, but unlike Go's archive/tar and archive/zip" (RELIABILITY.md, 31): archives that are honest but for some
 * change are given to both. gv may refuse what Go reads; what it accepts, Go reads to its end, with the same files.
 */
const go = findRealGo()
const oracle = go && new GoArchives(go)
afterAll(() => oracle && rmSync(oracle.folder, { recursive: true, force: true }))

const seed = Date.now()
const cases = 700

/** The files by name, when gv accepts; undefined when it refuses, which has to be in its own words. */
async function ours({ format, bytes }: ArchiveBytes): Promise<Map<string, string> | undefined> {
  try {
    return filesOf(await unpack(format, bytes, { into: null }))
  } catch (error) {
    if (error instanceof GvError && error.code === 'verification') return undefined
    throw error
  }
}

function filesOf({ manifest, extra }: UnpackedTree): Map<string, string> {
  const entries = [manifest, extra].flatMap((text) => parseManifest(text) ?? [])
  return new Map(entries.map(({ name, sha256 }) => [name, sha256]))
}

/** The same of Go's listing. */
function theirs({ entries }: GoListing, format: string): Map<string, string> {
  const module = modulePrefix.slice(0, -1)
  const files = (entries ?? []).filter(({ type }) => type !== 'folder')
  return new Map(
    files.map(({ name, type, sha256 }) => [
      format === 'zip' ? name : nameInModule(module, name.replace(/^go\//, '')),
      type === 'file' ? sha256 : type,
    ]),
  )
}

async function compare(archives: readonly ArchiveBytes[]): Promise<void> {
  if (!oracle) return
  const listings = oracle.list(archives)
  expect(listings).toHaveLength(archives.length)
  let accepted = 0
  for (const [i, archive] of archives.entries()) {
    const files = await ours(archive)
    const listing = listings[i]
    if (!files || !listing) continue
    accepted++
    const place = `case ${i}, seed ${seed}`
    expect(listing.error, place).toBe('')
    expect(sorted(theirs(listing, archive.format)), place).toEqual(sorted(files))
  }
  // Neither all nor nothing is accepted: the changes are such that some matter and some do not.
  expect(accepted).toBeGreaterThan(archives.length / 50)
  expect(accepted).toBeLessThan(archives.length)
}

function sorted(files: Map<string, string>): [string, string][] {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** One change to a run of bytes; it does what it can where it does not fit. */
interface Change {
  readonly kind: 'flip' | 'set' | 'cut' | 'insert' | 'copy' | 'swap'
  readonly at: number
  readonly byte: number
  readonly length: number
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip', 'set', 'cut', 'insert', 'copy', 'swap'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x20, 0x2f, 0x30, 0x37, 0x80, 0xff)),
  length: fc.constantFrom(1, 2, 4, 8, 100, 512, 1024),
})

function apply(bytes: Buffer, { kind, at, byte, length }: Change, unit = 1): Buffer {
  const start = Math.floor((at * bytes.length) / unit) * unit
  const end = Math.min(bytes.length, start + Math.max(length, unit === 1 ? 1 : unit))
  const copy = Buffer.from(bytes)
  const part = copy.subarray(start, end)
  if (kind === 'flip') copy.writeUInt8((copy.readUInt8(start) ^ (1 << (byte & 7))) & 0xff, start)
  else if (kind === 'set') copy.writeUInt8(byte, start)
  else if (kind === 'cut') return Buffer.concat([copy.subarray(0, start), copy.subarray(end)])
  else if (kind === 'insert')
    return Buffer.concat([copy.subarray(0, start), Buffer.alloc(unit === 1 ? 1 : unit, byte), copy.subarray(start)])
  else if (kind === 'copy') return Buffer.concat([copy.subarray(0, end), part, copy.subarray(end)])
  else return Buffer.concat([copy.subarray(0, start), copy.subarray(end), part])
  return copy
}

/** A short piece of text out of what means something in names. */
const words = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      '/',
      '.',
      '..',
      'go',
      '_go.mod',
      'go.mod',
      'É',
      'e\u0301',
      '\\',
      '\0',
      ' ',
      'VERSION',
      'x'.repeat(120),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))

const records = fc.oneof(
  fc
    .dictionary(
      fc.constantFrom('path', 'size', 'mtime', 'uid', 'uname', 'linkpath', 'GNU.sparse.size', 'comment'),
      fc.oneof(words, fc.integer().map(String), fc.constant('go/pax')),
      { maxKeys: 3 },
    )
    .map((fields) => paxEntry(fields)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => paxEntry(Buffer.from(bytes))),
)

const tarEntry: fc.Arbitrary<TarEntry> = fc.oneof(
  records,
  words.map((text) => ({ name: '././@LongLink', type: 'L', body: `go/${text}\0` })),
  fc.record(
    {
      name: words.map((text) => `go/${text}`),
      type: fc.constantFrom('0', '0', '0', '5', '\0', '7', '1', 'x', 'g', 'S', 'K'),
      body: fc.string({ maxLength: 700 }),
      size: fc.integer({ min: 0, max: 2000 }),
      prefix: words,
      magic: fc.constantFrom('ustar\x0000', 'ustar  \0', ''),
    },
    { requiredKeys: ['name'] },
  ),
)

/** A header field that is written over, and the checksum set right again. */
const headerEdit = fc.record({
  entry: fc.nat(200),
  at: fc.nat(511),
  bytes: fc.oneof(fc.constantFrom('/', '\0', ' ', '7', '5', '0', 'x\0y', '\x80', 'ustar'), fc.string({ maxLength: 4 })),
})

const tarArchive: fc.Arbitrary<ArchiveBytes> = fc
  .record({
    added: fc.array(tarEntry, { maxLength: 3 }),
    place: fc.nat(honestTar.length),
    edits: fc.array(headerEdit, { maxLength: 1 }),
    blocks: fc.array(change, { maxLength: 1 }),
    bytes: fc.oneof({ weight: 5, arbitrary: fc.constant<Change[]>([]) }, fc.array(change, { maxLength: 2 })),
    packed: fc.oneof({ weight: 8, arbitrary: fc.constant<Change[]>([]) }, fc.array(change, { maxLength: 1 })),
  })
  .map(({ added, place, edits, blocks, bytes, packed }) => {
    const parts = [...honestTar.slice(0, place), ...added, ...honestTar.slice(place)].map(tarEntryBytes)
    for (const { entry, at, bytes: text } of edits) {
      const header = parts[entry % parts.length]?.subarray(0, 512)
      header?.write(text, Math.min(at, 512 - Buffer.byteLength(text)))
      if (header) sealTarHeader(header)
    }
    let tar: Buffer = Buffer.concat([...parts, tarEnd])
    if (blocks.length > 0 && blocks[0] && blocks[0].byte > 200) tar = apply(tar, blocks[0], 512)
    for (const one of bytes) tar = apply(tar, one)
    return { format: 'tar.gz' as const, bytes: packed.reduce<Buffer>((all, one) => apply(all, one), gz(tar)) }
  })

const zipEntry: fc.Arbitrary<ZipEntrySpec> = fc.record(
  {
    name: words.map((text) => `${modulePrefix}${text}`),
    body: fc.string({ maxLength: 300 }),
    method: fc.constantFrom(0, 8),
    flags: fc.constantFrom(0, 8, 0x800, 0x808, 1, 2),
    size: fc.nat(400),
    crc: fc.constant(0),
    madeBy: fc.constantFrom(20, 0x0314, 0x0a14),
    attributes: fc.constantFrom(0, 0x10, (0o100644 << 16) >>> 0, (0o120777 << 16) >>> 0, (0o040755 << 16) >>> 0),
    extra: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    offset: fc.nat(3000),
  },
  { requiredKeys: ['name'] },
)

const zipArchive: fc.Arbitrary<ArchiveBytes> = fc
  .record({
    added: fc.array(zipEntry, { maxLength: 2 }),
    changes: fc.oneof({ weight: 2, arbitrary: fc.constant<Change[]>([]) }, fc.array(change, { maxLength: 2 })),
    behind: fc.boolean(),
  })
  .map(({ added, changes, behind }) => {
    const zip = zipBytes(behind ? [...honestZip, ...added] : [...added, ...honestZip])
    return { format: 'zip' as const, bytes: changes.reduce<Buffer>((all, one) => apply(all, one), zip) }
  })

describe.skipIf(!go)('what gv accepts, Go reads alike', () => {
  test('of tarballs', async () => {
    await compare(fc.sample(tarArchive, { numRuns: cases, seed }))
  })

  test('of module zips', async () => {
    await compare(fc.sample(zipArchive, { numRuns: cases, seed }))
  })
})

describe('bytes that mean nothing', () => {
  test('are refused, and never crash', async () => {
    const honest = gunzipSync(gz(Buffer.concat([...honestTar.map(tarEntryBytes), tarEnd])))
    for (const bytes of fc.sample(fc.uint8Array({ maxLength: 3000 }), { numRuns: 200, seed })) {
      const noise = Buffer.from(bytes)
      expect(await ours({ format: 'zip', bytes: noise })).toBeUndefined()
      expect(await ours({ format: 'tar.gz', bytes: noise })).toBeUndefined()
      expect(await ours({ format: 'tar.gz', bytes: gz(noise) })).toBeUndefined()
      expect(
        await ours({ format: 'tar.gz', bytes: gz(Buffer.concat([honest.subarray(0, 2048), noise])) }),
      ).toBeUndefined()
    }
  })
})
