import { appendFile, chmod, cp, lstat, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, publishedTree, treeOf } from './expectations.ts'
import { closeStage, kinds, openStage, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')

/** What may happen to a tree, and how `gv verify` names it. */
const damages: readonly (readonly [what: string, line: RegExp, damage: (goroot: string) => Promise<void>])[] = [
  ['a flipped byte', /^ {2}changed +src\/fmt\/print\.go$/m, async (goroot) => flipByte(`${goroot}/src/fmt/print.go`)],
  ['a flipped byte in a program', /^ {2}changed +bin\/go$/m, async (goroot) => flipByte(`${goroot}/bin/go`)],
  ['a file that is gone', /^ {2}missing +src\/fmt\/print\.go$/m, async (goroot) => rm(`${goroot}/src/fmt/print.go`)],
  [
    'a folder that is gone',
    /^ {2}missing +src\/fmt\/print\.go$/m,
    async (goroot) => rm(`${goroot}/src/fmt`, { recursive: true }),
  ],
  [
    'a file too many',
    /^ {2}added +src\/fmt\/evil\.go$/m,
    async (goroot) => writeFile(`${goroot}/src/fmt/evil.go`, 'package fmt\n'),
  ],
  ['an empty file too many', /^ {2}added +evil$/m, async (goroot) => writeFile(`${goroot}/evil`, '')],
  [
    'a link too many',
    /^ {2}added +src\/link \(a symbolic link\)$/m,
    async (goroot) => symlink('/etc', `${goroot}/src/link`),
  ],
  [
    'another mode of a program',
    /^ {2}mode +bin\/go \(0644, not 0755\)$/m,
    async (goroot) => chmod(`${goroot}/bin/go`, 0o644),
  ],
  [
    'another mode of a file',
    /^ {2}mode +VERSION \(0666, not 0644\)$/m,
    async (goroot) => chmod(`${goroot}/VERSION`, 0o666),
  ],
  ['a set-id bit', /^ {2}mode +bin\/go \(4755, not 0755\)$/m, async (goroot) => chmod(`${goroot}/bin/go`, 0o4755)],
  [
    'a folder that everyone may write',
    /^ {2}mode +src \(0777, not 0755\)$/m,
    async (goroot) => chmod(`${goroot}/src`, 0o777),
  ],
  [
    'a file that became a link to the same bytes',
    /^ {2}type +VERSION \(a symbolic link\)$/m,
    async (goroot) => {
      await cp(`${goroot}/VERSION`, `${goroot}/../../same`)
      await rm(`${goroot}/VERSION`)
      await symlink(`${goroot}/../../same`, `${goroot}/VERSION`)
    },
  ],
]

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await writeFile(path, bytes)
}

async function installed(origin: Stage['origin']): Promise<Stage> {
  const stage = await setStage(origin)
  stage.server.site.publish(toolchain)
  await stage.gv(['install', '1.22.5'])
  stage.server.reset()
  return stage
}

describe.each(kinds)('17. gv verify of what came from %s', (origin) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    stage.server.reset()
  })
  afterAll(() => closeStage(stage))

  test.each(damages)('names %s, and --repair takes back exactly that', async (_what, line, damage) => {
    const goroot = stage.path('store/versions/go1.22.5')
    const before = await filesOf(goroot)
    await damage(goroot)
    const found = await stage.gv(['verify', '1.22.5'])
    expect(found).toMatchObject({ status: exit.verification, stderr: '' })
    expect(found.stdout).toMatch(/^go1\.22\.5 linux-amd64 is NOT as published: [12] differences?:/)
    expect(found.stdout).toMatch(line)
    expect(found.elapsedMs).toBeLessThan(3000)
    const repaired = await stage.gv(['verify', '--repair', '1.22.5'])
    expect(repaired).toMatchObject({ status: 0, stderr: '' })
    expect(repaired.stdout).toMatch(/^go1\.22\.5 linux-amd64: [12] repaired\n/)
    expect(repaired.stdout).toMatch(line)
    expect(await treeOf(goroot)).toEqual(publishedTree(toolchain, origin))
    const after = await filesOf(goroot)
    const named = found.stdout.split('\n').map((text) => text.trim().split(/ +/)[1])
    for (const path of Object.keys(before)) if (!named.includes(path)) expect(after[path], path).toBe(before[path])
    expect(await stage.list('store/tmp')).toEqual([])
    // The archive was kept.
    expect(stage.server.seen).toEqual([])
  })
})

describe.each(kinds)('17. gv verify of what came from %s', (origin) => {
  test('finds nothing, by the receipt alone', async () => {
    const stage = await installed(origin)
    const offline = { env: { GV_OFFLINE: '1' } }
    expect(await stage.gv(['verify', '1.22.5'], offline)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^go1\.22\.5 linux-amd64: every file/),
    })
    expect((await stage.gv(['verify', '--all', '--json'], offline)).json()).toEqual([
      expect.objectContaining({ version: '1.22.5', ok: true, against: 'receipt', differences: [], problem: null }),
    ])
    expect(stage.server.seen).toEqual([])
  })

  test('repairs from the network where the archive was not kept', async () => {
    const stage = await installed(origin)
    await rm(stage.path('store/cache'), { recursive: true })
    await flipByte(stage.path('store/versions/go1.22.5/bin/go'))
    expect(await stage.gv(['verify', '--repair', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
    expect(stage.server.count(stage.archives)).toBe(1)
  })

  test('does not take another archive for a repair', async () => {
    const stage = await installed(origin)
    await rm(stage.path('store/cache'), { recursive: true })
    await flipByte(stage.path('store/versions/go1.22.5/bin/go'))
    const damaged = await treeOf(stage.path('store/versions/go1.22.5'))
    stage.server.site.withdraw('1.22.5')
    stage.server.site.publish(makeToolchain('1.22.5', { extra: { 'src/fmt/print.go': 'evil' } }), { unlogged: true })
    const failed = await stage.gv(['verify', '--repair', '1.22.5'])
    expectFailure(failed, exit.verification, /go1\.22\.5 cannot be repaired from .*not the one that was installed/)
    expect(await treeOf(stage.path('store/versions/go1.22.5'))).toEqual(damaged)
    expect(await stage.list('store/tmp')).toEqual([])
  })

  test('checks any other GOROOT by the log, and names files with the help of the archive', async () => {
    const stage = await installed(origin)
    const copy = stage.path('copy')
    await cp(stage.path('store/versions/go1.22.5'), copy, { recursive: true })
    await rm(stage.store, { recursive: true })
    expect(await stage.gv(['verify', copy])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/as the checksum database has it/),
    })
    await flipByte(`${copy}/bin/go`)
    await appendFile(`${copy}/go.env`, 'GOFLAGS=-mod=mod\n')
    const found = await stage.gv(['verify', copy])
    expect(found.status).toBe(exit.verification)
    expect(found.stdout).toMatch(/2 differences:.*\n {2}changed +bin\/go\n {2}changed +go\.env\n$/)
    expectFailure(await stage.gv(['verify', '--repair', copy]), exit.usage, /gv repairs only what it installed/)
  })

  test('does not believe a receipt that was tampered with', async () => {
    const stage = await installed(origin)
    const path = stage.path('store/receipts/go1.22.5.h1')
    await flipByte(stage.path('store/versions/go1.22.5/bin/go'))
    const sum = (await treeOf(stage.path('store/versions/go1.22.5')))['bin/go']?.split(' ')[1] ?? ''
    const manifest = await readFile(path, 'utf8')
    await writeFile(path, manifest.replace(/^[0-9a-f]{64}(?= {2}\S+\/bin\/go$)/m, sum))
    expectFailure(await stage.gv(['verify', '1.22.5']), exit.storage, /the receipt of go1\.22\.5 cannot be used/)
    await rm(path)
    expectFailure(await stage.gv(['verify', '1.22.5']), exit.storage, /the receipt of go1\.22\.5 cannot be used/)
    await rm(stage.path('store/receipts'), { recursive: true })
    // Without a receipt the log itself is asked.
    const found = await stage.gv(['verify', '1.22.5'])
    expect(found).toMatchObject({
      status: exit.verification,
      stdout: expect.stringMatching(/changed +bin\/go/),
    })
  })
})

/** The number of each file, which another file in its place would not have. */
async function filesOf(goroot: string): Promise<Record<string, number>> {
  const entries = await readdir(goroot, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`)
  const known = await Promise.all(paths.map(async (path) => [relative(goroot, path), (await lstat(path)).ino] as const))
  return Object.fromEntries(known)
}

test('gv verify says what it does not understand', async () => {
  const stage = await setStage('a mirror')
  expectFailure(await stage.gv(['verify']), exit.usage, /what is to be verified\?|no Go/)
  expectFailure(await stage.gv(['verify', './nowhere']), exit.usage, /"\.\/nowhere" is not a folder/)
  expectFailure(await stage.gv(['verify', '.']), exit.verification, /is not a GOROOT: it has no VERSION file/)
  expectFailure(await stage.gv(['verify', '1.22.5']), exit.noSuchVersion, /Go "1\.22\.5" is not installed/)
})
