import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Checkpoint, checkpoints } from '../../src/checkpoint.ts'
import { type FakeToolchain, makeToolchain } from '../support/toolchain-factory.ts'
import { canMount, type Fullness, stageOnDisk } from './disk-stage.ts'
import { exit, expectFailure, publishedTree, treeOf } from './expectations.ts'
import { type SystemStage, setSystemStage } from './system-stage.ts'

const extra = { 'src/large.go': Buffer.alloc(300_000, 'the same in both\n') }
const older = makeToolchain('1.22.5', { extra, bulkBytes: 1_000_000 })
const newer = makeToolchain('1.22.6', { extra, bulkBytes: 1_000_000 })

const installing = checkpoints.slice(0, checkpoints.indexOf('unlocking') + 1)
/** From here on what is needed is there: all that is left are renames. */
const isStaged = (checkpoint: Checkpoint) => checkpoints.indexOf(checkpoint) >= checkpoints.indexOf('synced')

interface Command {
  readonly words: string
  /** What is run before, with room enough. */
  readonly before: readonly string[]
  readonly passes: readonly Checkpoint[]
  /** Where it ends well though the disk is full. */
  readonly succeeds: (checkpoint: Checkpoint, of: Fullness) => boolean
  /** What is installed in the end. */
  readonly toolchains: readonly FakeToolchain[]
}

const commands: readonly Command[] = [
  {
    words: 'install --system 1.22.5',
    before: [],
    passes: installing,
    succeeds: isStaged,
    toolchains: [older],
  },
  {
    words: 'upgrade',
    before: ['use --global 1.22.5'],
    passes: [...installing, 'upgrade-installed', 'link-made', 'link-switched'],
    // The link that takes the place of the default is a file of its own; an install that ends makes room for that.
    succeeds: (checkpoint, of) => isStaged(checkpoint) && (of === 'bytes' || checkpoint !== 'upgrade-installed'),
    toolchains: [older, newer],
  },
]

const rows = commands.flatMap((command) =>
  (['bytes', 'files'] as const).map((of) => ({ command, of, words: command.words })),
)

function placesOf(stage: SystemStage, { words }: Command) {
  return words.includes('--system')
    ? { versions: stage.systemRoot, own: join(stage.systemRoot, '.gv'), flags: ['--system'] }
    : { versions: join(stage.store, 'versions'), own: stage.store, flags: [] }
}

/** What is in the store is as it was published, and nothing else is there; returns how much of it is installed. */
async function expectOnlyWhole(stage: SystemStage, command: Command): Promise<number> {
  const { versions, own } = placesOf(stage, command)
  const there = command.toolchains.filter(({ version }) => existsSync(join(versions, `go${version}`)))
  const names = readdirSync(versions).filter((name) => name !== '.gv')
  expect(names.sort()).toEqual(there.map(({ version }) => `go${version}`))
  for (const toolchain of there)
    expect(await treeOf(join(versions, `go${toolchain.version}`))).toEqual(publishedTree(toolchain, 'a mirror'))
  for (const folder of ['tmp', 'locks']) expect(readdirSync(join(own, folder)), folder).toEqual([])
  const litter = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.\d+(?:\.new|\.tmp)?$|\/\.new-/.test(name),
  )
  expect(litter.filter((name) => !/^versions\//.test(name))).toEqual([])
  return there.length
}

describe.skipIf(!canMount).each(rows)('14. gv $words on a disk that has no more $of', ({ command, of }) => {
  test.each(command.passes)(
    'from %s on: all or nothing, in one line, and the next one succeeds',
    async (checkpoint) => {
      const stage = await stageOnDisk(60, (place) => setSystemStage('a mirror', place))
      const { flags } = placesOf(stage, command)
      for (const each of [older, newer]) stage.server.site.publish(each)
      for (const words of command.before) expect(await stage.gv(words.split(' '))).toMatchObject({ status: 0 })
      const run = stage.startGv(command.words.split(' '), { parkAt: checkpoint })
      await run.parked()
      stage.fill(of)
      run.resume()
      const result = await run.result
      if (command.succeeds(checkpoint, of)) expect(result).toMatchObject({ status: 0, stderr: '' })
      else expectFailure(result, exit.storage, /^gv: .*(?:\d [kM]?B (?:are )?free|can hold \d+ more)/)
      const all = command.toolchains.length
      expect(await expectOnlyWhole(stage, command)).toBe(isStaged(checkpoint) ? all : all - 1)
      stage.remount('size=60m', 'nr_inodes=50000')
      expect(await stage.gv(command.words.split(' '))).toMatchObject({ status: 0, stderr: '' })
      expect(await expectOnlyWhole(stage, command)).toBe(all)
      expect(await stage.gv(['verify', '--all', ...flags])).toMatchObject({ status: 0, stderr: '' })
    },
  )
})
