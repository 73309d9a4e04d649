import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../src/checkpoint.ts'
import { compareTree } from '../../src/store/check.ts'
import { listInstalled } from '../../src/store/installed.ts'
import { storeAt } from '../../src/store/layout.ts'
import { readManifests } from '../../src/store/manifests.ts'
import { readReceipt } from '../../src/store/receipt.ts'
import { scanTree } from '../../src/store/scan.ts'
import { archiveOf, makeToolchain } from '../support/toolchain-factory.ts'
import { bundleProgram, type Ended, Program } from './programs.ts'
import { temporaryFolder } from './unpacking.ts'

const host = { os: 'linux', arch: 'amd64' }

let program = ''
beforeAll(async () => {
  program = await bundleProgram('installer')
})
afterAll(() => rm(dirname(program), { recursive: true }))

/** A store of this test's own, and a tarball of each version. */
class Place {
  readonly root = temporaryFolder()
  readonly store = storeAt(join(this.root, 'store'))

  async run(
    action: 'install' | 'uninstall',
    version: string,
    killAt?: Checkpoint,
  ): Promise<Ended & { lines: string[] }> {
    const tarball = join(this.root, `${version}.tar.gz`)
    writeFileSync(tarball, archiveOf(makeToolchain(version, { bulkBytes: 2_000_000 })))
    const env = killAt ? { GV_TEST_KILL: killAt } : {}
    const started = new Program(program, [this.store.root, action, version, tarball], env)
    return { ...(await started.ended), lines: started.lines }
  }

  installed(): string[] {
    return listInstalled(this.store, host).map(({ name }) => name)
  }

  tmp(): string[] {
    return readdirSync(this.store.tmp)
  }

  /** Each installed tree is exactly what its receipt says, and has one. */
  async expectWhole(): Promise<void> {
    for (const toolchain of listInstalled(this.store, host)) {
      const receipt = readReceipt(this.store, toolchain)
      expect(receipt, toolchain.name).toBeDefined()
      if (!receipt) continue
      const manifests = readManifests(this.store, toolchain, receipt)
      const scan = await scanTree(toolchain.goroot, new AbortController().signal)
      expect(compareTree(scan, { toolchain, manifests, umask: 0o022 })).toEqual([])
    }
  }
}

const killed = { status: null, signal: 'SIGKILL' }
const before: readonly Checkpoint[] = ['locked', 'staging-made', 'unpack-half', 'unpacked', 'synced']
const after: readonly Checkpoint[] = ['published', 'receipt-written', 'unlocking']

describe('an installation that was killed', () => {
  test.each(before)('at %s is not there; the next one heals', async (moment) => {
    const place = new Place()
    expect(await place.run('install', '1.22.5', moment)).toMatchObject(killed)
    expect(place.installed()).toEqual([])
    expect(await place.run('install', '1.22.5')).toMatchObject({ status: 0, lines: ['published'] })
    expect(place.installed()).toEqual(['go1.22.5'])
    expect(place.tmp()).toEqual([])
    await place.expectWhole()
  })

  test.each(after)('at %s is there, whole; the next one heals', async (moment) => {
    const place = new Place()
    expect(await place.run('install', '1.22.5', moment)).toMatchObject(killed)
    expect(place.installed()).toEqual(['go1.22.5'])
    expect(await place.run('install', '1.22.6')).toMatchObject({ status: 0 })
    expect(place.installed()).toEqual(['go1.22.6', 'go1.22.5'])
    expect(place.tmp()).toEqual([])
    await place.expectWhole()
  })

  test('leaves no bytes behind when the next one is that of another version', async () => {
    const place = new Place()
    for (const [i, moment] of before.entries()) {
      expect(await place.run('install', '1.22.5', moment)).toMatchObject(killed)
      expect(await place.run('install', `1.21.${i}`)).toMatchObject({ status: 0, lines: ['published'] })
      expect(place.tmp()).toEqual([])
    }
    expect(place.installed()).toHaveLength(before.length)
    await place.expectWhole()
  })
})

describe('an uninstallation that was killed', () => {
  test.each<Checkpoint>(['uninstall-renamed', 'uninstall-half', 'unlocking'])(
    'at %s is done; the next install heals',
    async (moment) => {
      const place = new Place()
      await place.run('install', '1.22.5')
      expect(await place.run('uninstall', '1.22.5', moment)).toMatchObject(killed)
      expect(place.installed()).toEqual([])
      expect(await place.run('install', '1.22.6')).toMatchObject({ status: 0, lines: ['published'] })
      expect(place.tmp()).toEqual([])
      expect(readdirSync(place.store.receipts).filter((file) => file.startsWith('go1.22.5.'))).toEqual([])
      expect(await place.run('install', '1.22.5')).toMatchObject({ status: 0, lines: ['published'] })
      await place.expectWhole()
    },
  )
})

describe('what is not ours in tmp', () => {
  test('stays', async () => {
    const place = new Place()
    mkdirSync(join(place.store.tmp, 'mine'), { recursive: true })
    mkdirSync(join(place.store.tmp, 'evil.1.0123456789ab'))
    await place.run('install', '1.22.5')
    expect(place.tmp().sort()).toEqual(['evil.1.0123456789ab', 'mine'])
  })
})
