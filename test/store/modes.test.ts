import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { modeOf } from '../../src/store/archive/published-tree.ts'
import { type TarEntry, tarOf, zipBytes } from '../support/archive-writer.ts'
import { gz, honestTar, honestZip, temporaryFolder, unpack } from './unpacking.ts'

const usual = process.umask()
afterEach(() => {
  process.umask(usual)
})

/** Whatever modes the archive asks for: set-id bits, everyone's, nobody's. */
const hostileTar: readonly TarEntry[] = [
  ...honestTar.map((entry, i) => ({ ...entry, mode: [0o7777, 0o0000, 0o4755, 0o0666][i % 4] ?? 0 })),
  { name: 'go/src/open/', type: '5', mode: 0o7777 },
]
const hostileZip = honestZip.map((entry) => ({ ...entry, madeBy: 0x0314, attributes: (0o106777 << 16) >>> 0 }))

/** All modes below a folder, by path. */
function modesIn(folder: string): Map<string, number> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return new Map(['', ...names].map((name) => [name, statSync(join(folder, name)).mode & 0o7777]))
}

function expectPublishedModes(goroot: string, umask: number): void {
  const modes = modesIn(goroot)
  expect(modes.size).toBeGreaterThan(20)
  for (const [path, mode] of modes) {
    const published = statSync(join(goroot, path)).isDirectory() ? 0o755 : modeOf(path)
    expect(`${path} ${mode.toString(8)}`).toBe(`${path} ${(published & ~umask).toString(8)}`)
  }
}

describe.each([0o000, 0o002, 0o022, 0o027, 0o077])('with umask %i', (umask) => {
  test('a tarball gets the published modes, whatever it asks for', async () => {
    process.umask(umask)
    expectPublishedModes((await unpack('tar.gz', gz(tarOf(hostileTar)))).goroot, umask)
  })

  test('a zip gets them too', async () => {
    process.umask(umask)
    expectPublishedModes((await unpack('zip', zipBytes(hostileZip))).goroot, umask)
  })

  test('below a folder with the set-gid bit', async () => {
    process.umask(umask)
    const goroot = folderIn((parent) => chmodSync(parent, 0o2775))
    await unpack('tar.gz', gz(tarOf(hostileTar)), { into: goroot })
    expectPublishedModes(goroot, umask)
  })

  test.skipIf(!hasDefaultAcls())('below a folder with default ACLs', async () => {
    process.umask(umask)
    const goroot = folderIn((parent) => execFileSync('setfacl', ['-d', '-m', 'u::rwx,g::rwx,o::rwx', parent]))
    await unpack('tar.gz', gz(tarOf(hostileTar)), { into: goroot })
    expectPublishedModes(goroot, umask)
  })

  test.skipIf(!hasDefaultAcls())('below a folder with default ACLs that take bits away', async () => {
    process.umask(umask)
    const goroot = folderIn((parent) => execFileSync('setfacl', ['-d', '-m', 'u::rwx,g::---,o::---', parent]))
    await unpack('zip', zipBytes(hostileZip), { into: goroot })
    expectPublishedModes(goroot, umask)
  })
})

test('the mode of a file follows cmd/distpack', () => {
  const programs = [
    'bin/go',
    'pkg/tool/linux_amd64/vet',
    'src/make.bash',
    'a.sh',
    'src/x.pl',
    'src/all.rc',
    'lib/wasm/go_js_wasm_exec',
  ]
  const others = [
    'VERSION',
    'src/bin/x',
    'pkg/include/x.h',
    'src/sh',
    'x.bash.go',
    'lib/go__exec',
    'lib/go_js_exec',
    'lib/xgo_js_wasm_exec',
    'lib/go_js_wasm_exec/x',
  ]
  expect(programs.filter((path) => modeOf(path) !== 0o755)).toEqual([])
  expect(others.filter((path) => modeOf(path) !== 0o644)).toEqual([])
})

// The releases of the Go team are what cmd/distpack makes of a tree like this one.
test.skipIf(!existsSync('/usr/local/go/src/make.bash'))('the mode of a file is that of the Go on this machine', () => {
  const goroot = '/usr/local/go'
  const names = readdirSync(goroot, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = names.map((entry) => join(entry.parentPath, entry.name).slice(goroot.length + 1))
  expect(paths.filter((path) => (statSync(join(goroot, path)).mode & 0o111) !== (modeOf(path) & 0o111))).toEqual([])
})

/** An empty folder in one that was prepared. */
function folderIn(prepare: (parent: string) => void): string {
  const parent = temporaryFolder()
  prepare(parent)
  const folder = join(parent, 'go')
  mkdirSync(folder)
  return folder
}

function hasDefaultAcls(): boolean {
  try {
    execFileSync('setfacl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('skipped: setfacl is not on this machine')
    return false
  }
}
