import { existsSync } from 'node:fs'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { samePlatform } from '../platform.ts'
import { createReporter, type Reporter } from '../progress/reporter.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { parseToolchainName, type Store } from '../store/layout.ts'
import { readLink } from '../store/link.ts'
import { acquireLock } from '../store/lock.ts'
import { removeToolchain } from '../store/remove.ts'
import { assertTrustedStore } from '../store/store-folders.ts'
import { quoted, typed } from '../text.ts'
import { usesOf } from '../upkeep/uses.ts'
import { isRelease, parseGoVersion } from '../version/go-version.ts'
import { suggestVersions } from '../version/suggest.ts'
import { resolveOptions } from './chosen.ts'
import { platformAskedFor } from './platform-flags.ts'
import { refreshShims } from './reshim.ts'
import { workplaceOf } from './workplace.ts'

/** `gv uninstall VERSION…`: exact versions only, all found before the first is removed. */
export async function uninstall(asked: Context, input: CommandInput): Promise<CommandResult> {
  const { context, store } = workplaceOf(asked, input, 'uninstall')
  assertTrustedStore(store)
  const toolchains = [...new Map(input.args.map((text) => [text, find(context, store, input, text)])).values()]
  if (!flagSet(input, 'force')) refuseNeeded(context, store, toolchains)
  const reporter = createReporter(context.stderr, flagSet(input, 'quiet'))
  try {
    for (const toolchain of toolchains) await removeUnderLock(context, reporter, store, toolchain)
  } finally {
    reporter.close()
  }
  if (store.kind === 'user') refreshShims(context)
  return {
    text: [...toolchains.map(({ name }) => `${name} is uninstalled`), ...lostDefault(store)].join('\n'),
    json: toolchains.map(({ version, platform, goroot }) => ({ version: version.text, ...platform, goroot })),
  }
}

/** A version (`1.22.5`), a release (`go1.22.5`) or the name of a toolchain's folder (`go1.22.5.darwin-arm64`). */
function find(context: Context, store: Store, input: CommandInput, text: string): Toolchain {
  const version = parseGoVersion(text)
  const id = version
    ? isRelease(version) && { version, platform: platformAskedFor(context, input) }
    : parseToolchainName(text, context.host)
  if (!id) {
    throw new GvError('usage', `${quoted(text)} is not an exact version`, {
      reason: 'only what is named exactly is uninstalled',
      hint: 'gv list shows what is installed; gv uninstall 1.22.5',
    })
  }
  const installed = listInstalled(store, context.host)
  const found = installed.find((t) => t.version.text === id.version.text && samePlatform(t.platform, id.platform))
  if (found) return found
  const near = suggestVersions(
    id.version.text,
    installed.map((toolchain) => toolchain.version),
  )
  throw new GvError('no-such-version', `Go ${quoted(text)} is not installed`, {
    reason: near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`,
    hint: near[0] === undefined ? 'gv list' : `gv uninstall ${typed(near[0])}`,
  })
}

/** What is to be done when the default was among them. */
function lostDefault({ kind, current }: Store): string[] {
  if (readLink(current) === undefined || existsSync(current)) return []
  return [`no default is left: gv use ${kind === 'system' ? '--system' : '--global'} latest`]
}

/** Nobody's default and no pin that gv knows of loses its Go by the way. What only a module file asks for is installed again when it is needed. */
function refuseNeeded(context: Context, store: Store, toolchains: readonly Toolchain[]): void {
  const uses = usesOf({ context, store, options: resolveOptions(context) })
  for (const { name, version } of toolchains) {
    const reasons = (uses.get(name) ?? []).filter(({ kind }) => kind !== 'requirement').map(({ text }) => text)
    if (reasons.length === 0) continue
    throw new GvError('usage', `${name} is not uninstalled`, {
      reason: reasons.slice(0, 3).join('; '),
      hint: `gv uninstall --force ${typed(version.text)}`,
    })
  }
}

/** Removes a toolchain once nobody else works on it. Throws GvError('storage'), ('interrupted'). */
export async function removeUnderLock(
  context: Context,
  reporter: Reporter,
  store: Store,
  toolchain: Toolchain,
): Promise<void> {
  const { name } = toolchain
  const lock = await acquireLock({
    store,
    name,
    command: `gv uninstall ${toolchain.version.text}`,
    signal: context.signal,
    isDone: () => false,
    onWait: (owner) => reporter.notice(`gv: waiting for process ${owner?.pid ?? '?'}, which holds ${name}`),
  })
  if (lock === 'done') return
  const task = reporter.task(name)
  task.phase('removing')
  try {
    await removeToolchain(store, toolchain)
  } finally {
    task.end()
    await lock.release()
  }
}
