import { describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure } from './expectations.ts'
import { setStage } from './stage.ts'

const native = makeToolchain('1.22.5')
const silicon = makeToolchain('1.22.5', { platform: 'darwin-arm64' })

describe('architectures', () => {
  test("are the machine's own, if no other is said", async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(silicon)
    expectFailure(await stage.gv(['install', '1.22.5']), exit.noSuchVersion, /there is no go1\.22\.5 for linux-amd64/)
    expectFailure(await stage.gv(['install', '1.22']), exit.noSuchVersion, /no Go matches "1\.22" for linux-amd64/)
    expect(await stage.list('store/versions')).toEqual([])
  })

  test('stand beside each other, and are listed, found, run and removed by their names', async () => {
    const stage = await setStage('a mirror')
    for (const each of [native, silicon]) stage.server.site.publish(each)
    const other = ['--os', 'darwin', '--arch', 'arm64']
    await stage.gv(['install', '1.22.5'])
    expect(await stage.gv(['install', '1.22.5', ...other])).toMatchObject({ status: 0 })
    expect((await stage.gv(['list'])).stdout).toMatch(
      /^ {2}1\.22\.5 {15}proven .*\n {2}1\.22\.5 darwin-arm64 {2}proven .*\n$/,
    )
    expect((await stage.gv(['which', 'go', '1.22.5', ...other])).stdout).toBe(
      `${stage.store}/versions/go1.22.5.darwin-arm64/bin/go\n`,
    )
    expect((await stage.gv(['exec', ...other, '1.22.5', 'go', 'version'])).stdout).toBe(
      'go version go1.22.5 darwin/arm64\n',
    )
    expect((await stage.gv(['list', '--json'])).json()).toMatchObject([
      { version: '1.22.5', os: 'linux', arch: 'amd64' },
      { version: '1.22.5', os: 'darwin', arch: 'arm64' },
    ])
    await stage.gv(['uninstall', '1.22.5', ...other])
    expect(await stage.list('store/versions')).toEqual(['go1.22.5'])
  })

  test('that this machine does not run are told, when one is run all the same', async () => {
    const stage = await setStage('a mirror')
    // An ELF header for arm64, with nothing behind it.
    const header = Buffer.alloc(64)
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
    header.set([2, 0, 183, 0, 1], 16)
    const programs = { 'bin/go': header, 'bin/gofmt': header }
    stage.server.site.publish(makeToolchain('1.22.5', { platform: 'linux-arm64', extra: programs }))
    expect(await stage.gv(['install', '1.22.5', '--arch', 'arm64'])).toMatchObject({ status: 0 })
    expect(await stage.gv(['exec', '--arch', 'arm64', '1.22.5', 'go', 'version'])).toMatchObject({
      status: 126,
      stderr: 'gv: cannot run "go": this machine does not run programs for linux-arm64\n',
    })
  })

  test('of the programs in an archive have to be the ones that were asked for', async () => {
    const stage = await setStage('a mirror')
    const header = Buffer.alloc(64)
    header.set([0xcf, 0xfa, 0xed, 0xfe, 0x07, 0, 0, 0x01])
    const intel = makeToolchain('1.22.5', {
      platform: 'darwin-arm64',
      extra: { 'bin/go': header, 'bin/gofmt': header },
    })
    stage.server.site.publish(intel)
    expectFailure(
      await stage.gv(['install', '1.22.5', '--os', 'darwin', '--arch', 'arm64']),
      exit.verification,
      /refused/,
    )
    expect(await stage.list('store/versions')).toEqual([])
  })

  test('on Apple silicon, a release that was never made for it is not taken from Intel unasked', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(makeToolchain('1.22.5', { platform: 'darwin-amd64' }))
    expectFailure(
      await stage.gv(['install', '1.22.5', '--os', 'darwin', '--arch', 'arm64']),
      exit.noSuchVersion,
      /there is no go1\.22\.5 for darwin-arm64.*\nhint: gv install 1\.22\.5 --arch amd64\n$/s,
    )
  })
})
