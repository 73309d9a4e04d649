import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { status } from '../support/fault-server.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, publishedTree, treeOf } from './expectations.ts'
import { kinds, origins, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')

describe.each(origins)('gv install from %s', (origin) => {
  test('installs a release file by file as it was published, and tells in one line', async () => {
    const stage = await setStage(origin)
    stage.server.log.growTo(300)
    stage.server.site.publish(toolchain)
    const { status, stdout, stderr } = await stage.gv(['install', '1.22.5'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(
      new RegExp(`^go1\\.22\\.5 installed in [\\d.]+ m?s, proven by the checksum database: ${stage.store}/.*\n$`),
    )
    await expectInstalled(stage, toolchain)
    expect(stage.server.count(stage.archives)).toBe(1)
  })

  test('that is installed does nothing, and asks nobody', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    stage.server.reset()
    const { status, stdout, stderr } = await stage.gv(['install', '1.22.5', 'go1.22.5'])
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `go1.22.5 is already installed: ${stage.path('store/versions/go1.22.5')}\n`,
      stderr: '',
    })
    expect(stage.server.seen).toEqual([])
  })

  test('takes a version that no list has', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(makeToolchain('1.22.4'))
    stage.server.site.publish(toolchain, { unlisted: true })
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })

  test('names the nearest versions where one does not exist', async () => {
    const stage = await setStage(origin)
    for (const version of ['1.22.5', '1.22.6', '1.21.13']) stage.server.site.publish(makeToolchain(version))
    const missing = await stage.gv(['install', '1.22.7'])
    expectFailure(missing, exit.noSuchVersion, /^gv: there is no go1\.22\.7 for linux-amd64: .*did you mean 1\.22\.6/)
    expect(missing.stderr).toMatch(/\nhint: gv install 1\.22\.6\n$/)
    const line = await stage.gv(['install', '1.32'])
    expectFailure(line, exit.noSuchVersion, /^gv: no Go matches "1\.32" for linux-amd64: did you mean 1\.22\.6/)
    expect(await stage.list('store/versions')).toEqual([])
  })

  test('leaves nothing of a download that the server does not give', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    for (const code of [403, 404]) {
      stage.server.fault(stage.archives, status(code))
      const failed = await stage.gv(['install', '1.22.5'])
      expectFailure(failed, code === 404 ? exit.noSuchVersion : exit.network, new RegExp(`answered ${code} `))
      expect(await stage.list('store/cache/downloads')).toEqual([])
    }
  })
})

describe.each(kinds)('gv install from %s', (origin) => {
  test('takes several specs at once, each release once', async () => {
    const stage = await setStage(origin)
    const versions = ['1.23rc1', '1.22.5', '1.22.4', '1.21.13', '1.20.14', '1.20']
    for (const version of versions) stage.server.site.publish(makeToolchain(version))
    const { status, stdout, stderr } = await stage.gv(['install', '1.22', 'latest', '^1.21 <1.22', '1.23rc1', '1.22.5'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['go1.22.5', 'go1.21.13', 'go1.23rc1', ''])
    for (const version of ['1.22.5', '1.21.13', '1.23rc1']) await expectInstalled(stage, makeToolchain(version))
    expect(stage.server.count(stage.archives)).toBe(3)
  })

  test('installs the others when one fails, and says which', async () => {
    const stage = await setStage(origin)
    for (const version of ['1.22.5', '1.21.13']) stage.server.site.publish(makeToolchain(version))
    const { status, stdout, stderr } = await stage.gv(['install', '1.22.5', '1.22.9', '1.21.13'])
    expect(status).toBe(exit.noSuchVersion)
    expect(stdout).toMatch(/^go1\.22\.5 installed .*\ngo1\.21\.13 installed .*\n$/)
    expect(stderr).toMatch(/^gv: there is no go1\.22\.9 for linux-amd64: .*\nhint: .*\n$/)
  })

  test('gives the same as JSON', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    stage.server.site.publish(makeToolchain('1.21.13'))
    const result = await stage.gv(['install', '--json', '1.22.5', '1.21.13', '1.19.77'])
    const common = { os: 'linux', arch: 'amd64' }
    expect(result.json()).toEqual([
      {
        ...common,
        version: '1.22.5',
        goroot: stage.path('store/versions/go1.22.5'),
        alreadyInstalled: true,
        source: null,
        proof: null,
      },
      {
        ...common,
        version: '1.21.13',
        goroot: stage.path('store/versions/go1.21.13'),
        alreadyInstalled: false,
        source: expect.stringMatching(/^http:.*1\.21\.13/),
        proof: 'log',
      },
      {
        ...common,
        version: '1.19.77',
        error: expect.objectContaining({ code: 'no-such-version', exitStatus: exit.noSuchVersion }),
      },
    ])
    expect(result.status).toBe(exit.noSuchVersion)
    const alone = await stage.gv(['install', '--json', '1.19.77'])
    expect(alone).toMatchObject({ status: exit.noSuchVersion, stdout: '' })
    expect(JSON.parse(alone.stderr)).toEqual({
      error: {
        code: 'no-such-version',
        exitStatus: exit.noSuchVersion,
        message: 'there is no go1.19.77 for linux-amd64',
        reason: expect.stringMatching(/answered 404/),
        hint: expect.stringMatching(/^gv /),
      },
    })
  })

  test('installs for another platform beside the own, under a name that tells', async () => {
    const stage = await setStage(origin)
    const foreign = makeToolchain('1.22.5', { platform: 'darwin-arm64' })
    for (const each of [toolchain, foreign]) stage.server.site.publish(each)
    await stage.gv(['install', '1.22.5'])
    const { status, stderr } = await stage.gv(['install', '1.22.5', '--os', 'darwin', '--arch', 'arm64'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(await stage.list('store/versions')).toEqual(['go1.22.5', 'go1.22.5.darwin-arm64'])
    expect(await treeOf(stage.path('store/versions/go1.22.5.darwin-arm64'))).toEqual(publishedTree(foreign, origin))
    const wrong = await stage.gv(['install', '1.22.5', '--os', 'darwim'])
    expectFailure(wrong, exit.usage, /--os "darwim" is nothing that Go knows: did you mean "darwin"\?/)
    const missing = await stage.gv(['install', '1.22.5', '--os', 'freebsd'])
    expectFailure(missing, exit.noSuchVersion, /there is no go1\.22\.5 for freebsd-amd64/)
  })

  test('notes in the receipt what came from where and what proves it', async () => {
    const stage = await setStage(origin)
    const release = stage.server.site.publish(toolchain)
    await stage.gv(['install', '1.22.5'])
    const receipt: unknown = JSON.parse(await readFile(stage.path('store/receipts/go1.22.5.json'), 'utf8'))
    const archive = origin === 'a mirror' ? release.archive : release.moduleZip
    expect(receipt).toMatchObject({
      version: '1.22.5',
      platform: 'linux-amd64',
      archive: { sizeBytes: archive.length },
      tree: { h1: release.h1 },
      proof: { log: { h1: release.h1, log: stage.server.log.key.name } },
      insecure: false,
    })
  })
})

test.each([
  ['1.22.5 --ofline', /there is no option|Unknown option|--ofline/],
  ['1.x.y', /"1\.x\.y"/],
  ['../../etc', /"\.\.\/\.\.\/etc"/],
  ['1.22.5 --os', /--os/],
  ['1.22.5 --source ftp://example.com', /--source/],
  ['1.22.5\u001b[31m', /\\x1b\[31m/],
  ['system', /"system" is not something to install/],
])('gv install %j is a usage error', async (words, says) => {
  const stage = await setStage('a mirror')
  expectFailure(await stage.gv(['install', ...words.split(' ')]), exit.usage, says)
  expect(stage.server.seen).toEqual([])
})
