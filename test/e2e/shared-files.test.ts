import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectInstalled, publishedTree, treeOf } from './expectations.ts'
import { kinds, type Stage, setStage } from './stage.ts'
import { alice, canBeRoot, expectRootsTree, setSystemStage } from './system-stage.ts'

/** Larger than what archives are read by, so that it comes in pieces. */
const large = Buffer.alloc(3_000_000, 'the same in both\n')
const half = Buffer.concat([large.subarray(0, 2_000_000), Buffer.alloc(1_000_000, 'another end\n')])
const both = { 'src/lib/same.go': 'package lib\n', 'src/large.go': large, 'src/empty.go': '' }
const older = makeToolchain('1.22.5', { extra: { ...both, 'src/half.go': large, 'src/long.go': large } })
const newer = makeToolchain('1.22.6', {
  extra: { ...both, 'src/half.go': half, 'src/long.go': large.subarray(0, 2_500_000) },
})
/** The same in both, and other than in the other. */
const same = ['src/lib/same.go', 'src/large.go', 'src/empty.go']
const other = ['VERSION', 'bin/go', 'src/half.go', 'src/long.go']

async function stageWith(
  origin: Stage['origin'],
  config = '',
): Promise<Stage & { at(version: string, path: string): string }> {
  const stage = await setStage(origin)
  for (const each of [older, newer]) stage.server.site.publish(each)
  if (config) await stage.write('store/config.toml', config)
  return { ...stage, at: (version, path) => stage.path('store/versions', `go${version}`, path) }
}

const inode = (path: string) => lstatSync(path).ino

describe.each(kinds)('files that are the same in two toolchains from %s', (origin) => {
  test('are stored once, and each tree is as published', async () => {
    const stage = await stageWith(origin)
    for (const version of ['1.22.5', '1.22.6'])
      expect(await stage.gv(['install', version])).toMatchObject({ status: 0, stderr: '' })
    for (const path of same) expect(inode(stage.at('1.22.6', path)), path).toBe(inode(stage.at('1.22.5', path)))
    for (const path of other) expect(inode(stage.at('1.22.6', path)), path).not.toBe(inode(stage.at('1.22.5', path)))
    for (const each of [older, newer]) await expectInstalled(stage, each)
    expect(await stage.gv(['verify', '--all'])).toMatchObject({ status: 0, stderr: '' })
    const rows = (await stage.gv(['list', '--size', '--json'])).json() as { sizeBytes: number; ownBytes: number }[]
    for (const { sizeBytes, ownBytes } of rows) {
      expect(sizeBytes).toBeGreaterThan(8_500_000)
      // large.go is not its own.
      expect(sizeBytes - ownBytes).toBeGreaterThan(3_000_000)
      expect(sizeBytes - ownBytes).toBeLessThan(3_100_000)
    }
    const line = String.raw`.*; \d+\.\d MB, \d+\.\d MB of its own\n`
    const sizes = new RegExp(`^ {2}1\\.22\\.6 ${line} {2}1\\.22\\.5 ${line}(\\S+) MB in all, (\\S+) MB on the disk\n$`)
    const [, all, real] = sizes.exec((await stage.gv(['list', '--size'])).stdout) ?? []
    expect(Number(all) - Number(real)).toBeCloseTo(3, 0)
    await stage.gv(['uninstall', '1.22.5'])
    await expectInstalled(stage, newer)
    expect(lstatSync(stage.at('1.22.6', 'src/large.go')).nlink).toBe(1)
  })

  test.each(['dedupe = false', 'dedupe = "reflink"'])(
    'are stored twice with %s, where the file system knows hard links only',
    async (config) => {
      const stage = await stageWith(origin, `${config}\n`)
      for (const version of ['1.22.5', '1.22.6'])
        expect(await stage.gv(['install', version])).toMatchObject({ status: 0 })
      for (const path of same) expect(inode(stage.at('1.22.6', path)), path).not.toBe(inode(stage.at('1.22.5', path)))
      await expectInstalled(stage, newer)
    },
  )

  test('are found wrong in both when one is written to; a repair restores each, and writes through to none', async () => {
    const stage = await stageWith(origin)
    for (const version of ['1.22.5', '1.22.6']) await stage.gv(['install', version])
    const print = 'src/lib/same.go'
    appendFileSync(stage.at('1.22.5', print), 'evil')
    for (const version of ['1.22.5', '1.22.6']) {
      const found = await stage.gv(['verify', version])
      expect(found).toMatchObject({
        status: exit.verification,
        stdout: expect.stringMatching(/changed {2}src\/lib\/same\.go/),
      })
    }
    expect(await stage.gv(['verify', '--repair', '1.22.6'])).toMatchObject({ status: 0 })
    expect(readFileSync(stage.at('1.22.5', print), 'utf8')).toMatch(/evil$/)
    await expectInstalled(stage, newer)
    expect(inode(stage.at('1.22.6', print))).not.toBe(inode(stage.at('1.22.5', print)))
    expect(await stage.gv(['verify', '--repair', '1.22.5'])).toMatchObject({ status: 0 })
    for (const each of [older, newer]) await expectInstalled(stage, each)
  })

  test.each<[string, (at: (path: string) => string) => void]>([
    ['was written to since', (at) => appendFileSync(at('src/lib/same.go'), 'evil')],
    [
      'was written to without growing',
      (at) => writeFileSync(at('src/lib/same.go'), readFileSync(at('src/lib/same.go')).fill('x')),
    ],
    ['was cut', (at) => truncateSync(at('src/large.go'), 2_999_999)],
    ['has another mode', (at) => chmodSync(at('src/lib/same.go'), 0o666)],
    ['is a link now', (at) => moveBehindLink(at('src/lib/same.go'))],
    ['lies behind a link now', (at) => moveBehindLink(at('src/lib'))],
    ['is a folder now', (at) => execFileSync('sh', ['-c', 'rm "$1"; mkdir "$1"', 'sh', at('src/lib/same.go')])],
    ['is gone', (at) => rmSync(at('src'), { recursive: true })],
  ])('is not shared when it %s: the new tree is as published', async (_what, change) => {
    const stage = await stageWith(origin)
    await stage.gv(['install', '1.22.5'])
    change((path) => stage.at('1.22.5', path))
    expect(await stage.gv(['install', '1.22.6'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, newer)
    expect(await stage.gv(['verify', '1.22.6'])).toMatchObject({ status: 0, stderr: '' })
  })
})

function moveBehindLink(path: string): void {
  renameSync(path, `${path}.moved`)
  symlinkSync(`${path}.moved`, path)
}

test.skipIf(!canBeRoot)("another user's files are not shared, in whatever store they lie", async () => {
  const stage = await setSystemStage()
  for (const each of [older, newer]) stage.server.site.publish(each)
  await stage.gv(['install', '--system', '1.22.5'])
  execFileSync('chown', [String(alice), join(stage.systemRoot, 'go1.22.5/src/lib/same.go')])
  await stage.gv(['install', '--system', '1.22.6'])
  expectRootsTree(join(stage.systemRoot, 'go1.22.6'))
  const inStore = (version: string, path: string) => inode(join(stage.systemRoot, `go${version}`, path))
  expect(inStore('1.22.6', 'src/large.go')).toBe(inStore('1.22.5', 'src/large.go'))
  expect(inStore('1.22.6', 'src/lib/same.go')).not.toBe(inStore('1.22.5', 'src/lib/same.go'))
  // Root's configuration of that store, not the user's, has a say.
  await stage.gv(['uninstall', '--system', '1.22.6'])
  await stage.write('opt/go/.gv/config.toml', 'dedupe = false\n')
  await stage.gv(['install', '--system', '1.22.6'])
  expect(inStore('1.22.6', 'src/large.go')).not.toBe(inStore('1.22.5', 'src/large.go'))
})

/** A file system that stores data copy-on-write, in a file; undefined where it cannot be made. */
function mountBtrfs(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'gv-btrfs-'))
  const image = `${folder}.img`
  try {
    execFileSync('truncate', ['-s', '256M', image])
    execFileSync('mkfs.btrfs', ['-q', image], { stdio: 'ignore' })
    execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'ignore' })
  } catch {
    rmSync(image, { force: true })
    rmdirSync(folder)
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
    rmSync(image)
    rmdirSync(folder)
  })
  return folder
}

const canMountBtrfs =
  canBeRoot && execFileSync('sh', ['-c', 'command -v mkfs.btrfs || true'], { encoding: 'utf8' }) !== ''

describe.skipIf(!canMountBtrfs)('on a file system that stores data copy-on-write', () => {
  test('what is the same takes no room, and a write to one leaves the other alone', async ({ skip }) => {
    const disk = mountBtrfs()
    if (disk === undefined) return skip('no btrfs can be mounted here')
    const stage = await setStage('a mirror', { in: disk })
    const used = () => {
      execFileSync('sync', ['-f', disk])
      return Number(execFileSync('df', ['--output=used', '-B1', disk], { encoding: 'utf8' }).split('\n')[1])
    }
    for (const each of [older, newer]) stage.server.site.publish(each)
    await stage.gv(['install', '1.22.5'])
    const before = used()
    expect(await stage.gv(['install', '1.22.6'])).toMatchObject({ status: 0, stderr: '' })
    // half.go and long.go are its own, and what it was installed from.
    expect(used() - before).toBeLessThan(7_500_000)
    expect(readdirSync(stage.path('store/tmp'))).toEqual([])
    for (const each of [older, newer]) await expectInstalled(stage, each)
    const [one, two] = ['1.22.5', '1.22.6'].map((version) =>
      stage.path('store/versions', `go${version}`, 'src/large.go'),
    )
    expect(inode(one ?? '')).not.toBe(inode(two ?? ''))
    expect(execFileSync('filefrag', ['-v', one ?? ''], { encoding: 'utf8' })).toMatch(/shared/)
    appendFileSync(one ?? '', 'evil')
    expect(await treeOf(stage.path('store/versions/go1.22.6'))).toEqual(publishedTree(newer, 'a mirror'))
  })
})
