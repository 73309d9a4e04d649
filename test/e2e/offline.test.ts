import { describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled } from './expectations.ts'
import { origins, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')
const connectionsModule = new URL('../support/connections.mjs', import.meta.url).href

/** All that forbids the network. */
const forbidden: readonly { env?: Record<string, string>; args: readonly string[]; says: RegExp }[] = [
  { args: ['--offline'], says: /--offline forbids the network/ },
  { env: { GV_OFFLINE: '1' }, args: [], says: /GV_OFFLINE forbids the network/ },
]

describe.each(origins)('19. offline, with %s', (origin) => {
  test('what is installed runs, and is installed, with no connection tried', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    stage.server.reset()
    const watched = { NODE_OPTIONS: `--import=${connectionsModule}`, GV_TEST_CONNECTIONS: stage.path('connections') }
    for (const { env = {}, args } of [...forbidden, { args: [] }]) {
      const again = await stage.gv(['install', '1.22.5', ...args], { env: { ...env, ...watched } })
      expect(again).toMatchObject({ status: 0, stderr: '' })
    }
    for (const args of [['list'], ['which', 'go', '1.22'], ['exec', '1.22', 'go', 'version'], ['verify', '--all']]) {
      expect(await stage.gv(args, { env: watched })).toMatchObject({ status: 0, stderr: '' })
    }
    // To nobody at all; that the watch would see one is seen where something is asked for.
    expect(await stage.list()).not.toContain('connections')
    await stage.gv(['install', '1.23.0'], { env: watched })
    expect(await stage.list()).toContain('connections')
    await expectInstalled(stage, toolchain)
  })

  test('what is not there is refused, and nobody is asked', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    for (const { env = {}, args, says } of forbidden) {
      expectFailure(await stage.gv(['install', '1.22.5', ...args], { env }), exit.network, says)
      const list = await stage.gv(['ls-remote', ...args], { env })
      expectFailure(list, exit.network, /no list of Go releases is kept here: .* forbids asking for one/)
    }
    expect(stage.server.seen).toEqual([])
    expect(await stage.list('store/versions')).toEqual([])
  })

  test('an archive that was proven once installs again, and the list that was kept is shown', async () => {
    const stage = await setStage(origin)
    stage.server.log.growTo(300)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    await stage.gv(['uninstall', '1.22.5'])
    stage.server.reset()
    for (const { env = {}, args } of forbidden) {
      expect(await stage.gv(['install', '1.22', ...args], { env })).toMatchObject({ status: 0, stderr: '' })
      await expectInstalled(stage, toolchain)
      await stage.gv(['uninstall', '1.22.5'])
    }
    expect((await stage.gv(['ls-remote', '--offline'])).stdout).toMatch(/^1\.22\.5 /)
    expect(stage.server.seen).toEqual([])
  })

  test('an archive that was only downloaded does not', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'], { killAt: 'download-done' })
    stage.server.reset()
    expectFailure(await stage.gv(['install', '1.22.5', '--offline']), exit.network, /--offline forbids the network/)
    expect(stage.server.seen).toEqual([])
  })
})
