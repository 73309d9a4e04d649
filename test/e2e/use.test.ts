import { readFile, readlink } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { closeStage, openStage, type Stage, setStage } from './stage.ts'

describe('a project whose Go is not there yet', () => {
  test('gets it when something is run in it, and one line says which file asked', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(makeToolchain('1.22.5'))
    await stage.write('project/go.mod', 'module example.com/x\n\ngo 1.22.5\n')
    const cwd = stage.path('project')
    const first = await stage.gv(['exec', 'go', 'version'], { cwd })
    expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining('go1.22.5') })
    expect(first.stderr).toMatch(/^gv: installing go1\.22\.5: \S+\/project\/go\.mod:3 asks for it$/m)
    const second = await stage.gv(['exec', 'go', 'version'], { cwd })
    expect(second).toMatchObject({ status: 0, stderr: '' })
  })

  test.each([
    [{ GV_AUTO_INSTALL: 'never' }, /auto_install is never \(GV_AUTO_INSTALL\)/],
    [{ GV_AUTO_INSTALL: 'ask' }, /auto_install is ask \(GV_AUTO_INSTALL\), and nobody agreed/],
    [{ GV_OFFLINE: '1' }, /GV_OFFLINE forbids the network/],
    [{ GOTOOLCHAIN: 'local' }, /GOTOOLCHAIN=local forbids installing it unasked/],
  ])('is told which setting stands in the way: %j', async (env, reason) => {
    const stage = await setStage('a mirror', { env })
    stage.server.site.publish(makeToolchain('1.22.5'))
    await stage.write('project/.go-version', '1.22.5\n')
    const result = await stage.gv(['exec', 'go', 'version'], { cwd: stage.path('project') })
    expect(result).toMatchObject({ status: 3, stdout: '' })
    expect(result.stderr).toMatch(reason)
    expect(result.stderr).toMatch(/^hint: /m)
    expect(stage.server.seen).toEqual([])
  })
})

describe('gv use', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage('a mirror')
    for (const version of ['1.21.13', '1.22.4', '1.22.5']) stage.server.site.publish(makeToolchain(version))
  })

  afterAll(() => closeStage(stage))

  test('writes a new pin, which then counts', async () => {
    await stage.write('new/keep', '')
    const cwd = stage.path('new')
    expect(await stage.gv(['use', '1.22'], { cwd })).toMatchObject({ status: 0 })
    expect(await readFile(stage.path('new/.tool-versions'), 'utf8')).toBe('golang 1.22\n')
    const current = await stage.gv(['current', '--json'], { cwd })
    expect(current.json()).toMatchObject({
      version: '1.22.5',
      installed: true,
      spec: '1.22',
      source: stage.path('new/.tool-versions'),
      line: 1,
    })
  })

  test('edits the pin that decides, in place', async () => {
    await stage.write('old/.tool-versions', '# tools\nnodejs 20.1.0\ngolang 1.21.13 # until May\r\n')
    await stage.write('old/deep/keep', '')
    expect(await stage.gv(['use', 'latest'], { cwd: stage.path('old/deep') })).toMatchObject({ status: 0 })
    expect(await readFile(stage.path('old/.tool-versions'), 'utf8')).toBe(
      '# tools\nnodejs 20.1.0\ngolang 1.22.5 # until May\r\n',
    )
  })

  test('mends a pin that cannot be understood', async () => {
    await stage.write('broken/.go-version', 'one point two\n')
    const cwd = stage.path('broken')
    const before = await stage.gv(['current'], { cwd })
    expect(before.stderr).toMatch(/\.go-version:1: /)
    expect(await stage.gv(['use', '1.22.4'], { cwd })).toMatchObject({ status: 0 })
    expect(await readFile(stage.path('broken/.go-version'), 'utf8')).toBe('1.22.4\n')
  })

  test('refuses what go.mod forbids, before it installs anything', async () => {
    await stage.write('module/go.mod', 'module example.com/x\n\ngo 1.22.5\n')
    const cwd = stage.path('module')
    const refused = await stage.gv(['use', '1.21'], { cwd })
    expect(refused).toMatchObject({ status: 2 })
    expect(refused.stderr).toMatch(/^gv: 1\.21 is too old for this project: \S+go\.mod:3 asks for go >= 1\.22\.5$/m)
    expect((await stage.gv(['list', '--json'])).json()).not.toContainEqual(
      expect.objectContaining({ version: '1.21.13' }),
    )
    const forced = await stage.gv(['use', '1.21', '--force'], { cwd })
    expect(forced).toMatchObject({ status: 0 })
    expect(forced.stdout).toMatch(
      /go\.mod:3 asks for go >= 1\.22\.5, but \.tool-versions:1 pins 1\.21: go will switch to 1\.22\.5/,
    )
  })

  test('--global switches the default, and the Go line of ~/.tool-versions with it', async () => {
    expect(await stage.gv(['use', '--global', '1.22.4'])).toMatchObject({ status: 0 })
    expect(await readlink(`${stage.store}/current`)).toBe('versions/go1.22.4')
    await stage.write('home/.tool-versions', 'golang 1.21\n')
    expect(await stage.gv(['use', '--global', '1.22.5'])).toMatchObject({ status: 0 })
    expect(await readlink(`${stage.store}/current`)).toBe('versions/go1.22.5')
    expect(await readFile(`${stage.home}/.tool-versions`, 'utf8')).toBe('golang 1.22.5\n')
  })

  test.each([
    [['use', '--global', '--mod', '1.22'], /cannot be said together/],
    [['use', '--shell', '1.22'], /gv init/],
    [['use', 'path:/usr/local/go'], /a project may not name a path/],
    [['use', '../../evil'], /is not a version of Go/],
  ])('%j is a usage error', async (args, message) => {
    const result = await stage.gv(args)
    expect(result).toMatchObject({ status: 2, stdout: '' })
    expect(result.stderr).toMatch(message)
  })
})
