import { mkdir, readdir, symlink } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled } from './expectations.ts'
import { closeStage, openStage, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')

describe('18. gv uninstall', () => {
  test('takes a toolchain away, with its receipt, and nothing else', async () => {
    const stage = await setStage('a mirror')
    const other = makeToolchain('1.21.13')
    for (const each of [toolchain, other]) stage.server.site.publish(each)
    await stage.gv(['install', '1.22.5', '1.21.13'])
    stage.server.reset()
    expect(await stage.gv(['uninstall', '1.22.5'])).toMatchObject({
      status: 0,
      stdout: 'go1.22.5 is uninstalled\n',
      stderr: '',
    })
    expect(await stage.list('store/versions')).toEqual(['go1.21.13'])
    expect(await stage.list('store/receipts')).toEqual(['go1.21.13.extra', 'go1.21.13.h1', 'go1.21.13.json'])
    expect(await stage.list('store/tmp')).toEqual([])
    await expectInstalled(stage, other)
    expect(stage.server.seen).toEqual([])
    expectFailure(await stage.gv(['uninstall', '1.22.5']), exit.noSuchVersion, /Go "1\.22\.5" is not installed/)
  })

  test('finds all before it removes the first', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    const failed = await stage.gv(['uninstall', '1.22.5', '1.22.6'])
    expectFailure(failed, exit.noSuchVersion, /Go "1\.22\.6" is not installed: did you mean 1\.22\.5\?/)
    await expectInstalled(stage, toolchain)
    const json = await stage.gv(['uninstall', '--json', 'go1.22.5'])
    expect(json.json()).toEqual([expect.objectContaining({ version: '1.22.5', os: 'linux', arch: 'amd64' })])
  })

  test('does not follow a link that stands for a toolchain', async () => {
    const stage = await setStage('a mirror')
    await stage.write('victim/bin/go', 'x')
    await mkdir(stage.path('store/versions'), { recursive: true })
    await symlink(stage.path('victim'), stage.path('store/versions/go1.22.5'))
    expectFailure(await stage.gv(['uninstall', '1.22.5']), exit.noSuchVersion, /is not installed/)
    expect(await readdir(stage.path('store/versions'))).toEqual(['go1.22.5'])
    expect(await stage.list('victim/bin')).toEqual(['go'])
  })

  test('does not follow a link within a toolchain', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    await stage.write('victim/precious', 'x')
    await symlink(stage.path('victim'), stage.path('store/versions/go1.22.5/src/link'))
    expect(await stage.gv(['uninstall', '1.22.5'])).toMatchObject({ status: 0 })
    expect(await stage.list('victim')).toEqual(['precious'])
    expect(await stage.list('store/versions')).toEqual([])
  })
})

describe('18. gv uninstall of what is no version', () => {
  const places = ['victim', 'store/victim', 'home/victim']
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage('a mirror')
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    for (const place of places) await stage.write(`${place}/precious`, 'x')
  })
  afterAll(() => closeStage(stage))

  test.each([
    '../../../victim',
    '../victim',
    '/victim',
    '.',
    '..',
    '',
    'go1.22.5/../../victim',
    'go1.22.5/',
    '1.22',
    'latest',
    '1.22.5\0',
    '*',
    '~',
    'path:/victim',
    '-rf',
  ])('refuses %j and leaves everything as it is', async (name) => {
    // No system takes a NUL in an argument: that text can come from nowhere else than a file.
    const word = name.replace('\0', '\u0001').replace('/victim', `${stage.root}/victim`)
    expectFailure(await stage.gv(['uninstall', '--', word]), exit.usage, /not an exact version|^gv uninstall/)
    for (const place of places) expect(await stage.list(place)).toEqual(['precious'])
    await expectInstalled(stage, toolchain)
  })
})
