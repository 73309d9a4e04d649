import { chmod, lstat, mkdir, readdir, stat, symlink, utimes } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { gvProgram } from '../support/gv-process.ts'
import { startTerminal, terminalsAvailable } from '../support/terminal.ts'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled } from './expectations.ts'
import { type Stage, setStage } from './stage.ts'

const all = ['1.21.13', '1.22.4', '1.22.5', '1.23.0']

async function stageWith(versions: readonly string[] = all): Promise<Stage> {
  const stage = await setStage('a mirror')
  for (const version of versions) stage.server.site.publish(makeToolchain(version))
  expect(await stage.gv(['install', ...versions])).toMatchObject({ status: 0 })
  return stage
}

/** What the go command leaves when GOTOOLCHAIN makes it download a toolchain: read-only, with the zip beside it. */
async function fillModuleCache(stage: Stage, version: string): Promise<string> {
  const module = `v0.0.1-go${version}.linux-amd64`
  const tree = stage.path('home/go/pkg/mod/golang.org', `toolchain@${module}`)
  await writeTree(makeToolchain(version), tree)
  const downloads = 'home/go/pkg/mod/cache/download/golang.org/toolchain/@v'
  for (const ending of ['zip', 'ziphash', 'info', 'mod', 'lock'])
    await stage.write(`${downloads}/${module}.${ending}`, 'x')
  for (const path of (await readdir(tree, { recursive: true })).reverse()) {
    await chmod(`${tree}/${path}`, (await stat(`${tree}/${path}`)).mode & 0o555)
  }
  await chmod(tree, 0o555)
  return tree
}

describe('gv prune', () => {
  test('keeps what the default, pins, modules and the user ask for, and says why', async () => {
    const stage = await stageWith()
    await stage.gv(['use', '--global', '1.23.0'])
    await stage.write('project/.go-version', '1.22.4\n')
    await stage.write('module/go.mod', 'module x\n\ngo 1.21\n')
    for (const cwd of ['project', 'module']) await stage.gv(['current'], { cwd: stage.path(cwd) })
    const shown = await stage.gv(['prune', '--dry-run'])
    expect(shown).toMatchObject({ status: 0, stderr: '' })
    expect(shown.stdout).toMatch(/^remove go1\.22\.5 {2}[\d.]+ kB {2}nothing asks for it$/m)
    expect(shown.stdout).toContain('keep   go1.23.0  it is your default\n')
    expect(shown.stdout).toContain(`keep   go1.22.4  ${stage.path('project/.go-version')}:1 asks for 1.22.4\n`)
    expect(shown.stdout).toContain(`keep   go1.21.13  ${stage.path('module/go.mod')}:3 asks for 1.21\n`)
    expect(await stage.list('store/versions')).toHaveLength(4)
    const done = await stage.gv(['prune', '--yes'])
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(done.stdout).toMatch(/^removed go1\.22\.5$[\s\S]*^[\d.]+ kB freed\n$/m)
    expect(await stage.list('store/versions')).toEqual(['go1.21.13', 'go1.22.4', 'go1.23.0'])
    expect(await stage.list('store/receipts')).not.toContain('go1.22.5.json')
    expect(await stage.list('store/cache/archives')).toEqual([])
    expect((await stage.gv(['prune', '--yes'])).stdout).toMatch(/^there is nothing to remove\nkeep {3}go1\.23\.0/)
  })

  test('does not keep what a project that is gone asked for', async () => {
    const stage = await stageWith(['1.22.4', '1.23.0'])
    await stage.gv(['use', '--global', '1.23.0'])
    const pin = await stage.write('project/.go-version', '1.22.4\n')
    await stage.gv(['current'], { cwd: stage.path('project') })
    await stage.write('project/.go-version', '1.23.0\n')
    expect((await stage.gv(['prune', '--dry-run'])).stdout).toMatch(/^remove go1\.22\.4 /m)
    expect(pin).toContain('project')
  })

  test('keeps the newest where no default is set, and what was run lately', async () => {
    const stage = await stageWith(['1.21.13', '1.22.4', '1.23.0'])
    const tomorrow = new Date(Date.now() + 86_400_000)
    await utimes(stage.path('store/versions/go1.21.13/bin/go'), tomorrow, new Date())
    const { kept, items } = (await stage.gv(['prune', '--dry-run', '--json'])).json() as {
      kept: { name: string; reasons: string[] }[]
      items: { name: string; kind: string; bytes: number }[]
    }
    expect(kept).toEqual([
      { name: 'go1.23.0', reasons: ['it is the newest, and no default is set'] },
      { name: 'go1.21.13', reasons: [expect.stringMatching(/^it was run on 20\d\d-/)] },
    ])
    expect(items.filter(({ kind }) => kind === 'toolchain').map(({ name }) => name)).toEqual(['go1.22.4'])
  })

  test('removes nothing where nobody can be asked', async () => {
    const stage = await stageWith(['1.22.4', '1.23.0'])
    const result = await stage.gv(['prune'])
    expect(result).toMatchObject({ status: exit.usage })
    expect(result.stderr).toBe('gv: nothing was removed: there is no terminal to ask on\nhint: gv prune --yes\n')
    expect(result.stdout).toMatch(/^remove go1\.22\.4 /m)
    expect(await stage.list('store/versions')).toEqual(['go1.22.4', 'go1.23.0'])
    expect(await stage.list('store/cache/archives')).not.toEqual([])
  })

  test('frees what it says', async () => {
    const stage = await stageWith(['1.22.4', '1.23.0'])
    const used = async () => (await stage.gv(['exec', '1.23.0', 'du', '-s', '--block-size=1', stage.store])).stdout
    const before = Number.parseInt(await used(), 10)
    const { bytes } = (await stage.gv(['prune', '--yes', '--json'])).json() as { bytes: number }
    const after = Number.parseInt(await used(), 10)
    // Folders of the store itself may take or give back a block.
    expect(Math.abs(before - after - bytes)).toBeLessThan(64 * 1024)
    expect(bytes).toBeGreaterThan(20_000)
  })

  test('finds what go left in GOMODCACHE and ~/sdk, read-only trees and all', async () => {
    const stage = await stageWith(['1.23.0'])
    const tree = await fillModuleCache(stage, '1.22.5')
    await writeTree(makeToolchain('1.23.0'), stage.path('home/sdk/go1.23.0'))
    await stage.write('home/sdk/gotip/bin/go', 'x')
    await stage.write('elsewhere/bin/go', 'x')
    await symlink(stage.path('elsewhere'), stage.path('home/sdk/go1.20'))
    await mkdir(`${tree}.gv-leaving-0123456789ab`)
    const shown = await stage.gv(['prune', '--dry-run'])
    expect(shown.stdout).toMatch(/^remove go1\.22\.5 \(module cache\) .* go downloads it again when it needs it$/m)
    expect(shown.stdout).toMatch(/^remove go1\.23\.0 \(~\/sdk\) .* gv has it, too$/m)
    expect(await stage.gv(['prune', '--yes'])).toMatchObject({ status: 0, stderr: '' })
    expect(await stage.list('home/go/pkg/mod/golang.org')).toEqual([])
    expect(await stage.list('home/go/pkg/mod/cache/download/golang.org/toolchain/@v')).toEqual(
      ['info', 'lock', 'mod'].map((ending) => `v0.0.1-go1.22.5.linux-amd64.${ending}`),
    )
    expect(await stage.list('home/sdk')).toEqual(['go1.20', 'gotip'])
    expect(await stage.list('elsewhere/bin')).toEqual(['go'])
    await expectInstalled(stage, makeToolchain('1.23.0'))
  })

  test.runIf(terminalsAvailable)('asks by itself for what gv did not make', async () => {
    const stage = await stageWith(['1.22.4', '1.23.0'])
    await writeTree(makeToolchain('1.21.13'), stage.path('home/sdk/go1.21.13'))
    const terminal = await startTerminal([process.execPath, gvProgram, 'prune'], stage)
    await terminal.until(/remove \d things of gv's, [\d.]+ kB\? \[Y\/n\]/)
    await terminal.press('Enter')
    await terminal.until(/remove 1 thing that gv did not make \(GOMODCACHE, ~\/sdk\), [\d.]+ kB\? \[y\/N\]/)
    await terminal.press('Enter')
    expect(await terminal.ended()).toBe(0)
    expect(await stage.list('store/versions')).toEqual(['go1.23.0'])
    expect(await stage.list('home/sdk')).toEqual(['go1.21.13'])
  })

  test.each(['uninstall-renamed', 'uninstall-half', 'prune-half'] as const)(
    'killed at %s leaves only whole toolchains, and the next one finishes',
    async (checkpoint) => {
      const stage = await stageWith(['1.21.13', '1.22.4', '1.23.0'])
      await stage.gv(['use', '--global', '1.23.0'])
      expect(await stage.gv(['prune', '--yes'], { killAt: checkpoint })).toMatchObject({ signal: 'SIGKILL' })
      expect(await stage.list('store/versions')).toEqual(['go1.21.13', 'go1.23.0'])
      expect(await stage.gv(['verify', '--all'])).toMatchObject({ status: 0 })
      expect(await stage.gv(['prune', '--yes'])).toMatchObject({ status: 0, stderr: '' })
      expect(await stage.list('store/versions')).toEqual(['go1.23.0'])
      expect(await stage.list('store/receipts')).toEqual(['go1.23.0.extra', 'go1.23.0.h1', 'go1.23.0.json'])
      expect(await stage.list('store/tmp')).toEqual([])
    },
  )
})

describe('gv uninstall', () => {
  test('takes nothing away that the default, a pin or the system link uses, unless it is forced', async () => {
    const stage = await stageWith()
    await stage.gv(['use', '--global', '1.23.0'])
    await stage.write('project/.tool-versions', 'golang 1.22.4\n')
    await stage.gv(['current'], { cwd: stage.path('project') })
    await symlink(stage.path('store/versions/go1.22.5'), stage.path('link'))
    const env = { GV_SYSTEM_LINK: stage.path('link'), GV_SYSTEM_ROOT: stage.path('system') }
    for (const [version, says] of [
      ['1.23.0', /go1\.23\.0 is not uninstalled: it is your default/],
      ['1.22.4', /project\/\.tool-versions:1 asks for 1\.22\.4/],
      ['1.22.5', /\/link leads to it/],
    ] as const) {
      // Of several nothing goes.
      expectFailure(await stage.gv(['uninstall', '1.21.13', version], { env }), exit.usage, says)
    }
    expect(await stage.list('store/versions')).toHaveLength(4)
    expect(await stage.gv(['uninstall', '1.21.13'], { env })).toMatchObject({ status: 0, stderr: '' })
    expect(await stage.gv(['uninstall', '--force', '1.22.4'], { env })).toMatchObject({ status: 0, stderr: '' })
    expect(await stage.list('store/versions')).toEqual(['go1.22.5', 'go1.23.0'])
    expect((await lstat(stage.path('link'))).isSymbolicLink()).toBe(true)
    expect((await stage.gv(['uninstall', '--force', '1.23.0'], { env })).stdout).toBe(
      'go1.23.0 is uninstalled\nno default is left: gv use --global latest\n',
    )
  })
})
