import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { gvProgram } from '../support/gv-process.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectPlainText } from './expectations.ts'
import { kinds, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')

async function stageWithToolchain(): Promise<Stage> {
  const stage = await setStage('a mirror')
  stage.server.site.publish(toolchain)
  await stage.gv(['install', '1.22.5'])
  return stage
}

describe.each(kinds)('30. a file in the place of a folder of the store, with %s,', (origin) => {
  test.each([
    ['', /cannot read the list of installed toolchains in .*\nhint: move it away/],
    ['versions', /cannot read the list of installed toolchains in .*\nhint: move it away/],
    ['tmp', /cannot write to the store in ".*\/tmp": something else is there already\nhint: move it away/],
    ['locks', /cannot write to the store in ".*\/locks": something else is there already\nhint: move it away/],
    ['receipts', /cannot write to the store in ".*\/receipts": something else is there .*\nhint: move it away/],
    ['cache', /cannot write to the store in ".*\/cache": something else is there .*\nhint: move it away/],
    ['cache/downloads', /cannot keep a download in .*: something else is there .*\nhint: move it away/],
    ['cache/sumdb', /the newest tree head of the checksum database cannot be kept/],
  ])('%j, is said in one line', async (place, says) => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.write(join('store', place), 'x')
    expectFailure(await stage.gv(['install', '1.22.5']), exit.storage, says)
  })

  test.each(['cache/lists', 'cache/archives', 'cache/info'])('%j, is no reason not to install', async (place) => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    await stage.write(join('store', place), 'x')
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
  })
})

test.each(kinds)('30. what was kept and is damaged is fetched anew (%s)', async (origin) => {
  const stage = await setStage(origin)
  stage.server.log.growTo(300)
  stage.server.site.publish(toolchain)
  await stage.gv(['install', '1.22.5'])
  await stage.gv(['uninstall', '1.22.5'])
  for (const damage of [
    () => Buffer.alloc(0),
    () => Buffer.from('{'),
    (bytes: Buffer) => bytes.map((byte) => byte ^ 1),
  ]) {
    const entries = await readdir(stage.path('store/cache'), { recursive: true, withFileTypes: true })
    for (const entry of entries.filter((one) => one.isFile() && !one.parentPath.endsWith('heads'))) {
      const path = join(entry.parentPath, entry.name)
      await writeFile(path, damage(await readFile(path)))
    }
    expect(await stage.gv(['install', '1.22'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, toolchain)
    await stage.gv(['uninstall', '1.22.5'])
  }
})

test.each(['', '{', 'null', '{"format":1}', '\0\0'])('30. a receipt that says %j is said in one line', async (text) => {
  const stage = await stageWithToolchain()
  await writeFile(stage.path('store/receipts/go1.22.5.json'), text)
  for (const flags of [[], ['--repair']]) {
    const failed = await stage.gv(['verify', '1.22.5', ...flags])
    expectFailure(
      failed,
      exit.storage,
      /the receipt of go1\.22\.5 cannot be used: .*\nhint: gv uninstall go1\.22\.5 && gv install/,
    )
  }
  expect(await stage.gv(['list'])).toMatchObject({ status: 0, stderr: '' })
  await expectInstalled(stage, toolchain)
})

test('30. a working directory that is gone is said in one line, and only where it matters', async () => {
  const stage = await stageWithToolchain()
  const inGoneFolder = async (...words: string[]) => {
    await mkdir(stage.path('gone'))
    const script = 'cd gone && rmdir ../gone && "$@"; echo "status $?"'
    const options = { cwd: stage.root, env: stage.env }
    return promisify(execFile)('sh', ['-c', script, 'sh', process.execPath, gvProgram, ...words], options)
  }
  expect((await inGoneFolder('list')).stdout).toBe('  1.22.5  proven by the checksum database\nstatus 0\n')
  expect(await inGoneFolder('current')).toEqual({
    stdout: 'status 1\n',
    stderr: 'gv: the working directory cannot be used: it was removed\nhint: cd to another folder\n',
  })
})

test('30. output that cannot be written is said in one line', async () => {
  const stage = await stageWithToolchain()
  const full = ['-c', '"$@" > /dev/full; echo "status $?"', 'sh', process.execPath, gvProgram, 'list']
  const { stdout, stderr } = await promisify(execFile)('sh', full, { cwd: stage.cwd, env: stage.env })
  expect({ stdout, stderr }).toEqual({ stdout: 'status 1\n', stderr: 'gv: cannot write the output: ENOSPC\n' })
})

test('30. a home that is missing, empty or relative is no reason to fail in another way', async () => {
  const stage = await stageWithToolchain()
  for (const HOME of [undefined, '', 'relative', '/nonexistent']) {
    for (const args of [['list'], ['install', '1.22.5'], ['ls-remote'], ['exec', '1.22.5', 'go', 'version']]) {
      const result = await stage.gv(args, { env: { HOME } })
      expect(result).toMatchObject({ status: 0, stderr: '' })
      expectPlainText(result.stdout)
    }
  }
})
