import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit } from './expectations.ts'
import { closeStage, openStage, type Stage, setStage } from './stage.ts'

/** A stage where so many releases can be had, and some are installed; asks for the lists anew each time. */
async function stageWith(installed: readonly string[], others: readonly string[]): Promise<Stage> {
  const stage = await setStage('a mirror')
  for (const version of [...installed, ...others]) stage.server.site.publish(makeToolchain(version))
  expect(await stage.gv(['install', ...installed])).toMatchObject({ status: 0 })
  return stage
}

describe('gv outdated', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage('a mirror')
    const versions = ['1.21.13', '1.22.4', '1.22.5', '1.23.0', '1.23rc1', '1.24rc1', '1.24rc2', '1.25rc1']
    for (const version of versions) stage.server.site.publish(makeToolchain(version))
    expect(await stage.gv(['install', '1.21.13', '1.22.4', '1.23rc1', '1.24rc1'])).toMatchObject({ status: 0 })
  })

  afterAll(() => closeStage(stage))

  test('shows the newest patch of each installed line, and ends with 1 when one is out', async () => {
    const { status, stdout, stderr } = await stage.gv(['outdated'])
    expect({ status, stderr }).toEqual({ status: exit.failed, stderr: '' })
    expect(stdout.split('\n').map((line) => line.split(/ +/).join(' '))).toEqual([
      '1.24rc1 -> 1.24rc2 unreleased',
      '1.23rc1 -> 1.23.0 supported',
      '1.22.4 -> 1.22.5 supported',
      '1.21.13 end of life',
      '',
    ])
  })

  test('tells programs the same', async () => {
    const { status, json } = await stage.gv(['outdated', '--json'])
    expect(status).toBe(exit.failed)
    expect(json()).toEqual([
      { line: '1.24', version: '1.24rc1', latest: '1.24rc2', outdated: true, support: 'unreleased' },
      { line: '1.23', version: '1.23rc1', latest: '1.23.0', outdated: true, support: 'supported' },
      { line: '1.22', version: '1.22.4', latest: '1.22.5', outdated: true, support: 'supported' },
      { line: '1.21', version: '1.21.13', latest: '1.21.13', outdated: false, support: 'end of life' },
    ])
  })

  test('ends with 0 when nothing newer is out, also where an older patch is installed beside the newest', async () => {
    const other = await stageWith(['1.22.4', '1.22.5'], ['1.23.0'])
    const result = await other.gv(['outdated'])
    expect(result).toMatchObject({ status: 0, stderr: '' })
    expect(result.stdout).toMatch(/^1\.22\.5 +supported\n$/)
  })

  test('says so where nothing is installed', async () => {
    const empty = await setStage('a mirror')
    expect(await empty.gv(['outdated'])).toMatchObject({ status: 0, stdout: 'no Go is installed\n' })
    expect(empty.server.seen).toEqual([])
  })
})
