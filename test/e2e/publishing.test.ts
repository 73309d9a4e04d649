import { copyFile, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { tarOf, zipBytes } from '../support/archive-writer.ts'
import { altered } from '../support/go-faults.ts'
import type { GvProcess } from '../support/gv-process.ts'
import { type FakeToolchain, makeToolchain, sha256Hex } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectNothingInstalled, publishedTree, treeOf } from './expectations.ts'
import { gzip, h1Of, publishArchive, tarEntries, zipEntries } from './hostile-archives.ts'
import { kinds, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')

/** Runs the work with another umask, which what it starts inherits. */
function withUmask<T>(umask: number, work: () => T): T {
  const usual = process.umask(umask)
  try {
    return work()
  } finally {
    process.umask(usual)
  }
}

describe.each(kinds)('5. an archive from %s', (origin) => {
  test.each([0o022, 0o077, 0o000, 0o027])(
    'gets the published modes under umask %i, whatever modes it has',
    async (umask) => {
      const stage = await setStage(origin)
      const wild = [0o7777, 0o0000, 0o4755, 0o0666]
      const mode = (i: number) => wild[i % wild.length] ?? 0
      const archive =
        origin === 'a mirror'
          ? gzip(tarOf(tarEntries(toolchain).map((entry, i) => ({ ...entry, mode: mode(i) }))))
          : zipBytes(
              zipEntries(toolchain).map((entry, i) => ({
                ...entry,
                madeBy: 0x0314,
                attributes: ((0o100000 | mode(i)) << 16) >>> 0,
              })),
            )
      publishArchive(stage.server.site, toolchain, { archive, h1: h1Of(zipEntries(toolchain)) })
      const run = withUmask(umask, () => stage.startGv(['install', '1.22.5']))
      expect(await run.result).toMatchObject({ status: 0, stderr: '' })
      const goroot = stage.path('store/versions/go1.22.5')
      // umask 000 leaves nothing writable by others.
      expect(await treeOf(goroot)).toEqual(publishedTree(toolchain, origin, umask))
      const { uid } = await stat(goroot)
      expect(uid).toBe(process.geteuid?.())
      for (const folder of ['', 'versions', 'receipts', 'cache', 'tmp', 'locks']) {
        expect((await stat(stage.path('store', folder))).mode & 0o022, folder).toBe(0)
      }
      expect(await withUmask(umask, () => stage.gv(['verify', '1.22.5']))).toMatchObject({ status: 0 })
    },
  )
})

/** Toolchains that are not what was asked for, each with a record in the log that fits it. */
const impostors: readonly (readonly [what: string, files: FakeToolchain, says: RegExp])[] = [
  [
    'another version in VERSION',
    { ...makeToolchain('1.22.4'), version: '1.22.5' },
    /it holds "go1\.22\.4", and go1\.22\.5 was asked for/,
  ],
  [
    'a version of the same beginning',
    makeToolchain('1.22.5', { extra: { VERSION: 'go1.22.55\n' } }),
    /it holds "go1\.22\.55"/,
  ],
  [
    'a development version',
    makeToolchain('1.22.5', { extra: { VERSION: 'devel go1.22.5\n' } }),
    /it holds "devel go1\.22\.5"/,
  ],
  ['no VERSION', without('VERSION'), /it has no file VERSION/],
  ['no bin/go', without('bin/go'), /it has no file bin\/go/],
  ['no bin/gofmt', without('bin/gofmt'), /it has no file bin\/gofmt/],
  ['an empty bin/go', makeToolchain('1.22.5', { extra: { 'bin/go': '' } }), /"bin\/go" is no program for linux-amd64/],
  [
    'programs for ARM',
    makeToolchain('1.22.5', { extra: { 'bin/go': elf(0xb7) } }),
    /"bin\/go" is no program for linux-amd64/,
  ],
  [
    'programs for macOS',
    makeToolchain('1.22.5', { extra: { 'bin/gofmt': machO() } }),
    /"bin\/gofmt" is no program for linux-amd64/,
  ],
  [
    'programs for Windows',
    makeToolchain('1.22.5', { extra: { 'bin/go': 'MZ\u0090\0\u0003' } }),
    /"bin\/go" is no program for linux-amd64/,
  ],
]

function without(path: string): FakeToolchain {
  return { ...toolchain, files: toolchain.files.filter((file) => file.path !== path) }
}

/** The beginning of a program for 64-bit Linux; 0x3e stands for amd64, 0xb7 for arm64. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeUInt16LE(2, 16)
  header.writeUInt16LE(machine, 18)
  return header
}

function machO(): Buffer {
  const header = Buffer.alloc(64)
  header.writeUInt32LE(0xfeedfacf, 0)
  header.writeUInt32LE(0x0100000c, 4)
  return header
}

describe.each(kinds)('6. what %s gives', (origin) => {
  test.each(impostors)('with %s is not published, though the log knows it so', async (_what, impostor, says) => {
    const stage = await setStage(origin)
    stage.server.site.publish(impostor)
    expectFailure(await stage.gv(['install', '1.22.5']), exit.verification, says)
    await expectNothingInstalled(stage)
    stage.server.site.publish(makeToolchain('1.22.6'))
    expect(await stage.gv(['install', '1.22.6'])).toMatchObject({ status: 0, stderr: '' })
  })

  test('with real program headers is published', async () => {
    const stage = await setStage(origin)
    const real = makeToolchain('1.22.5', { extra: { 'bin/go': elf(0x3e), 'bin/gofmt': elf(0x3e) } })
    stage.server.site.publish(real)
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    expect(await treeOf(stage.path('store/versions/go1.22.5'))).toEqual(publishedTree(real, origin))
  })
})

describe.each(kinds)('7. what is hashed of %s is what is unpacked', (origin) => {
  const evil = makeToolchain('1.22.5', { extra: { 'src/fmt/print.go': 'package fmt // evil\n' } })

  test('also when another file takes the place of the download', async () => {
    const stage = await setStage(origin)
    const { run, path } = await parkedBehindDownload(stage)
    await writeFile(`${path}.evil`, evilArchive())
    await rename(`${path}.evil`, path)
    run.resume()
    expect(await run.result).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })

  test('and a download that is overwritten in place is refused', async () => {
    const stage = await setStage(origin)
    const { run, path } = await parkedBehindDownload(stage)
    await writeFile(path, evilArchive())
    run.resume()
    expectFailure(await run.result, exit.verification, /go1\.22\.5|the archive is refused/)
    await expectNothingInstalled(stage)
  })

  test('in a folder of the store that nobody else may enter, never in /tmp', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const run = withUmask(0, () => stage.startGv(['install', '1.22.5'], { parkAt: 'unpack-half' }))
    await run.parked()
    const [staging = ''] = await stage.list('store/tmp')
    expect(staging).toMatch(/^go1\.22\.5\.\d+\.[0-9a-f]{12}$/)
    for (const folder of ['store/tmp', `store/tmp/${staging}`])
      expect((await stat(stage.path(folder))).mode & 0o777).toBe(0o700)
    const downloads = await readdir(stage.path('store/cache/downloads'))
    for (const name of downloads) expect((await stat(stage.path('store/cache/downloads', name))).mode & 0o077).toBe(0)
    expect(await stage.list('tmp')).toEqual([])
    run.kill('SIGTERM')
    await run.result
  })

  test('again when it comes from the cache', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    await stage.gv(['uninstall', '1.22.5'])
    const [name = ''] = await stage.list('store/cache/archives')
    const path = stage.path('store/cache/archives', name)
    const archive = await readFile(path)
    await copyFile(path, stage.path('kept'))
    await writeFile(path, altered(archive))
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
    expect(stage.server.count(stage.archives)).toBe(2)
    expect(await readFile(path)).toEqual(archive)
  })

  test('also when the note beside the cached archive was made to fit', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    await stage.gv(['uninstall', '1.22.5'])
    const [name = '', note = ''] = await stage.list('store/cache/archives')
    const bytes = evilArchive()
    await writeFile(stage.path('store/cache/archives', name), bytes)
    const url = JSON.parse(await readFile(stage.path('store/cache/archives', note), 'utf8')).url
    const fitting = { sha256: sha256Hex(bytes), sizeBytes: bytes.length, url }
    await writeFile(stage.path('store/cache/archives', note), JSON.stringify(fitting))
    expectFailure(await stage.gv(['install', '1.22.5']), exit.verification, /is not the one that the Go team published/)
    expect(await stage.list('store/versions')).toEqual([])
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })

  function evilArchive(): Buffer {
    return origin === 'a mirror' ? gzip(tarOf(tarEntries(evil))) : zipBytes(zipEntries(evil))
  }

  /** An installation that has checked what it downloaded, and stands still. */
  async function parkedBehindDownload(stage: Stage): Promise<{ run: GvProcess; path: string }> {
    stage.server.site.publish(toolchain)
    const run = stage.startGv(['install', '1.22.5'], { parkAt: 'archive-verified' })
    await run.parked()
    const [name = ''] = await stage.list('store/cache/downloads')
    return { run, path: stage.path('store/cache/downloads', name) }
  }
})
