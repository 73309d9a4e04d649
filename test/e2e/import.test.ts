import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'
import { exit, expectFailure, treeOf } from './expectations.ts'
import { type Stage, setStage } from './stage.ts'

const published = ['1.21.13', '1.22.4', '1.22.5', '1.23.0']

/** A stage where releases are published, so that the log knows them, and nothing is installed. */
async function stageWithLog(): Promise<Stage> {
  // The machine's own Go is nobody's to import here.
  const stage = await setStage('a mirror', { env: { GV_SYSTEM_LINK: '/nowhere/go' } })
  for (const version of published) stage.server.site.publish(makeToolchain(version))
  return stage
}

async function plant(stage: Stage, version: string, path: string): Promise<string> {
  await writeTree(makeToolchain(version), stage.path(path))
  return stage.path(path)
}

/** What lies in the home of a test; not what the machine itself has. */
const home = ['asdf', 'goenv', 'gvm', 'mise', 'gobrew', 'g', 'sdk', 'gomodcache']

/** Each manager as it lies in a home, and the default that it says there is. */
const layouts = {
  asdf: {
    goroot: 'home/.asdf/installs/golang/1.22.5/go',
    write: { 'home/.tool-versions': 'golang 1.22.5\n' },
    default: null,
  },
  goenv: { goroot: 'home/.goenv/versions/1.22.5', write: { 'home/.goenv/version': '1.22.5\n' }, default: '1.22.5' },
  gvm: {
    goroot: 'home/.gvm/gos/go1.22.5',
    write: { 'home/.gvm/environments/default': 'export gvm_go_name; gvm_go_name="go1.22.5"\n' },
    default: '1.22.5',
  },
  mise: {
    goroot: 'home/.local/share/mise/installs/go/1.22.5',
    write: { 'home/.config/mise/config.toml': '[tools]\nnode = "20"\ngo = ["1.22", "1.21"]\n' },
    default: '1.22.5',
  },
  gobrew: { goroot: 'home/.gobrew/versions/1.22.5/go', write: {}, default: '1.22.5', link: 'home/.gobrew/current/go' },
  g: { goroot: 'home/.g/versions/1.22.5', write: {}, default: '1.22.5', link: 'home/.g/go' },
  sdk: { goroot: 'home/sdk/go1.22.5', write: {}, default: null },
} as const

type LayoutName = keyof typeof layouts

async function plantLayout(stage: Stage, name: LayoutName): Promise<string> {
  const layout = layouts[name]
  const goroot = await plant(stage, '1.22.5', layout.goroot)
  for (const [path, text] of Object.entries(layout.write)) await stage.write(path, text)
  if ('link' in layout) {
    await mkdir(stage.path(layout.link, '..'), { recursive: true })
    await symlink(goroot, stage.path(layout.link))
  }
  return goroot
}

describe('gv import', () => {
  test.each(Object.keys(layouts) as LayoutName[])('takes over what %s has, and its default', async (name) => {
    const stage = await stageWithLog()
    const goroot = await plantLayout(stage, name)
    const before = await treeOf(goroot)
    const shown = await stage.gv(['import', ...home, '--dry-run'])
    expect(shown).toMatchObject({ status: 0, stderr: '' })
    expect(shown.stdout).toContain(`copy   go1.22.5  ${goroot} (${name})\n`)
    expect(await stage.list('store/versions')).toEqual([])
    const done = await stage.gv(['import', ...home, '--yes'])
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(done.stdout).toContain(`go1.22.5 imported, proven by the checksum database: ${goroot} stays\n`)
    expect(await treeOf(goroot)).toEqual(before)
    expect(await treeOf(stage.path('store/versions/go1.22.5'))).toEqual(before)
    expect((await stage.gv(['list', '--json'])).json()).toMatchObject([
      { version: '1.22.5', proof: 'log', source: goroot, default: layouts[name].default !== null },
    ])
    expect(await stage.gv(['verify', '1.22.5'])).toMatchObject({ status: 0 })
    const version = layouts[name].default ?? (name === 'asdf' ? '1.22.5' : null)
    if (version !== null)
      expect((await stage.gv(['current', '--json'])).json()).toMatchObject({ version, installed: true })
    // Nothing was downloaded: the log alone was asked.
    expect(stage.server.count(stage.archives)).toBe(0)
    expect((await stage.gv(['import', ...home, '--yes'])).stdout).toContain(`have   go1.22.5  ${goroot}`)
  })

  test('reads what the go command left in GOMODCACHE as the release that it is', async () => {
    const stage = await stageWithLog()
    const path = 'home/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64'
    const tree = await plant(stage, '1.22.5', path)
    for (const name of ['src/go.mod', 'src/cmd/go.mod'])
      await rename(`${tree}/${name}`, `${tree}/${name.replace('go.mod', '_go.mod')}`)
    // The go command's own copy, which no release has.
    await writeFile(`${tree}/src/go.mod`, await readFile(`${tree}/src/_go.mod`))
    for (const folder of ['api', 'doc', 'misc', 'test'])
      await stage.gv(['exec', 'rm', '-r', `${tree}/${folder}`]).catch(() => {})
    for (const inner of (await readdir(tree, { recursive: true })).reverse()) {
      await chmod(`${tree}/${inner}`, (await stat(`${tree}/${inner}`)).mode & 0o555)
    }
    const result = await stage.gv(['import', 'gomodcache', '--yes'])
    expect(result).toMatchObject({ status: 0, stderr: '' })
    expect(await stage.gv(['verify', '1.22.5'])).toMatchObject({ status: 0 })
    expect((await stat(stage.path('store/versions/go1.22.5/src/cmd/go.mod'))).mode & 0o777).toBe(0o644)
    expect(await stage.list('store/versions/go1.22.5/src')).not.toContain('_go.mod')
  })

  test('takes nothing that is not as published, and goes on with the others', async () => {
    const stage = await stageWithLog()
    const changed = await plant(stage, '1.22.5', 'home/.goenv/versions/1.22.5')
    await plant(stage, '1.21.13', 'home/.goenv/versions/1.21.13')
    await stage.write('home/.goenv/versions/1.22.5/src/fmt/print.go', 'package evil\n')
    await stage.write('home/.goenv/versions/tip/VERSION', 'devel go1.24-abcdef\n')
    await symlink(stage.path('home/.goenv/versions/1.21.13'), stage.path('home/.goenv/versions/latest'))
    for (const how of ['--copy', '--move', '--link']) {
      const result = await stage.gv(['import', ...home, '--yes', how])
      expect(result).toMatchObject({ status: exit.verification })
      expect(result.stderr).toContain(`"${changed}" is not go1.22.5 as the Go team published it`)
    }
    expect(await stage.list('store/versions')).toEqual(['go1.21.13'])
    expect(await stage.list('store/tmp')).toEqual([])
    expect(await readFile(`${changed}/src/fmt/print.go`, 'utf8')).toBe('package evil\n')
    const shown = await stage.gv(['import', ...home, '--dry-run'])
    expect(shown.stdout).toMatch(/^skip {3}\S+\/tip \(goenv\): its VERSION file says "devel go1\.24-abcdef"$/m)
    expect(shown.stdout).not.toContain('latest')
  })

  test('--move removes the original, --link leaves a link with which its manager goes on working', async () => {
    const stage = await stageWithLog()
    const moved = await plant(stage, '1.22.5', 'home/.goenv/versions/1.22.5')
    const linked = await plant(stage, '1.21.13', 'home/.asdf/installs/golang/1.21.13/go')
    await stage.write('home/.asdf/installs/golang/1.21.13/packages/bin/tool', 'x')
    expect(await stage.gv(['import', 'goenv', '--move', '--yes'])).toMatchObject({ status: 0, stderr: '' })
    expect(await stage.gv(['import', 'asdf', '--link', '--yes'])).toMatchObject({ status: 0, stderr: '' })
    expect(await stage.list('home/.goenv/versions')).toEqual([])
    expect(await readlink(linked)).toBe(stage.path('store/versions/go1.21.13'))
    expect(await stage.list('home/.asdf/installs/golang/1.21.13')).toEqual(['go', 'packages'])
    expect(await stage.gv(['verify', '--all'])).toMatchObject({ status: 0 })
    expect(moved).toContain('goenv')
    // What is a link now is not found again.
    expect((await stage.gv(['import', ...home, '--dry-run'])).stdout).toBe('no other manager has a Go here\n')
  })

  test('keeps the default that gv has', async () => {
    const stage = await stageWithLog()
    await stage.gv(['install', '1.23.0'])
    await stage.gv(['use', '--global', '1.23.0'])
    await plantLayout(stage, 'goenv')
    expect(await stage.gv(['import', ...home, '--yes'])).toMatchObject({ status: 0, stderr: '' })
    expect(await readlink(stage.path('store/current'))).toBe('versions/go1.23.0')
  })

  test('asks first, and takes a GOROOT by its path', async () => {
    const stage = await stageWithLog()
    const goroot = await plant(stage, '1.22.4', 'opt/my go')
    const refused = await stage.gv(['import', goroot])
    expect(refused).toMatchObject({ status: exit.usage, stdout: `copy   go1.22.4  ${goroot}\n` })
    expect(refused.stderr).toBe('gv: nothing was imported: there is no terminal to ask on\nhint: gv import --yes\n')
    expect(await stage.list('store/versions')).toEqual([])
    expect(await stage.gv(['import', './my go', '--yes'], { cwd: stage.path('opt') })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(await stage.list('store/versions')).toEqual(['go1.22.4'])
  })

  test('only copies what belongs to the machine, whatever is asked for', async () => {
    const stage = await stageWithLog()
    const cellar = await plant(stage, '1.22.5', 'brew/Cellar/go/1.22.5/libexec')
    const link = await plant(stage, '1.21.13', 'usr/local/go')
    const env = { HOMEBREW_PREFIX: stage.path('brew'), GV_SYSTEM_LINK: link }
    const result = await stage.gv(['import', 'homebrew', '/usr/local/go', '--move', '--yes'], { env })
    expect(result).toMatchObject({ status: 0, stderr: '' })
    expect(result.stdout).toContain(`go1.21.13 imported, proven by the checksum database: ${link} stays\n`)
    expect(await stage.list('store/versions')).toEqual(['go1.21.13', 'go1.22.5'])
    expect((await treeOf(cellar)).VERSION).toBeDefined()
    expect((await treeOf(link)).VERSION).toBeDefined()
  })

  test.each([
    [['asfd'], /gv imports nothing from "asfd": did you mean "asdf"\?/],
    [['--move', '--link'], /--move and --link cannot be said together/],
  ])('of %j is a usage error', async (words, says) => {
    const stage = await setStage('a mirror')
    expectFailure(await stage.gv(['import', ...words]), exit.usage, says)
  })

  test.each([
    ['adopt-half', '--move', false],
    ['published', '--move', true],
    ['import-copied', '--move', true],
    ['import-copied', '--link', true],
    ['adopt-moved-aside', '--link', true],
    ['adopt-switched', '--link', true],
  ] as const)('killed at %s of %s loses nothing, and the next one finishes', async (checkpoint, how, isPublished) => {
    const stage = await stageWithLog()
    const goroot = await plant(stage, '1.22.5', 'home/.goenv/versions/1.22.5')
    const before = await treeOf(goroot)
    expect(await stage.gv(['import', ...home, '--yes', how], { killAt: checkpoint })).toMatchObject({
      signal: 'SIGKILL',
    })
    expect(await stage.list('store/versions')).toEqual(isPublished ? ['go1.22.5'] : [])
    const original = await lstat(goroot).catch(() => undefined)
    if (original?.isDirectory()) expect(await treeOf(goroot)).toEqual(before)
    expect(await stage.gv(['import', ...home, '--yes', how])).toMatchObject({ status: 0, stderr: '' })
    expect(await treeOf(stage.path('store/versions/go1.22.5'))).toEqual(before)
    expect(await stage.gv(['verify', '--all'])).toMatchObject({ status: 0 })
    expect(await stage.list('home/.goenv/versions')).toEqual(how === '--move' ? [] : ['1.22.5'])
    if (how === '--link') expect((await lstat(goroot)).isSymbolicLink()).toBe(true)
  })
})
