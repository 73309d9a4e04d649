import { lstatSync } from 'node:fs'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { installToolchain } from '../install/install.ts'
import { readRequests } from '../install/requests.ts'
import type { Workbench } from '../install/workbench.ts'
import { samePlatform } from '../platform.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import type { Store } from '../store/layout.ts'
import { readLink, switchLink } from '../store/link.ts'
import { acquireLock } from '../store/lock.ts'
import { prepareStore } from '../store/store-folders.ts'
import { adviceOn } from '../system/advice.ts'
import { prepareLinkFolder } from '../system/link-folder.ts'
import { printable, quoted } from '../text.ts'
import { selectVersion } from '../version/select.ts'
import { parseSpec, type VersionSpec } from '../version/spec.ts'
import { withWorkbench } from './work.ts'
import { whichForAll, workplaceOf } from './workplace.ts'

/**
 * `gv use --system SPEC`: installs into the system store what is not there yet, and lets the machine's link, `/usr/local/go`, lead
 * to it, by one rename. What stands in the link's place and is none stays as it is, unless --adopt is said.
 */
export async function useForAll(asked: Context, input: CommandInput): Promise<CommandResult> {
  const [text] = input.args
  if (text === undefined) throw whichForAll('use')
  const spec = parseSpec(text)
  if (spec.kind === 'system' || spec.kind === 'path') {
    throw new GvError('usage', `${quoted(spec.text)} cannot be used for all users`, {
      reason: 'it is no version',
      hint: 'sudo gv use --system latest',
    })
  }
  const { context, store } = workplaceOf(asked, input, 'use')
  return withWorkbench(
    context,
    input,
    async (work) => {
      // Before anything is fetched: whether the link can be switched at all.
      prepareStore(store)
      prepareLinkFolder(store.current)
      if (!flagSet(input, 'adopt')) assertLinkOrNothing(store.current)
      const toolchain = await inSystemStore(work, spec)
      const before = await underLinkLock(work, () => point(work, input, toolchain))
      const advice = adviceOn(asked, store)
      const lines = [
        `${toolchain.version.text} is the Go of all users: ${printable(store.current)} -> ${printable(toolchain.goroot)}`,
      ]
      if (before !== undefined && before !== toolchain.goroot) lines.push(`before: ${printable(before)}`)
      return {
        text: [...lines, ...advice.map((line) => `note: ${line}`)].join('\n'),
        json: {
          version: toolchain.version.text,
          goroot: toolchain.goroot,
          link: store.current,
          before: before ?? null,
          advice,
        },
      }
    },
    store,
  )
}

/** The newest in the system store that a spec means, installed if there is none. */
async function inSystemStore(work: Workbench, spec: VersionSpec): Promise<Toolchain> {
  const { host } = work.context
  const installed = listInstalled(work.store, host).filter(({ platform }) => samePlatform(platform, host))
  const version = selectVersion(
    spec,
    installed.map((toolchain) => toolchain.version),
  )
  const there = installed.find((toolchain) => toolchain.version === version)
  if (there) return there
  const [id] = await readRequests(work, [spec.text], host)
  if (!id) throw new Error('one spec is one request')
  return (await installToolchain(work, id)).toolchain
}

/** Lets the link lead to a toolchain; where it led before. */
async function point(work: Workbench, _input: CommandInput, toolchain: Toolchain): Promise<string | undefined> {
  const { current } = work.store
  const before = readLink(current)
  if (before !== toolchain.goroot) await switchLink(current, toolchain.goroot)
  return before
}

function assertLinkOrNothing(link: string): void {
  const stat = lstatSync(link, { throwIfNoEntry: false })
  if (!stat || stat.isSymbolicLink()) return
  throw new GvError('storage', `${quoted(link)} is no link`, {
    reason: 'gv did not put it there',
    hint: 'move it away',
  })
}

/** One gv at a time works on the link. */
async function underLinkLock<T>(work: Workbench, action: () => Promise<T>): Promise<T> {
  const { store, context } = work
  const lock = await acquireLock({
    store: store satisfies Store,
    name: 'link',
    command: 'gv use --system',
    signal: context.signal,
    isDone: () => false,
    onWait: (owner) => work.reporter.notice(`gv: waiting for process ${owner?.pid ?? '?'}, which switches the link`),
  })
  if (lock === 'done') return action()
  try {
    return await action()
  } finally {
    await lock.release()
  }
}
