import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'
import { exit, expectFailure, publishedTree, treeOf } from './expectations.ts'
import { kinds } from './stage.ts'
import { alice, bob, canBeRoot, expectRootsTree, ownersBelow, setSystemStage, umask } from './system-stage.ts'

const toolchain = makeToolchain('1.22.5')

describe.skipIf(!canBeRoot).each(kinds)('gv install --system from %s', (origin) => {
  test('and gv use --system give a Go to users who have no gv', async () => {
    const stage = await setSystemStage(origin)
    stage.server.site.publish(toolchain)
    expect(await stage.gv(['install', '--system', '1.22.5'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^go1\.22\.5 installed in .*, proven by the checksum database: .*\/opt\/go\/go1\.22\.5\n$/,
      ),
      stderr: '',
    })
    expect(await stage.gv(['use', '--system', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    expect(readlinkSync(stage.link)).toBe(`${stage.systemRoot}/go1.22.5`)
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv', 'go1.22.5'])
    expect(await treeOf(join(stage.systemRoot, 'go1.22.5'))).toEqual(publishedTree(toolchain, origin, 0o022))
    const asNobody = ['--reuid=47111', '--regid=47111', '--clear-groups', `${stage.link}/bin/go`, 'version']
    expect(execFileSync('setpriv', asNobody, { encoding: 'utf8' })).toBe('go version go1.22.5 linux/amd64\n')
    // The user's store of whoever ran it is not touched.
    expect(existsSync(stage.store)).toBe(false)
  })

  test.each(['000', '022', '077', '777'])('has modes and owners of its own under umask %s', async (mask) => {
    const stage = await setSystemStage(origin)
    stage.server.site.publish(toolchain)
    expect(await stage.gv(['install', '--system', '1.22.5'], { through: umask(mask) })).toMatchObject({ status: 0 })
    expect(await stage.gv(['use', '--system', '1.22.5'], { through: umask(mask) })).toMatchObject({ status: 0 })
    expectRootsTree(join(stage.systemRoot, 'go1.22.5'))
    expectOwnFolders(stage.systemRoot)
  })

  test('has them also below set-gid folders and default ACLs, and under another group', async () => {
    const stage = await setSystemStage(origin)
    stage.server.site.publish(toolchain)
    chownSync(stage.path('opt'), 0, bob)
    chmodSync(stage.path('opt'), 0o2755)
    execFileSync('setfacl', ['-d', '-m', `u:${bob}:rwx,g:${bob}:rwx,o::rwx`, stage.path('opt')])
    const asGroup = ['setpriv', '--regid=47112', '--clear-groups', ...umask('000')]
    expect(await stage.gv(['install', '--system', '1.22.5'], { through: asGroup })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expectRootsTree(join(stage.systemRoot, 'go1.22.5'))
    expectOwnFolders(stage.systemRoot)
    for (const path of ['go1.22.5/bin/go', 'go1.22.5/src', '.gv/receipts', '.gv/receipts/go1.22.5.json']) {
      const write = ['--reuid=47112', '--regid=47112', '--clear-groups', 'test', '-w', join(stage.systemRoot, path)]
      expect(() => execFileSync('setpriv', write), path).toThrow()
    }
  })
})

/** Nobody but root writes to gv's own part of the store, and what is not for reading cannot be read. */
function expectOwnFolders(root: string): void {
  for (const line of ownersBelow(root)) expect(line).toMatch(/^0:0 (?:7[05][05]|6[04][04]) /)
  for (const name of ['cache', 'locks', 'tmp'])
    expect(statSync(join(root, '.gv', name)).mode & 0o7777, name).toBe(0o700)
  expect(statSync(join(root, '.gv/receipts')).mode & 0o7777).toBe(0o755)
  expect(readdirSync(join(root, '.gv/tmp'))).toEqual([])
}

describe.skipIf(!canBeRoot)('the system store', () => {
  test('is changed by root alone: others are told the command, and nobody is asked', async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    for (const command of ['install', 'use', 'uninstall']) {
      const failed = await stage.gvAs(alice, [command, '--system', '1.22.5'])
      expectFailure(
        failed,
        exit.storage,
        new RegExp(`only root may.*\nhint: sudo gv ${command} --system 1\\.22\\.5\n$`),
      )
    }
    expect(stage.server.seen).toEqual([])
    await stage.gv(['install', '--system', '1.22.5'])
    stage.server.reset()
    expect(await stage.gvAs(alice, ['install', '--system', '1.22.5'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/is already installed/),
    })
    expectFailure(
      await stage.gvAs(alice, ['verify', '--repair', '1.22.5', '--system']),
      exit.storage,
      /hint: sudo gv verify --repair --system 1\.22\.5/,
    )
    expect(stage.server.seen).toEqual([])
  })

  test("is used by a user's gv, which does not fetch the same again", async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    stage.server.site.publish(makeToolchain('1.21.13'))
    await stage.gv(['use', '--system', '1.22.5'])
    stage.server.reset()
    const asAlice = (...args: string[]) => stage.gvAs(alice, args)
    expect(await asAlice('install', '1.22.5')).toMatchObject({
      status: 0,
      stdout: `go1.22.5 is there already, in the system store: ${stage.systemRoot}/go1.22.5\n`,
      stderr: '',
    })
    expect(await asAlice('exec', '1.22.5', 'go', 'version')).toMatchObject({
      stdout: 'go version go1.22.5 linux/amd64\n',
    })
    expect((await asAlice('which', 'gofmt', '1.22')).stdout).toBe(`${stage.systemRoot}/go1.22.5/bin/gofmt\n`)
    expect(await asAlice('verify', '1.22.5')).toMatchObject({ status: 0, stderr: '' })
    expect(await asAlice('verify', '--all', '--system')).toMatchObject({ status: 0, stderr: '' })
    expect((await asAlice('current', '--json')).json()).toMatchObject({ version: '1.22.5', source: 'system' })
    expect(stage.server.seen).toEqual([])
    await asAlice('install', '1.21.13')
    expect((await asAlice('list')).stdout).toBe(
      `  1.21.13  proven by the checksum database\n* 1.22.5   proven by the checksum database; of all users: ${stage.systemRoot}/go1.22.5\n`,
    )
    const rows = (await asAlice('list', '--json')).json()
    expect(rows).toEqual([
      expect.objectContaining({ version: '1.21.13', store: 'user', default: false }),
      expect.objectContaining({
        version: '1.22.5',
        store: 'system',
        default: true,
        goroot: `${stage.systemRoot}/go1.22.5`,
      }),
    ])
    expect((await asAlice('list', '--system', '--json')).json()).toMatchObject([{ version: '1.22.5' }])
    // What it lists and runs, it cannot change.
    expectFailure(await asAlice('uninstall', '1.22.5'), exit.noSuchVersion, /is not installed/)
    expect(await asAlice('reshim')).toMatchObject({ status: 0 })
    expect(readdirSync(stage.path('home-alice/.gv/shims'))).toEqual(['go', 'go1.21.13', 'go1.22.5', 'gofmt'])
  })

  test("is where a user's shims find what the project asks for, by every name, and what the link leads to", async () => {
    const stage = await setSystemStage()
    const other = makeToolchain('1.21.13')
    for (const each of [toolchain, other]) stage.server.site.publish(each)
    await stage.gv(['install', '--system', '1.21.13'])
    await stage.gv(['use', '--system', '1.22.5'])
    await stage.gvAs(alice, ['reshim'])
    stage.server.reset()
    const home = stage.path('home-alice')
    const env = {
      ...stage.env,
      GV_SYSTEM_ROOT: stage.systemRoot,
      GV_SYSTEM_LINK: stage.link,
      HOME: home,
      GV_ROOT: join(home, '.gv'),
    }
    const shim = (name: string, ...args: string[]) =>
      execFileSync(
        'setpriv',
        ['--reuid=47111', '--regid=47111', '--clear-groups', join(home, '.gv/shims', name), ...args],
        {
          env,
          cwd: home,
          encoding: 'utf8',
        },
      )
    expect(shim('go', 'version')).toBe('go version go1.22.5 linux/amd64\n')
    expect(shim('go', '+1.21', 'version')).toBe('go version go1.21.13 linux/amd64\n')
    expect(shim('go1.21.13', 'version')).toBe('go version go1.21.13 linux/amd64\n')
    await stage.write('home-alice/.tool-versions', 'golang 1.21.13\n')
    expect(shim('go', 'version')).toBe('go version go1.21.13 linux/amd64\n')
    expect(stage.server.seen).toEqual([])
  })

  test('is checked, repaired and uninstalled', async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '--system', '1.22.5'])
    const file = join(stage.systemRoot, 'go1.22.5/src/fmt/print.go')
    execFileSync('sh', ['-c', `echo evil >> '${file}'; chmod 666 '${file}'`])
    expect(await stage.gvAs(alice, ['verify', '1.22.5'])).toMatchObject({
      status: exit.verification,
      stdout: expect.stringMatching(/changed {2}src\/fmt\/print\.go/),
    })
    expect(await stage.gv(['verify', '--repair', '--system', '1.22.5'], { through: umask('077') })).toMatchObject({
      status: 0,
    })
    expectRootsTree(join(stage.systemRoot, 'go1.22.5'))
    expect(await stage.gv(['uninstall', '--system', '1.22.5'])).toMatchObject({ status: 0 })
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv'])
    expect(readdirSync(join(stage.systemRoot, '.gv/receipts'))).toEqual([])
  })
})

describe.skipIf(!canBeRoot)('27. the way to the system store', () => {
  test.each<[string, (stage: { path(...names: string[]): string }) => void, RegExp]>([
    [
      'a folder above it that everyone may write to',
      ({ path }) => chmodSync(path('opt'), 0o777),
      /opt": everyone may write to it/,
    ],
    ['one that a group may write to', ({ path }) => chmodSync(path('opt'), 0o775), /opt": group 0 may write to it/],
    ['one of another user', ({ path }) => chownSync(path('opt'), alice, alice), /opt": it belongs to user 47111/],
    [
      'the store itself, of another user',
      ({ path }) => {
        mkdirSync(path('opt/go'))
        chownSync(path('opt/go'), alice, 0)
      },
      /opt\/go": it belongs to user 47111/,
    ],
    [
      'an ACL that lets another write',
      ({ path }) => void execFileSync('setfacl', ['-m', `u:${bob}:rwx`, path('opt')]),
      /opt": group 0 may write to it/,
    ],
    [
      "a link that leads into another's folder",
      ({ path }) => {
        mkdirSync(path('theirs'))
        chownSync(path('theirs'), alice, alice)
        symlinkSync(path('theirs'), path('opt/go'))
      },
      /theirs": it belongs to user 47111/,
    ],
    [
      "another's link",
      ({ path }) => {
        symlinkSync(path('local'), path('opt/go'))
        execFileSync('chown', ['-h', String(alice), path('opt/go')])
      },
      /opt\/go": it belongs to user 47111/,
    ],
    ['a link that leads to itself', ({ path }) => symlinkSync(path('opt/go'), path('opt/go')), /too many links/],
    [
      "gv's own folder in it, of another user",
      ({ path }) => {
        mkdirSync(path('opt/go/.gv/tmp'), { recursive: true })
        chownSync(path('opt/go/.gv/tmp'), alice, alice)
      },
      /\.gv\/tmp": it belongs to user 47111/,
    ],
  ])('is refused for %s, which is named, before anything is made or asked for', async (_what, prepare, says) => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    prepare(stage)
    expectFailure(await stage.gv(['install', '--system', '1.22.5']), exit.storage, says)
    expect(stage.server.seen).toEqual([])
    expect(existsSync(join(stage.systemRoot, 'go1.22.5'))).toBe(false)
  })

  test('may lead through a sticky folder like /tmp, and a link of root', async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    chmodSync(stage.path('opt'), 0o1777)
    mkdirSync(stage.path('elsewhere'))
    symlinkSync(stage.path('elsewhere'), stage.systemRoot)
    expect(await stage.gv(['install', '--system', '1.22.5'])).toMatchObject({ status: 0 })
    expectRootsTree(stage.path('elsewhere/go1.22.5'))
  })

  test('is refused for a folder of the link that others may write to, a sticky one too', async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    for (const mode of [0o777, 0o1777]) {
      chmodSync(stage.path('local'), mode)
      expectFailure(await stage.gv(['use', '--system', '1.22.5']), exit.storage, /local": everyone may write to it/)
      expect(lstatSync(stage.link, { throwIfNoEntry: false })).toBeUndefined()
    }
    expect(stage.server.seen).toEqual([])
  })

  test("has to be root's in a toolchain too, that was put there by hand: it is neither linked nor run", async () => {
    const stage = await setSystemStage()
    await writeTree(toolchain, join(stage.systemRoot, 'go1.22.5'))
    const byHand = join(stage.systemRoot, 'go1.22.5/src/fmt/print.go')
    chownSync(byHand, alice, 0)
    expectFailure(
      await stage.gv(['use', '--system', '1.22.5']),
      exit.storage,
      /src\/fmt\/print\.go": it belongs to user 47111.*\nhint: sudo chown root \S+print\.go, or/,
    )
    expect(existsSync(stage.link)).toBe(false)
    chownSync(byHand, 0, 0)
    expect(await stage.gv(['use', '--system', '1.22.5'])).toMatchObject({ status: 0 })
    chownSync(join(stage.systemRoot, 'go1.22.5'), alice, 0)
    const listed = await stage.gvAs(bob, ['list'])
    expect(listed).toMatchObject({
      stdout: expect.stringMatching(/^no Go/),
      stderr: expect.stringMatching(/go1\.22\.5 was passed over: it belongs/),
    })
  })

  test('that is no path is passed over with a word, and keeps nobody from the own store', async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    const env = { GV_SYSTEM_ROOT: 'opt/go' }
    expect(await stage.gvAs(alice, ['install', '1.22.5'], { env })).toMatchObject({ status: 0 })
    expect((await stage.gvAs(alice, ['exec', '1.22.5', 'go', 'version'], { env })).stdout).toMatch(/go1\.22\.5/)
    expectFailure(await stage.gv(['install', '--system', '1.22.5'], { env }), exit.usage, /GV_SYSTEM_ROOT is "opt\/go"/)
  })

  test('is not looked at by a user when others could have changed it', async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '--system', '1.22.5'])
    chmodSync(stage.systemRoot, 0o777)
    const listed = await stage.gvAs(alice, ['list'])
    expect(listed).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^no Go/),
      stderr: expect.stringMatching(/passed over: anyone may write/),
    })
  })
})
