import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Checkpoint, checkpoints } from '../../src/checkpoint.ts'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'
import { publishedTree, treeOf } from './expectations.ts'
import { closeStage } from './stage.ts'
import { canBeRoot, openSystemStage, type SystemStage } from './system-stage.ts'

const bulk = { 'src/lib/same.go': 'package lib\n', 'src/large.go': Buffer.alloc(300_000, 'the same in both\n') }
const older = makeToolchain('1.22.5', { extra: bulk, bulkBytes: 100_000 })
const newer = makeToolchain('1.22.6', { extra: bulk, bulkBytes: 100_000 })
const same = 'src/large.go'

type Moment = Checkpoint | `${Checkpoint}:${number}`

/** A command that is killed at each moment that it passes; when the next one has healed all, there are both toolchains. */
interface Command {
  readonly words: string
  /** What has been run before it. */
  readonly before: readonly string[]
  /** Whether 1.22.5 stands in the place of the machine's link, as a tarball leaves it there. */
  readonly isStanding?: true
  readonly passes: readonly Moment[]
  /** What installs again what it removes. */
  readonly putBack?: string
  /** Where the link of the store leads in the end. */
  readonly leadsTo: string
}

const installing = checkpoints.slice(0, checkpoints.indexOf('unlocking') + 1)
const upgrading = [...installing, 'upgrade-installed', 'link-made', 'link-switched'] as const
const uninstalling = ['locked', 'uninstall-renamed', 'uninstall-half', 'unlocking'] as const

const commands: readonly Command[] = [
  {
    words: 'install 1.22.6',
    before: ['use --global 1.22.5'],
    passes: installing,
    leadsTo: '1.22.5',
  },
  {
    words: 'upgrade',
    before: ['use --global 1.22.5'],
    passes: upgrading,
    leadsTo: '1.22.6',
  },
  {
    words: 'uninstall 1.22.6',
    before: ['use --global 1.22.5', 'install 1.22.6'],
    passes: uninstalling,
    putBack: 'install 1.22.6',
    leadsTo: '1.22.5',
  },
  {
    words: 'uninstall --system 1.22.6',
    before: ['use --system 1.22.5', 'install --system 1.22.6'],
    passes: uninstalling,
    putBack: 'install --system 1.22.6',
    leadsTo: '1.22.5',
  },
  {
    words: 'upgrade --system',
    before: ['use --system 1.22.5'],
    passes: upgrading,
    leadsTo: '1.22.6',
  },
  {
    words: 'use --system 1.22.6',
    before: ['use --system 1.22.5', 'install --system 1.22.6'],
    passes: ['locked', 'link-made', 'link-switched', 'unlocking'],
    leadsTo: '1.22.6',
  },
  {
    words: 'use --system 1.22.6 --adopt',
    before: ['install --system 1.22.6'],
    isStanding: true,
    passes: [
      ...(['locked', 'staging-made', 'adopt-half', 'synced', 'published', 'receipt-written', 'unlocking'] as const),
      ...(['adopt-published', 'locked:2', 'link-made', 'adopt-moved-aside', 'adopt-switched', 'unlocking:2'] as const),
    ],
    leadsTo: '1.22.6',
  },
]

const isSystem = ({ words }: Command) => words.includes('--system')

/** The places of the store that a command works in. */
function placesOf(stage: SystemStage, command: Command) {
  return isSystem(command)
    ? { versions: stage.systemRoot, own: join(stage.systemRoot, '.gv'), link: stage.link, flags: ['--system'] }
    : { versions: join(stage.store, 'versions'), own: stage.store, link: join(stage.store, 'current'), flags: [] }
}

/** The toolchains in the store; each is there as it was published. */
async function wholeToolchains(versions: string): Promise<string[]> {
  const names = readdirSync(versions).filter((name) => name !== '.gv')
  for (const toolchain of [older, newer].filter(({ version }) => names.includes(`go${version}`)))
    expect(await treeOf(join(versions, `go${toolchain.version}`))).toEqual(publishedTree(toolchain, 'a mirror'))
  return names.sort()
}

/** Whatever a user sees and runs is whole. */
async function expectNothingHalf(stage: SystemStage, command: Command): Promise<void> {
  const { versions, link, flags } = placesOf(stage, command)
  const names = await wholeToolchains(versions)
  const listed = (await stage.gv(['list', ...flags, '--json'])).json() as { version: string }[]
  expect(listed.map(({ version }) => `go${version}`).sort()).toEqual(names)
  const there = lstatSync(link, { throwIfNoEntry: false })
  if (there?.isSymbolicLink()) expect(names).toContain(basename(readlinkSync(link)))
  else if (there) expect(await treeOf(link)).toEqual(publishedTree(older, 'a mirror'))
  // Between two renames neither is there; then the store has it.
  else expect(names).toContain('go1.22.5')
}

/** Both toolchains with their receipts, the link, files that are the same stored once, and nothing else. */
async function expectHealed(stage: SystemStage, command: Command): Promise<void> {
  const { versions, own, link, flags } = placesOf(stage, command)
  expect(await wholeToolchains(versions)).toEqual(['go1.22.5', 'go1.22.6'])
  expect(basename(readlinkSync(link))).toBe(`go${command.leadsTo}`)
  expect(readFileSync(join(link, 'VERSION'), 'utf8')).toMatch(`go${command.leadsTo}\n`)
  const inodes = new Set(['1.22.5', '1.22.6'].map((name) => lstatSync(join(versions, `go${name}`, same)).ino))
  // A copy of what is adopted is written anew.
  expect(inodes.size).toBe(command.isStanding ? 2 : 1)
  const receipts = ['1.22.5', '1.22.6'].flatMap((name) => ['extra', 'h1', 'json'].map((end) => `go${name}.${end}`))
  expect(readdirSync(join(own, 'receipts')).sort()).toEqual(receipts)
  for (const folder of ['tmp', 'locks']) expect(readdirSync(join(own, folder)), folder).toEqual([])
  for (const folder of [dirname(link), own, join(own, 'cache/archives'), join(own, 'cache/downloads')]) {
    const names = await stage.list(folder.slice(stage.root.length))
    expect(names.filter((name) => /\.\d+(?:\.|$)/.test(name.replace(/^go1\.22\.\d/, '')))).toEqual([])
  }
  expect(await stage.gv(['verify', '--all', ...flags])).toMatchObject({ status: 0, stderr: '' })
}

describe.each(commands)('10. kill -9 of gv $words', (command) => {
  describe.skipIf(isSystem(command) && !canBeRoot)('in a store of two toolchains', () => {
    let stage: SystemStage

    beforeAll(async () => {
      stage = await openSystemStage()
      for (const each of [older, newer]) stage.server.site.publish(each)
      for (const words of command.before) await expectDone(words)
      if (command.isStanding) await writeTree(older, stage.link)
      inStage('mkdir saved && cp -a $(ls -d store opt local 2>/dev/null) saved')
    })
    afterAll(() => closeStage(stage))

    const inStage = (script: string) => execFileSync('sh', ['-c', script], { cwd: stage.root })
    /** As it was before the command; hard links are kept. */
    const restore = () => inStage('rm -rf store opt local && cp -a saved/. .')
    const expectDone = async (words: string) =>
      expect(await stage.gv(words.split(' ')), words).toMatchObject({ status: 0, stderr: '' })

    test('comes by all of these moments', async () => {
      const trace = stage.path('trace')
      expect(await stage.gv(command.words.split(' '), { traceTo: trace })).toMatchObject({ status: 0 })
      const seen = new Map<string, number>()
      const moments = readFileSync(trace, 'utf8')
        .trim()
        .split('\n')
        .map((name) => {
          const count = (seen.get(name) ?? 0) + 1
          seen.set(name, count)
          return count === 1 ? name : `${name}:${count}`
        })
      expect(moments).toEqual(command.passes)
    })

    test.each(command.passes)('at %s leaves nothing half done, and the next one heals', async (moment) => {
      restore()
      expect(await stage.gv(command.words.split(' '), { killAt: moment })).toMatchObject({ signal: 'SIGKILL' })
      await expectNothingHalf(stage, command)
      const isGone = !existsSync(join(placesOf(stage, command).versions, 'go1.22.6'))
      if (!command.putBack || !isGone) await expectDone(command.words)
      if (command.putBack) await expectDone(command.putBack)
      await expectHealed(stage, command)
    })
  })
})
