import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { h1OfManifest } from '../../src/verify/dirhash.ts'
import { findRealGo } from '../support/real-go.ts'
import { makeToolchain, moduleH1 } from '../support/toolchain-factory.ts'
import { GoArchives } from './go-archives.ts'
import { modulePrefix, temporaryFolder, unpack } from './unpacking.ts'

const go = findRealGo()
const packer = go && new GoArchives(go)
afterAll(() => packer && rmSync(packer.folder, { recursive: true, force: true }))

type Tree = ReadonlyMap<string, Buffer>

const segment = fc.oneof(
  fc.stringMatching(/^[a-z0-9_+@-][a-z0-9 ._+@-]{0,12}$/),
  fc.constantFrom(
    'Þfoo.go',
    '日本',
    'é',
    '.hidden',
    '...',
    'a b',
    'go.mod',
    'x'.repeat(90),
    'long'.repeat(40),
    '😀.go',
  ),
)
const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('/'))
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(0, 511, 512, 513, 1024, 300_000, 1_100_000).map((length) => Buffer.alloc(length, 'abc')),
)

/** Trees without names that clash, beside what every toolchain has. */
const tree: fc.Arbitrary<Tree> = fc.dictionary(path, contents, { maxKeys: 12 }).map((files) => {
  const all = new Map(makeToolchain('1.22.5').files.map(({ path: name, data }) => [name, data]))
  const taken = new Set([...all.keys()].flatMap(parentsAndSelf))
  for (const [name, data] of Object.entries(files)) {
    const names = parentsAndSelf(`src/${name}`)
    const isFree = names.slice(0, -1).every((parent) => !all.has(parent)) && !taken.has(`src/${name}`)
    if (!isFree || names.some((one) => clashes(one, taken))) continue
    all.set(`src/${name}`, data)
    for (const one of names) taken.add(one)
  }
  return all
})

function parentsAndSelf(name: string): string[] {
  return name.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'))
}

function clashes(name: string, taken: ReadonlySet<string>): boolean {
  return [...taken].some((other) => other !== name && other.toLowerCase() === name.toLowerCase())
}

function writeTree(folder: string, files: Tree): void {
  for (const [name, data] of files) {
    mkdirSync(join(folder, dirname(name)), { recursive: true })
    writeFileSync(join(folder, name), data)
  }
}

function readTree(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return hashes(
    new Map(
      entries.map((entry) => {
        const absolute = join(entry.parentPath, entry.name)
        return [absolute.slice(folder.length + 1), readFileSync(absolute)]
      }),
    ),
  )
}

function hashes(files: Tree): Map<string, string> {
  return new Map(
    [...files]
      .map(([name, data]): [string, string] => [name, createHash('sha256').update(data).digest('hex')])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const runs = 12

describe('any tree comes back as it was', () => {
  test.each([
    ['GNU tar, ustar', ['--format=ustar']],
    ['GNU tar, its own format', ['--format=gnu']],
    ['GNU tar, pax', ['--format=pax']],
  ])('from %s', async (_what, options) => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        // ustar has no place for names of more than 100 bytes, and none for letters outside of ASCII that all agree on.
        const kept = options[0] === '--format=ustar' ? withShortNames(files) : files
        const folder = temporaryFolder()
        writeTree(join(folder, 'go'), kept)
        const archive = execFileSync('tar', ['-C', folder, '-cz', ...options, 'go'], { maxBuffer: 1e9 })
        const { goroot, files: count } = await unpack('tar.gz', archive)
        expect(readTree(goroot)).toEqual(hashes(kept))
        expect(count).toBe(kept.size)
      }),
      { numRuns: runs },
    )
  })

  test.skipIf(!go)('from Go, as a tarball and as a module zip, with the same h1', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        if (!packer) return
        const folder = temporaryFolder()
        writeTree(folder, files)
        const tarball = await unpack('tar.gz', packer.pack('tar.gz', folder, 'go/'))
        expect(readTree(tarball.goroot)).toEqual(hashes(files))
        renameGoMods(folder)
        for (const uncovered of ['api', 'doc', 'misc', 'test']) rmSync(join(folder, uncovered), { recursive: true })
        const zip = await unpack('zip', packer.pack('zip', folder, modulePrefix))
        expect(zip.h1).toBe(tarball.h1)
        expect(zip.manifest).toBe(tarball.manifest)
        expect(h1OfManifest(zip.manifest)).toBe(zip.h1)
        expect(tarball.extra.split('\n').length - 1).toBe(tarball.files - zip.files)
      }),
      { numRuns: runs },
    )
  })

  test('of which the log says what it says', async () => {
    const toolchain = makeToolchain('1.22.5')
    const folder = temporaryFolder()
    writeTree(join(folder, 'go'), new Map(toolchain.files.map(({ path: name, data }) => [name, data])))
    const { h1 } = await unpack('tar.gz', execFileSync('tar', ['-C', folder, '-cz', 'go']))
    expect(h1).toBe(moduleH1(toolchain))
  })
})

function withShortNames(files: Tree): Tree {
  return new Map([...files].filter(([name]) => name.length < 90 && Buffer.byteLength(name) === name.length))
}

function renameGoMods(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name === 'go.mod')
      renameSync(join(entry.parentPath, 'go.mod'), join(entry.parentPath, '_go.mod'))
  }
}
