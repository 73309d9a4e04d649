import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { expectInstalled } from './expectations.ts'
import { type Stage, setStage } from './stage.ts'

const versions = ['1.21.13', '1.22.5']

/** All that is done with a store, where it lies as `GV_ROOT` says. */
async function expectWorks(stage: Stage, root: string): Promise<void> {
  for (const version of versions) stage.server.site.publish(makeToolchain(version))
  const env = { GV_ROOT: root }
  const gv = async (...args: string[]) => {
    const result = await stage.gv(args, { env })
    expect(result).toMatchObject({ status: 0 })
    return result.stdout
  }
  await gv('install', ...versions)
  await gv('use', '--global', '1.22.5')
  expect(await gv('list')).toMatch(/^\* 1\.22\.5 .*\n {2}1\.21\.13 /)
  expect(await gv('which', 'go', '1.21')).toBe(`${root}/versions/go1.21.13/bin/go\n`)
  expect(await gv('exec', '--', 'go', 'version')).toMatch(/go1\.22\.5/)
  await gv('reshim')
  const shim = execFileSync(join(root, 'shims/go'), ['version'], {
    env: { ...stage.env, ...env },
    cwd: stage.cwd,
    encoding: 'utf8',
  })
  expect(shim).toMatch(/go1\.22\.5/)
  await gv('verify', '--all')
  await gv('uninstall', '1.21.13')
  expect(await gv('list')).toMatch(/^\* 1\.22\.5 [^\n]*\n$/)
}

describe('a store', () => {
  test('may have spaces, quotes and letters of any kind in its path', async () => {
    const stage = await setStage('a mirror')
    await expectWorks(stage, stage.path('a b', "c'd$(x)", 'é 世界', 'store'))
  })

  test('may lie behind a link', async () => {
    const stage = await setStage('a mirror')
    mkdirSync(stage.path('elsewhere'))
    symlinkSync(stage.path('elsewhere'), stage.path('link'))
    await expectWorks(stage, stage.path('link'))
    await expectInstalled(
      {
        ...stage,
        path: (...names) => stage.path(...names.map((name) => name.replace(/^store/, 'elsewhere'))),
        gv: (args, options) => stage.gv(args, { ...options, env: { GV_ROOT: stage.path('link') } }),
        list: (...names) => stage.list(...names.map((name) => name.replace(/^store/, 'elsewhere'))),
      },
      makeToolchain('1.22.5'),
    )
  })

  test('may lie on another file system than home, cache and working directory', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gv-other-')))
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true })
    })
    const stage = await setStage('a GOPROXY')
    await expectWorks(stage, join(folder, 'store'))
    rmSync(join(folder, 'store'), { recursive: true })
    rmdirSync(folder)
  })
})
