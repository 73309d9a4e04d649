import { readFile, readlink } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled } from './expectations.ts'
import { type Stage, setStage } from './stage.ts'

/** A stage where so many releases can be had, and some are installed; asks for the lists anew each time. */
async function stageWith(installed: readonly string[], others: readonly string[]): Promise<Stage> {
  const stage = await setStage('a mirror')
  for (const version of [...installed, ...others]) stage.server.site.publish(makeToolchain(version))
  expect(await stage.gv(['install', ...installed])).toMatchObject({ status: 0 })
  return stage
}

describe('gv upgrade', () => {
  test('installs the newest patch of each line, moves the default, and leaves what it replaces', async () => {
    const stage = await stageWith(['1.21.12', '1.22.4'], ['1.21.13', '1.22.5', '1.23.0'])
    await stage.gv(['use', '--global', '1.21.12'])
    await stage.write('project/.tool-versions', 'golang 1.22.4\n')
    await stage.gv(['current'], { cwd: stage.path('project') })
    const result = await stage.gv(['upgrade'])
    expect(result).toMatchObject({ status: 0, stderr: '' })
    expect(result.stdout).toBe(
      '1.22.4 -> 1.22.5  installed\n1.21.12 -> 1.21.13  installed\n1.21.12 -> 1.21.13  your default\n',
    )
    expect(await readlink(`${stage.store}/current`)).toBe('versions/go1.21.13')
    expect(await stage.list('store/versions')).toEqual(['go1.21.12', 'go1.21.13', 'go1.22.4', 'go1.22.5'])
    expect(await readFile(stage.path('project/.tool-versions'), 'utf8')).toBe('golang 1.22.4\n')
    await expectInstalled(stage, makeToolchain('1.22.5'))
    expect(await stage.gv(['upgrade'])).toMatchObject({ status: 0, stdout: 'everything is up to date\n' })
  })

  test('of one line touches no other', async () => {
    const stage = await stageWith(['1.21.12', '1.22.4'], ['1.21.13', '1.22.5'])
    await stage.gv(['use', '--global', '1.21.12'])
    expect((await stage.gv(['upgrade', '1.22', '--json'])).json()).toEqual({
      lines: [{ line: '1.22', version: '1.22.4', latest: '1.22.5', installed: true }],
      default: null,
      pins: [],
    })
    expect(await readlink(`${stage.store}/current`)).toBe('versions/go1.21.12')
    expect(await stage.list('store/versions')).toEqual(['go1.21.12', 'go1.22.4', 'go1.22.5'])
  })

  test('--pins moves exact pins of projects that gv has seen, and nothing else in them', async () => {
    const stage = await stageWith(['1.22.4'], ['1.22.5'])
    const projects = {
      exact: [
        '.tool-versions',
        '# tools\nnodejs 20\ngolang 1.22.4 # why\r\n',
        '# tools\nnodejs 20\ngolang 1.22.5 # why\r\n',
      ],
      plain: ['.go-version', 'v1.22.4', '1.22.5'],
      line: ['.go-version', '1.22\n', '1.22\n'],
      several: ['.tool-versions', 'golang 1.22.4 1.21.13\n', 'golang 1.22.4 1.21.13\n'],
      module: ['go.mod', 'module x\n\ngo 1.22.4\n', 'module x\n\ngo 1.22.4\n'],
    } as const
    for (const [name, [file, text]] of Object.entries(projects)) {
      await stage.write(`${name}/${file}`, text)
      await stage.gv(['current'], { cwd: stage.path(name) })
    }
    await stage.write('unseen/.go-version', '1.22.4\n')
    const result = await stage.gv(['upgrade', '--pins'])
    expect(result).toMatchObject({ status: 0, stderr: '' })
    for (const [name, [file, , after]] of Object.entries(projects)) {
      expect(await readFile(stage.path(name, file), 'utf8'), name).toBe(after)
    }
    expect(await readFile(stage.path('unseen/.go-version'), 'utf8')).toBe('1.22.4\n')
    expect(result.stdout).toContain(`1.22.4 -> 1.22.5  ${stage.path('exact/.tool-versions')}\n`)
  })

  test('that fails for one line upgrades the others', async () => {
    const stage = await setStage('a mirror')
    for (const version of ['1.21.12', '1.22.4', '1.22.5']) stage.server.site.publish(makeToolchain(version))
    stage.server.site.publish(makeToolchain('1.21.13'), { unlogged: true })
    await stage.gv(['install', '1.21.12', '1.22.4'])
    const result = await stage.gv(['upgrade'])
    expect(result).toMatchObject({ status: exit.verification, stdout: '1.22.4 -> 1.22.5  installed\n' })
    expect(result.stderr).toMatch(/1\.21\.13/)
    expect(await stage.list('store/versions')).toEqual(['go1.21.12', 'go1.22.4', 'go1.22.5'])
  })

  test.each([
    [['1.22.4'], exit.usage, /"1\.22\.4" is no line of Go/],
    [['latest'], exit.usage, /"latest" is no line of Go/],
    [['1.19'], exit.noSuchVersion, /nothing of Go 1\.19 is installed/],
  ])('of %j is refused', async (words, status, says) => {
    const stage = await setStage('a mirror')
    expectFailure(await stage.gv(['upgrade', ...words]), status, says)
  })
})
