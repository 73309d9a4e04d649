import { readdir, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants, crc32, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import {
  paxEntry,
  type TarEntry,
  tarEntryBytes,
  tarOf,
  type ZipEntrySpec,
  zipBytes,
} from '../support/archive-writer.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectNothingInstalled } from './expectations.ts'
import { gzip, h1Of, prefixOf, publishArchive, tarEntries, zipEntries } from './hostile-archives.ts'
import { kinds, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')
const prefix = prefixOf(toolchain)
const honestH1 = h1Of(zipEntries(toolchain))

const mebibyte = 1024 * 1024
const zeros = deflateRawSync(Buffer.alloc(mebibyte), { finishFlush: constants.Z_FULL_FLUSH })
const lastBlock = Buffer.from([3, 0])

/** Ten files of 1 GiB each in a tarball of 10 MB, whose headers tell the truth. */
function tarBomb(): Buffer {
  const start = gzipPiece(Buffer.concat(tarEntries(toolchain).map((entry) => tarEntryBytes(entry))))
  const pieces = Array.from({ length: 10 }, (_, i) => [
    gzipPiece(tarEntryBytes({ name: `go/doc/zeros${i}`, size: 1024 * mebibyte })),
    ...Array.from({ length: 1024 }, () => zeros),
  ])
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
  return Buffer.concat([head, start, ...pieces.flat(), lastBlock, Buffer.alloc(8)])
}

function gzipPiece(data: Buffer): Buffer {
  return deflateRawSync(data, { finishFlush: constants.Z_FULL_FLUSH })
}

/** One entry of a zip that says 1 MiB and unpacks to 10 GiB. */
function zipBomb(): Buffer {
  const data = Buffer.concat([...Array.from({ length: 10 * 1024 }, () => zeros), lastBlock])
  const liar: ZipEntrySpec = { name: `${prefix}zeros`, data, size: mebibyte, crc: crc32(Buffer.alloc(mebibyte)) }
  return zipBytes([...zipEntries(toolchain), liar])
}

/** Ten entries that say what they are: too much all together. */
function honestZipBomb(): Buffer {
  const data = Buffer.concat([...Array.from({ length: 1024 }, () => zeros), lastBlock])
  const files = Array.from({ length: 10 }, (_, i) => ({ name: `${prefix}zeros${i}`, data, size: 1024 * mebibyte }))
  return zipBytes([...zipEntries(toolchain), ...files])
}

function many(name: (i: number) => string): TarEntry[] {
  return Array.from({ length: 60_001 }, (_, i) => ({ name: name(i) }))
}

const deep = `${'d/'.repeat(70)}x`

const attacks = {
  'a mirror': [
    { what: '10 GiB in 10 MB', archive: tarBomb, says: /1\.5 GB/ },
    {
      what: '60,001 files',
      archive: () => gzip(tarOf([...tarEntries(toolchain), ...many((i) => `go/doc/${i}`)])),
      says: /60,?000/,
    },
    {
      what: '70 folders in each other',
      archive: () =>
        gzip(tarOf([...tarEntries(toolchain), paxEntry({ path: `go/doc/${deep}` }), { name: 'go/doc/x' }])),
      says: /64 folders deep/,
    },
  ],
  'a GOPROXY': [
    { what: '10 GiB in 10 MB', archive: honestZipBomb, says: /1\.5 GB/ },
    { what: '10 GiB where its header says 1 MiB', archive: zipBomb, says: /another size than it says|1\.5 GB/ },
    {
      what: '60,001 files',
      archive: () => zipBytes([...zipEntries(toolchain), ...many((i) => `${prefix}${i}`)]),
      says: /60,?000/,
    },
    {
      what: '70 folders in each other',
      archive: () => zipBytes([...zipEntries(toolchain), { name: `${prefix}${deep}` }]),
      says: /64 folders deep/,
    },
  ],
}

describe.each(kinds)('4. an archive from %s', (origin) => {
  test.each(attacks[origin])('of $what is refused before it fills the disk', async ({ archive, says }) => {
    const stage = await setStage(origin)
    publishArchive(stage.server.site, toolchain, { archive: archive(), h1: honestH1 })
    const run = stage.startGv(['install', '1.22.5'])
    const watch = watchBytes(stage.path('store/tmp'), run.result)
    expectFailure(await run.result, exit.verification, says)
    expect(await watch).toBeLessThan(1.5e9)
    await expectNothingInstalled(stage)
    const honest = makeToolchain('1.22.6')
    stage.server.site.withdraw('1.22.5')
    stage.server.site.publish(honest)
    expect(await stage.gv(['install', '1.22.6'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, honest)
  })
})

/** The most bytes that lay in large files below a folder until the work was done. */
async function watchBytes(folder: string, work: Promise<unknown>): Promise<number> {
  let isDone = false
  const end = work.then(() => {
    isDone = true
  })
  let most = 0
  for (; !isDone; await Promise.race([sleep(100), end])) most = Math.max(most, await largeBytes(folder))
  return most
}

async function largeBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const large = entries.filter(({ name }) => name.startsWith('zeros'))
  const sizes = large.map(({ parentPath, name }) =>
    stat(`${parentPath}/${name}`).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
