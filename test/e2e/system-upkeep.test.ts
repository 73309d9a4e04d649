import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure } from './expectations.ts'
import { alice, canBeRoot, expectRootsTree, setSystemStage, umask } from './system-stage.ts'

describe.skipIf(!canBeRoot)('the upkeep of the system store', () => {
  test('takes away what nothing uses, and what the link leads to only by force', async () => {
    const stage = await setSystemStage()
    for (const version of ['1.21.13', '1.22.5']) stage.server.site.publish(makeToolchain(version))
    await stage.gv(['install', '--system', '1.21.13'])
    await stage.gv(['use', '--system', '1.22.5'])
    expectFailure(await stage.gv(['uninstall', '--system', '1.22.5']), exit.usage, /leads to it/)
    expect(await stage.gv(['uninstall', '--system', '1.21.13'])).toMatchObject({ status: 0 })
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv', 'go1.22.5'])
    expect(await stage.gv(['uninstall', '--system', '--force', '1.22.5'])).toMatchObject({ status: 0 })
    expect(readdirSync(stage.systemRoot)).toEqual(['.gv'])
  })

  test('is pruned and upgraded by root alone, with modes and owners of its own', async () => {
    const stage = await setSystemStage()
    for (const version of ['1.21.13', '1.22.5', '1.22.6']) stage.server.site.publish(makeToolchain(version))
    await stage.gv(['install', '--system', '1.21.13'])
    await stage.gv(['use', '--system', '1.22.5'])
    for (const command of [
      ['prune', '--system', '--yes'],
      ['upgrade', '--system'],
    ]) {
      expectFailure(await stage.gvAs(alice, command), exit.storage, /only root may/)
    }
    expect(await stage.gv(['upgrade', '--system', '1.22'], { through: umask('077') })).toMatchObject({ status: 0 })
    expectRootsTree(join(stage.systemRoot, 'go1.22.6'))
    expect(readlinkSync(stage.link)).toBe(`${stage.systemRoot}/go1.22.6`)
    expect(await stage.gv(['prune', '--system', '--yes'])).toMatchObject({ status: 0 })
    expect(existsSync(join(stage.systemRoot, 'go1.22.6'))).toBe(true)
    expect(existsSync(stage.store)).toBe(false)
  })
})
