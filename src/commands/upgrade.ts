import { basename, relative } from 'node:path'
import { checkpoint } from '../checkpoint.ts'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { installToolchain } from '../install/install.ts'
import type { Workbench } from '../install/workbench.ts'
import { describeError, renderError } from '../render.ts'
import { heal } from '../store/heal.ts'
import type { Toolchain } from '../store/installed.ts'
import { gorootOf, parseToolchainName, type Store, toolchainName } from '../store/layout.ts'
import { readLink, switchLink } from '../store/link.ts'
import { printable, quoted, typed } from '../text.ts'
import { type InstalledLine, installedLines } from '../upkeep/lines.ts'
import { type MovedPin, movePins } from '../upkeep/pins.ts'
import { compareGoVersions, type GoVersion, lineOf } from '../version/go-version.ts'
import { parseSpec } from '../version/spec.ts'
import { releasedVersions, versionsHere } from './outdated.ts'
import { refreshShims } from './reshim.ts'
import { withWorkbench } from './work.ts'
import { workplaceOf } from './workplace.ts'

/** What became of one line. */
interface Upgrade {
  readonly line: InstalledLine
  /** What was installed; undefined where there was nothing newer, or it failed. */
  readonly toolchain: Toolchain | undefined
  readonly failure: unknown
}

/**
 * `gv upgrade [LINE…]`: installs the newest patch of each installed line, moves the default where it is of that line, and with --pins
 * the pins of projects that gv knows. What it replaces stays installed: `gv prune` removes what nobody needs any more.
 */
export async function upgrade(asked: Context, input: CommandInput): Promise<CommandResult> {
  const { context, store } = workplaceOf(asked, input, 'upgrade')
  const installed = versionsHere(context, store)
  const wanted = input.args.map((text) => lineNamed(text, installed))
  if (installed.length === 0) return { text: 'no Go is installed', json: { lines: [], default: null, pins: [] } }
  return withWorkbench(
    context,
    input,
    async (work) => {
      const lines = installedLines(installed, await releasedVersions(work))
      const chosen = lines.filter(({ line }) => wanted.length === 0 || wanted.includes(line))
      const upgrades = await installAll(work, chosen)
      if (store.kind === 'user') refreshShims(context)
      const newest = newestOfLines(store, context, upgrades)
      const moved = await moveDefault(store, context, newest)
      const versions = newest.map(({ version }) => version)
      const pins = flagSet(input, 'pins') ? movePins({ context, store, newest: versions }) : []
      return summarize(context, upgrades, moved, pins)
    },
    store,
  )
}

function lineNamed(text: string, installed: readonly GoVersion[]): string {
  const spec = parseSpec(text)
  if (spec.kind !== 'line') {
    throw new GvError('usage', `${quoted(text)} is no line of Go`, {
      reason: 'a line is what patches are made for, such as 1.22',
      hint: spec.kind === 'exact' ? `gv install ${typed(text)}` : 'gv upgrade 1.22',
    })
  }
  const line = `${spec.line.major}.${spec.line.minor}`
  if (installed.some((version) => lineOf(version) === line)) return line
  throw new GvError('no-such-version', `nothing of Go ${line} is installed`, { hint: `gv install ${line}` })
}

async function installAll(work: Workbench, lines: readonly InstalledLine[]): Promise<Upgrade[]> {
  const platform = work.context.host
  // An upgrade that was killed may have left its newest release without a receipt, and then there is nothing to install.
  await heal({ store: work.store, host: platform, command: 'gv upgrade' })
  const upgrades = await Promise.all(
    lines.map(async (line): Promise<Upgrade> => {
      if (!line.isOutdated) return { line, toolchain: undefined, failure: undefined }
      try {
        const { toolchain } = await installToolchain(work, { version: line.newest, platform })
        return { line, toolchain, failure: undefined }
      } catch (failure) {
        return { line, toolchain: undefined, failure }
      }
    }),
  )
  checkpoint('upgrade-installed')
  return upgrades
}

/** What there is now of each line, and where. */
function newestOfLines(store: Store, { host }: Context, upgrades: readonly Upgrade[]): readonly Installed[] {
  return upgrades.map(({ line, toolchain }) => {
    return toolchain ?? { version: line.installed, goroot: gorootOf(store, toolchainName(line.installed, host, host)) }
  })
}

interface Installed {
  readonly version: GoVersion
  readonly goroot: string
}

/** The version that the default was and is now, where it moved. Also one that an upgrade left behind that was killed before it came here. */
async function moveDefault(store: Store, { host }: Context, newest: readonly Installed[]): Promise<string | undefined> {
  const target = readLink(store.current)
  const old = target === undefined ? undefined : parseToolchainName(basename(target), host)?.version
  const found = old && newest.find(({ version }) => lineOf(version) === lineOf(old))
  if (!old || !found || compareGoVersions(found.version, old) <= 0) return undefined
  const inside = relative(store.root, found.goroot)
  await switchLink(store.current, store.kind === 'system' || inside.startsWith('..') ? found.goroot : inside)
  return `${old.text} -> ${found.version.text}`
}

function summarize(
  context: Context,
  upgrades: readonly Upgrade[],
  moved: string | undefined,
  pins: readonly MovedPin[],
): CommandResult {
  const failures = upgrades.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
  const [first] = failures
  if (first !== undefined && upgrades.length === 1) throw first
  for (const failure of failures) renderError(context, failure, false)
  const done = upgrades.flatMap(({ line: { installed, newest }, toolchain }) =>
    toolchain ? [`${installed.text} -> ${newest.text}  installed`] : [],
  )
  const pinTexts = pins.map(({ file, from, to }) => `${from} -> ${to}  ${printable(file)}`)
  const lines = [...done, ...(moved === undefined ? [] : [`${moved}  your default`]), ...pinTexts]
  return {
    text: lines.join('\n') || (first === undefined ? 'everything is up to date' : ''),
    json: {
      lines: upgrades.map(({ line: { line, installed, newest }, toolchain, failure }) => ({
        line,
        version: installed.text,
        latest: newest.text,
        installed: toolchain !== undefined,
        ...(failure !== undefined && { error: describeError(failure) }),
      })),
      default: moved ?? null,
      pins,
    },
    exitStatus: first === undefined ? 0 : describeError(first).exitStatus,
  }
}
