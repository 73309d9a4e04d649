import { lstatSync } from 'node:fs'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { adoptGoroot } from '../inspect/adopt.ts'
import { examineStandingGo, type StandingGo } from '../inspect/standing-go.ts'
import { installToolchain } from '../install/install.ts'
import { readRequests } from '../install/requests.ts'
import type { Workbench } from '../install/workbench.ts'
import { samePlatform } from '../platform.ts'
import { heal } from '../store/heal.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import type { Store } from '../store/layout.ts'
import { readLink, switchLink } from '../store/link.ts'
import { acquireLock } from '../store/lock.ts'
import { assertRootsTree } from '../store/ownership.ts'
import { prepareStore } from '../store/store-folders.ts'
import { adviceOn } from '../system/advice.ts'
import { prepareLinkFolder } from '../system/link-folder.ts'
import { removeSpares, replaceFolder } from '../system/replace-folder.ts'
import { printable, quoted, typed } from '../text.ts'
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
      await heal({ store, host: context.host, command: 'gv use --system' })
      const standing = await whatStandsThere(work, input)
      // First: it may be the very release that is asked for.
      const adopted = standing?.toolchain && (await adoptGoroot(work, store.current, standing.toolchain))
      const toolchain = await inSystemStore(work, spec)
      assertRootsTree(toolchain.goroot, 'the toolchain')
      const before = await underLinkLock(work, () => point(store.current, toolchain, standing, adopted))
      return describe(store, toolchain, before, adviceOn(asked, store))
    },
    store,
  )
}

function describe(
  { current }: Store,
  { version, goroot }: Toolchain,
  before: Before,
  advice: readonly string[],
): CommandResult {
  const lines = [`${version.text} is the Go of all users: ${printable(current)} -> ${printable(goroot)}`]
  if (before.adopted)
    lines.push(`adopted ${before.adopted.name}, which stood there: ${printable(before.adopted.goroot)}`)
  else if (before.keptAt !== undefined) lines.push(`what stood there is kept: ${printable(before.keptAt)}`)
  else if (before.target !== undefined && before.target !== goroot) lines.push(`before: ${printable(before.target)}`)
  return {
    text: [...lines, ...advice.map((line) => `note: ${line}`)].join('\n'),
    json: {
      version: version.text,
      goroot,
      link: current,
      before: before.target ?? null,
      adopted: before.adopted?.goroot ?? null,
      kept: before.keptAt ?? null,
      advice,
    },
  }
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

/** What was in the place of the link. */
interface Before {
  /** Where a link led. */
  readonly target?: string | undefined
  /** The copy of a folder in the store. */
  readonly adopted?: Toolchain
  /** Where a folder is now that could not be adopted. */
  readonly keptAt?: string
}

/**
 * Looks at a folder in the place of the link, before anything is fetched; undefined where there is a link or nothing. Throws GvError('storage'),
 * which says what it is, unless the user's flags say what is to become of it.
 */
async function whatStandsThere(work: Workbench, input: CommandInput): Promise<StandingGo | undefined> {
  const { current } = work.store
  const stat = lstatSync(current, { throwIfNoEntry: false })
  if (!stat || stat.isSymbolicLink()) return undefined
  if (!stat.isDirectory()) {
    throw new GvError('storage', `${quoted(current)} is neither link nor folder`, { hint: 'move it away' })
  }
  const standing = await examineStandingGo(work, current)
  const isAllowed = flagSet(input, 'adopt') && (standing.toolchain !== undefined || flagSet(input, 'force'))
  if (isAllowed) return standing
  const words = ['sudo gv use --system', typed(input.args[0] ?? ''), '--adopt']
  const takes = 'takes a copy of it into the store and puts the link in its place'
  const moves = `--force moves it to ${printable(current)}.before-gv and puts the link in its place`
  throw new GvError('storage', `${quoted(current)} is a folder that gv did not put there, and stays as it is`, {
    reason: standing.description,
    hint: standing.toolchain ? `${words.join(' ')} ${takes}` : `${words.join(' ')} ${moves}`,
  })
}

/** Lets the link lead to a toolchain. */
async function point(
  link: string,
  toolchain: Toolchain,
  standing: StandingGo | undefined,
  adopted: Toolchain | undefined,
): Promise<Before> {
  await removeSpares(link)
  if (!standing) {
    const target = readLink(link)
    if (target !== toolchain.goroot) await switchLink(link, toolchain.goroot)
    return { target }
  }
  if (!adopted) return { keptAt: await replaceFolder(link, toolchain.goroot, 'kept') }
  await replaceFolder(link, toolchain.goroot, 'spare')
  await removeSpares(link)
  return { adopted }
}

/** One gv at a time works on the link. */
async function underLinkLock<T>(work: Workbench, action: () => Promise<T>): Promise<T> {
  const { store, context } = work
  const lock = await acquireLock({
    store,
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
