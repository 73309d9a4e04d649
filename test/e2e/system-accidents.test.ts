import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkpoints } from '../../src/checkpoint.ts'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'
import { stageOnDisk } from './disk-stage.ts'
import { exit, expectFailure, publishedTree, treeOf } from './expectations.ts'
import { alice, canBeRoot, expectRootsTree, type SystemStage, setSystemStage, umask } from './system-stage.ts'

const toolchain = makeToolchain('1.22.5', { bulkBytes: 1_000_000 })

async function expectWhole(stage: SystemStage): Promise<void> {
  const goroot = join(stage.systemRoot, 'go1.22.5')
  expectRootsTree(goroot)
  expect(await treeOf(goroot)).toEqual(publishedTree(toolchain, 'a mirror', 0o022))
  expect(readdirSync(join(stage.systemRoot, '.gv/tmp'))).toEqual([])
  expect(await stage.gvAs(alice, ['verify', '--all', '--system'])).toMatchObject({ status: 0, stderr: '' })
}

/** Whatever a user sees is whole. */
async function expectNeverHalf(stage: SystemStage): Promise<void> {
  const run = await stage.gvAs(alice, ['exec', '1.22.5', 'go', 'version'], { env: { GV_AUTO_INSTALL: 'never' } })
  const goroot = join(stage.systemRoot, 'go1.22.5')
  expect(run.status).toBe(existsSync(goroot) ? 0 : exit.noSuchVersion)
  if (existsSync(goroot)) expect(await treeOf(goroot)).toEqual(publishedTree(toolchain, 'a mirror', 0o022))
}

const installing = checkpoints.slice(0, checkpoints.indexOf('unlocking') + 1)

describe.skipIf(!canBeRoot)('10. kill -9 in the system store', () => {
  test.each(installing)(
    'while installing, at %s: nothing half is seen by users, and the next one heals',
    async (checkpoint) => {
      const stage = await setSystemStage()
      stage.server.site.publish(toolchain)
      const killed = await stage.gv(['install', '--system', '1.22.5'], { killAt: checkpoint, through: umask('077') })
      expect(killed.signal).toBe('SIGKILL')
      await expectNeverHalf(stage)
      const other = makeToolchain('1.21.13')
      stage.server.site.publish(other)
      expect(await stage.gv(['install', '--system', '1.22.5', '1.21.13'])).toMatchObject({ status: 0, stderr: '' })
      await expectWhole(stage)
    },
  )
})

describe.skipIf(!canBeRoot)('the disk of the system store', () => {
  test('14. that is too small is found out before anything is fetched', async () => {
    const stage = await stageOnDisk(4, (place) => setSystemStage('a mirror', place))
    stage.server.site.publish(toolchain)
    expectFailure(
      await stage.gv(['install', '--system', '1.22.5']),
      exit.storage,
      /too little space in .*: \d+\.\d MB are needed/,
    )
    expect(stage.server.count(stage.archives)).toBe(0)
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv'])
  })

  test('14. that runs full while a Go is adopted leaves that Go where it is, and nothing else', async () => {
    const stage = await stageOnDisk(14, (place) => setSystemStage('a mirror', place))
    const standing = makeToolchain('1.21.13', { bulkBytes: 8_000_000 })
    stage.server.site.publish(standing)
    await writeTree(standing, stage.link)
    const failed = await stage.gv(['use', '--system', '1.21.13', '--adopt'])
    expectFailure(failed, exit.storage, /no space is left there/)
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv'])
    expect(readdirSync(join(stage.systemRoot, '.gv/tmp'))).toEqual([])
    stage.remount('size=60m')
    expect(await stage.gv(['use', '--system', '1.21.13', '--adopt'])).toMatchObject({ status: 0 })
    expectRootsTree(join(stage.systemRoot, 'go1.21.13'))
  })

  test('14. that is read-only is said at once, with what can be done; what is there goes on working', async () => {
    const stage = await stageOnDisk(60, (place) => setSystemStage('a mirror', place))
    stage.server.site.publish(toolchain)
    await stage.gv(['use', '--system', '1.22.5'])
    stage.remount('ro')
    stage.server.reset()
    const failed = await stage.gv(['install', '--system', '1.21.13'])
    expectFailure(failed, exit.storage, /read-only/)
    expectFailure(await stage.gv(['use', '--system', '1.21.13']), exit.storage, /read-only/)
    expectFailure(await stage.gv(['uninstall', '--system', '1.22.5', '--force']), exit.storage, /read-only/)
    expect(failed.elapsedMs).toBeLessThan(1500)
    expect(stage.server.seen).toEqual([])
    expect(await stage.gv(['install', '--system', '1.22.5'])).toMatchObject({ status: 0 })
    expect(execFileSync(`${stage.link}/bin/go`, ['version'], { encoding: 'utf8' })).toMatch(/go1\.22\.5/)
    expect((await stage.gv(['list', '--system'])).stdout).toMatch(/1\.22\.5/)
  })
})

describe.skipIf(!canBeRoot)('many at once in the system store', () => {
  test('12. one download, one good tree, and one of the versions at the link', async () => {
    const stage = await setSystemStage()
    const other = makeToolchain('1.22.6', { bulkBytes: 1_000_000 })
    for (const each of [toolchain, other]) stage.server.site.publish(each)
    const runs = Array.from({ length: 8 }, (_, i) => stage.gv(['use', '--system', i % 2 ? '1.22.5' : '1.22.6']))
    for (const run of await Promise.all(runs)) expect(run).toMatchObject({ status: 0 })
    expect(stage.server.count(stage.archives)).toBe(2)
    await expectWhole(stage)
    expect(readdirSync(stage.path('local'))).toEqual(['go'])
  })

  test.each(['../../victim', '/victim', '.gv', 'go1.22.5/..', '1.22'])('18. uninstall %j is refused', async (name) => {
    const stage = await setSystemStage()
    await stage.write('opt/victim/precious', 'x')
    await stage.write('opt/go/.gv/config.toml', '')
    expectFailure(await stage.gv(['uninstall', '--system', '--', name]), exit.usage, /not an exact version/)
    expect(await stage.list('opt/victim')).toEqual(['precious'])
    expect(await stage.list('opt/go/.gv')).toEqual(['config.toml'])
  })
})
