import { closeSync, mkdirSync, openSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { unpackLimits } from '../../src/store/archive/limits.ts'
import { unpackArchive } from '../../src/store/archive/unpack-core.ts'
import {
  paxEntry,
  type TarEntry,
  tarEntryBytes,
  tarOf,
  type ZipEntrySpec,
  zipBytes,
} from '../support/archive-writer.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { gz, honestTar, honestZip, modulePrefix, refusalOf, temporaryFolder, toolchainId, unpack } from './unpacking.ts'

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const mebibyte = 1024 * 1024
/** Deflates to the same bytes each time, so that an archive of any size can be strung together. */
const zeros = deflateRawSync(Buffer.alloc(mebibyte), { finishFlush: constants.Z_FULL_FLUSH })
const lastBlock = Buffer.from([3, 0])

/** A gzip file of some megabytes that unpacks to many gigabytes. */
function writeBomb(path: string, start: Buffer, mebibytes: number): number {
  const fd = openSync(path, 'w')
  let size = writeSync(fd, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]))
  size += writeSync(fd, deflateRawSync(start, { finishFlush: constants.Z_FULL_FLUSH }))
  for (let i = 0; i < mebibytes; i++) size += writeSync(fd, zeros)
  size += writeSync(fd, Buffer.concat([lastBlock, Buffer.alloc(8)]))
  closeSync(fd)
  return size
}

function files(count: number, name: (i: number) => string): TarEntry[] {
  return Array.from({ length: count }, (_, i) => ({ name: name(i) }))
}

describe('an archive of 10 MB that unpacks to 10 GiB', () => {
  test.each([
    ['as one file', [{ name: 'go/zeros', size: 8 ** 11 - 1 }]],
    ['as a file whose header says less', [{ name: 'go/zeros', size: 1000 }]],
    ['behind the end of the tar stream', []],
  ])('%s is refused soon, and fills no disk', async (_how, entries) => {
    const folder = temporaryFolder()
    const path = join(folder, 'bomb')
    const start = Buffer.concat(entries.map((entry) => tarEntryBytes(entry)))
    const sizeBytes = writeBomb(path, start, 10 * 1024)
    expect(sizeBytes).toBeLessThan(12_000_000)
    mkdirSync(join(folder, 'go'))
    const before = freeBytes(folder)
    const fd = openSync(path, 'r')
    try {
      const job = {
        ...toolchainId('1.22.5'),
        fd,
        sizeBytes,
        format: 'tar.gz' as const,
        into: join(folder, 'go'),
        umask: 0o022,
      }
      await gvErrorOf('verification', () => unpackArchive(job, () => {}))
    } finally {
      closeSync(fd)
    }
    expect(before - freeBytes(folder)).toBeLessThan(unpackLimits.totalBytes + 50e6)
  })
})

describe('more than a toolchain has', () => {
  const limits = { totalBytes: 100_000, entries: 60, depth: 8 }

  test('bytes in all are counted while unpacking a tarball', async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ name: `go/f${i}`, body: Buffer.alloc(4096) }))
    const { reason } = await refusalOf('tar.gz', gz(tarOf([...honestTar, ...many])), { limits })
    expect(reason).toMatch(/unpacks to more than 0\.0001 GB/)
  })

  test('bytes of headers are counted, too', async () => {
    const many = Array.from({ length: 3 }, (_, i) => [paxEntry({ uname: 'x'.repeat(50_000) }), { name: `go/f${i}` }])
    const { reason } = await refusalOf('tar.gz', gz(tarOf([...honestTar, ...many.flat()])), { limits })
    expect(reason).toMatch(/unpacks to more than/)
  })

  test('bytes in all are counted in a zip, also when its entries lie', async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ name: `${modulePrefix}f${i}`, body: Buffer.alloc(4096) }))
    const honest = await refusalOf('zip', zipBytes([...honestZip, ...many]), { limits })
    expect(honest.reason).toMatch(/unpacks to more than/)
    const lying: ZipEntrySpec = { name: `${modulePrefix}f`, body: Buffer.alloc(8 * mebibyte), size: 10 }
    expect((await refusalOf('zip', zipBytes([...honestZip, lying]), { limits })).reason).toMatch(
      /another size than it says/,
    )
  })

  test('a zip entry is inflated no further than it claims', async () => {
    const goroot = temporaryFolder()
    const lying: ZipEntrySpec = { name: `${modulePrefix}f`, body: Buffer.alloc(64 * mebibyte), size: 2 * mebibyte }
    await refusalOf('zip', zipBytes([lying, ...honestZip]), { into: goroot })
    expect(statSync(join(goroot, 'f')).size).toBeLessThanOrEqual(2 * mebibyte)
  })

  test('a size that a header only claims is refused at once', async () => {
    const claimed = { name: 'go/f', size: 200_000 }
    expect((await refusalOf('tar.gz', gz(tarOf([claimed])), { limits })).reason).toMatch(/unpacks to more than/)
  })

  test('files, and folders that are only implied, are counted', async () => {
    for (const name of [(i: number) => `go/f${i}`, (i: number) => `go/d${i}/f`]) {
      const { reason } = await refusalOf('tar.gz', gz(tarOf([...honestTar, ...files(40, name)])), { limits })
      expect(reason).toMatch(/more than 60 entries/)
    }
    const zipped = files(60, (i) => `${modulePrefix}f${i}`)
    expect((await refusalOf('zip', zipBytes(zipped), { limits })).reason).toMatch(/more than 60 entries/)
  })

  test('levels are counted', async () => {
    const deep = (levels: number) => {
      const path = `go${'/d'.repeat(levels)}`
      return gz(tarOf([...honestTar, paxEntry({ path }), { name: 'go/d', type: '5' }]))
    }
    await unpack('tar.gz', deep(8), { limits })
    expect((await refusalOf('tar.gz', deep(9), { limits })).reason).toMatch(/more than 8 folders deep/)
    await unpack('tar.gz', deep(64))
    expect((await refusalOf('tar.gz', deep(65))).reason).toMatch(/more than 64 folders deep/)
  })

  test('is far more than any release has', () => {
    expect(unpackLimits).toMatchObject({ totalBytes: 1.5e9, entries: 60_000, depth: 64, segmentBytes: 255 })
  })

  test('a small archive is no bomb', async () => {
    const { sizeBytes } = await unpack(
      'tar.gz',
      gzipSync(tarOf([...honestTar, { name: 'go/z', body: Buffer.alloc(5e6) }])),
    )
    expect(sizeBytes).toBeGreaterThan(5e6)
  })
})
