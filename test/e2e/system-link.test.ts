import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'
import { exit, expectFailure, publishedTree, treeOf } from './expectations.ts'
import { alice, canBeRoot, expectRootsTree, type SystemStage, setSystemStage } from './system-stage.ts'

const old = makeToolchain('1.21.13')
const toolchain = makeToolchain('1.22.5')

/** A stage with a Go at the place of the link, as its tarball leaves it there. */
async function withStandingGo(change: (folder: string) => void = () => {}): Promise<SystemStage> {
  const stage = await setSystemStage()
  for (const each of [old, toolchain]) stage.server.site.publish(each)
  await writeTree(old, stage.link)
  change(stage.link)
  return stage
}

function versionAtLink({ link }: SystemStage): string {
  return execFileSync(`${link}/bin/go`, ['version'], { encoding: 'utf8' }).trim()
}

describe.skipIf(!canBeRoot)("the machine's link", () => {
  test('is switched, and says what it was', async () => {
    const stage = await setSystemStage()
    for (const each of [old, toolchain]) stage.server.site.publish(each)
    symlinkSync('/nowhere', stage.link)
    const first = await stage.gv(['use', '--system', '1.21.13'])
    expect(first).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^1\.21\.13 is the Go of all users: .*\nbefore: \/nowhere\n/),
    })
    const json = await stage.gv(['use', '--system', '1.22', '--json'])
    expect(json.json()).toMatchObject({
      version: '1.22.5',
      goroot: `${stage.systemRoot}/go1.22.5`,
      link: stage.link,
      before: `${stage.systemRoot}/go1.21.13`,
    })
    expect(versionAtLink(stage)).toBe('go version go1.22.5 linux/amd64')
    stage.server.reset()
    expect(await stage.gv(['use', '--system', '1.21.13'])).toMatchObject({ status: 0 })
    expect(stage.server.seen).toEqual([])
  })

  test('needs a version, and one that can be installed', async () => {
    const stage = await setSystemStage()
    expectFailure(
      await stage.gv(['use', '--system']),
      exit.usage,
      /the version is named\nhint: sudo gv use --system latest/,
    )
    expectFailure(await stage.gv(['install', '--system']), exit.usage, /the version is named/)
    expectFailure(await stage.gv(['use', '--system', 'system']), exit.usage, /it is no version/)
    expectFailure(await stage.gv(['use', '--system', '--global', '1.22']), exit.usage, /cannot be said together/)
    expect(existsSync(stage.link)).toBe(false)
  })
})

describe.skipIf(!canBeRoot)("a folder in the place of the machine's link", () => {
  test('stays as it is, and what it is is said, before anything is fetched', async () => {
    const stage = await withStandingGo()
    const before = await treeOf(stage.link)
    const failed = await stage.gv(['use', '--system', '1.22.5'])
    expectFailure(
      failed,
      exit.storage,
      /local\/go" is a folder that gv did not put there, and stays as it is: it is go1\.21\.13, every file as the checksum database has it\nhint: sudo gv use --system 1\.22\.5 --adopt /,
    )
    expect(await treeOf(stage.link)).toEqual(before)
    expect(stage.server.count(stage.archives)).toBe(0)
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv'])
  })

  test('is adopted when it is as published: a proven copy in the store, with modes and owners of its own', async () => {
    const stage = await withStandingGo((folder) => {
      execFileSync('chown', ['-R', `${alice}:${alice}`, folder])
      execFileSync('chmod', ['-R', 'g+w', folder])
    })
    const done = await stage.gv(['use', '--system', '1.22.5', '--adopt'])
    expect(done).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/\nadopted go1\.21\.13, which stood there: .*\/opt\/go\/go1\.21\.13\n/),
    })
    expect(versionAtLink(stage)).toBe('go version go1.22.5 linux/amd64')
    expectRootsTree(join(stage.systemRoot, 'go1.21.13'))
    expect(await treeOf(join(stage.systemRoot, 'go1.21.13'))).toEqual(publishedTree(old, 'a mirror', 0o022))
    expect(readdirSync(stage.path('local'))).toEqual(['go'])
    stage.server.reset()
    expect(await stage.gvAs(alice, ['verify', '--all', '--system'])).toMatchObject({ status: 0, stderr: '' })
    expect((await stage.gv(['list', '--system', '--json'])).json()).toMatchObject([
      { version: '1.22.5', proof: 'log', default: true },
      { version: '1.21.13', proof: 'log', source: stage.link },
    ])
    expect(stage.server.seen).toEqual([])
    // It is repaired like any other.
    writeFileSync(join(stage.systemRoot, 'go1.21.13/src/fmt/print.go'), 'evil')
    expect(await stage.gv(['verify', '--repair', '--system', '1.21.13'])).toMatchObject({ status: 0 })
    expect(await treeOf(join(stage.systemRoot, 'go1.21.13'))).toEqual(publishedTree(old, 'a mirror', 0o022))
  })

  test('is adopted as the version that is linked, without fetching it', async () => {
    const stage = await withStandingGo()
    expect(await stage.gv(['use', '--system', '1.21.13', '--adopt'])).toMatchObject({ status: 0 })
    expect(stage.server.count(stage.archives)).toBe(0)
    expect(readlinkSync(stage.link)).toBe(`${stage.systemRoot}/go1.21.13`)
    expect(readdirSync(stage.path('local'))).toEqual(['go'])
  })

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'has another file',
      (folder) => writeFileSync(join(folder, 'src/fmt/print.go'), 'evil'),
      /not as published: src\/fmt\/print\.go changed/,
    ],
    [
      'has a file more',
      (folder) => writeFileSync(join(folder, 'src/evil.go'), 'evil'),
      /not as published: src\/evil\.go added/,
    ],
    [
      'has a file less',
      (folder) => rmSync(join(folder, 'src/fmt/print.go')),
      /not as published: src\/fmt\/print\.go missing/,
    ],
    [
      'has a link in it',
      (folder) => symlinkSync('/etc/passwd', join(folder, 'src/link')),
      /not as published: src\/link added/,
    ],
    ['is built from source', (folder) => writeFileSync(join(folder, 'VERSION'), 'devel go1.24-abc'), /is not known/],
    ['is no Go', (folder) => rmSync(join(folder, 'VERSION')), /it is no Go/],
  ])('that %s is not adopted, and kept beside the link with --force', async (_what, change, says) => {
    const stage = await withStandingGo(change)
    const before = await treeOf(stage.link).catch(() => ({}))
    for (const flags of [[], ['--adopt']]) {
      expectFailure(await stage.gv(['use', '--system', '1.22.5', ...flags]), exit.storage, says)
      expect(await treeOf(stage.link).catch(() => ({}))).toEqual(before)
    }
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv'])
    for (const kept of ['go.before-gv', 'go.before-gv-2']) {
      const forced = await stage.gv(['use', '--system', '1.22.5', '--adopt', '--force'])
      expect(forced).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`what stood there is kept: ${stage.path('local', kept)}\n`),
      })
      expect(await treeOf(stage.path('local', kept)).catch(() => ({}))).toEqual(before)
      expect(versionAtLink(stage)).toBe('go version go1.22.5 linux/amd64')
      rmSync(stage.link)
      await writeTree(old, stage.link)
      change(stage.link)
    }
  })

  test('is neither adopted nor touched when the log cannot be asked', async () => {
    const stage = await withStandingGo()
    const failed = await stage.gv(['use', '--system', '1.21.13', '--adopt', '--offline'])
    expectFailure(failed, exit.storage, /that it is as published is not known: .*offline/)
    expect(lstatSync(stage.link).isDirectory()).toBe(true)
  })
})

describe.skipIf(!canBeRoot)('sudo', () => {
  test("leaves nothing of the user's in the system store, and nothing of root's in the user's home", async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    // All of this says something else than root does.
    await stage.write(
      'home-alice/.config/go/env',
      'GOPROXY=off\nGOSUMDB=evil.example+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n',
    )
    await stage.write('home-alice/.gv/config.toml', 'this is = = no toml')
    await stage.write('home-alice/.netrc', 'machine 127.0.0.1 login alice password secret\n', 0o600)
    await stage.write('home-alice/bin/go', '#!/bin/sh\necho evil\n', 0o755)
    await stage.write('home-alice/go.env', 'GOPROXY=off\n')
    await stage.write('home-alice/pkg/tool/x', '')
    execFileSync('chown', ['-R', String(alice), stage.path('home-alice')])
    const before = execFileSync('find', [stage.path('home-alice'), '-printf', '%p %U %m %T@ %s\n'], {
      encoding: 'utf8',
    })
    const env = {
      GV_ROOT: stage.path('home-alice/.gv'),
      GOENV: stage.path('home-alice/.config/go/env'),
      XDG_CONFIG_HOME: stage.path('home-alice/.config'),
      NETRC: stage.path('home-alice/.netrc'),
      GOPATH: stage.path('home-alice/go'),
      GOROOT: stage.path('home-alice'),
      GV_VERSION: 'nonsense',
      PATH: `${stage.path('home-alice/bin')}:${stage.env.PATH}`,
    }
    expect(await stage.sudoGv(['install', '--system', '1.22.5'], { env })).toMatchObject({ status: 0, stderr: '' })
    expect(await stage.sudoGv(['use', '--system', '1.22.5'], { env })).toMatchObject({ status: 0 })
    expect(stage.server.seen.some(({ headers }) => headers.authorization)).toBe(false)
    expect(execFileSync('find', [stage.path('home-alice'), '-printf', '%p %U %m %T@ %s\n'], { encoding: 'utf8' })).toBe(
      before,
    )
    expectRootsTree(join(stage.systemRoot, 'go1.22.5'))
  })

  test.each([
    ['install', '1.22.5'],
    ['ls-remote'],
    ['use', '--global', '1.22.5'],
    ['reshim'],
    ['verify', '1.22.5'],
    ['setup', '--yes', '--shell', 'bash'],
  ])("without --system refuses to write as root into a user's store: %s", async (...words) => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    const failed = await stage.sudoGv(words)
    expect(failed).toMatchObject({ status: exit.storage })
    expect(failed.stderr).toMatch(
      /belongs to user 47111.*\nhint: gv without sudo; or, for all users of this machine, sudo gv install --system/,
    )
    expect(readdirSync(stage.path('home-alice'))).toEqual([])
    // Root by itself, in a home of another's making, is let: containers are like that.
    expect(await stage.sudoGv(['install', '1.22.5'], { env: { SUDO_UID: undefined } })).toMatchObject({ status: 0 })
  })

  test("the system store's own configuration counts for it", async () => {
    const stage = await setSystemStage()
    stage.server.site.publish(toolchain)
    await stage.write('opt/go/.gv/config.toml', 'nonsense = 1\n')
    expectFailure(
      await stage.gv(['install', '--system', '1.22.5']),
      exit.usage,
      /\.gv\/config\.toml" cannot be used: there is no setting "nonsense"/,
    )
    expect(stage.server.seen).toEqual([])
  })
})
