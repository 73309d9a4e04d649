import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { exitStatuses } from '../errors.ts'
import type { Workbench } from '../install/workbench.ts'
import { samePlatform } from '../platform.ts'
import { listInstalled } from '../store/installed.ts'
import { type InstalledLine, installedLines } from '../upkeep/lines.ts'
import type { GoVersion } from '../version/go-version.ts'
import { withWorkbench } from './work.ts'
import { lookedAt } from './workplace.ts'

/** `gv outdated`: the newest patch of each installed line, and whether the line still gets fixes; status 1 when a patch is out. */
export async function outdated(asked: Context, input: CommandInput): Promise<CommandResult> {
  const { context, store } = lookedAt(asked, input)
  const installed = versionsHere(context, store)
  if (installed.length === 0) return { text: 'no Go is installed', json: [] }
  return withWorkbench(context, input, async (work) => {
    const lines = installedLines(installed, await releasedVersions(work))
    return {
      text: table(lines),
      json: lines.map(({ line, installed: version, newest, isOutdated, support }) => {
        return { line, version: version.text, latest: newest.text, outdated: isOutdated, support }
      }),
      exitStatus: lines.some(({ isOutdated }) => isOutdated) ? exitStatuses.failed : 0,
    }
  })
}

/** What is installed for the machine's own platform. */
export function versionsHere({ host }: Context, store: Parameters<typeof listInstalled>[0]): GoVersion[] {
  return listInstalled(store, host).flatMap(({ version, platform }) => (samePlatform(platform, host) ? [version] : []))
}

/** What can be had for the machine's own platform, as the lists say; what they leave open is said. */
export async function releasedVersions(work: Workbench): Promise<GoVersion[]> {
  const { host } = work.context
  const { releases, notes } = await work.catalog()
  for (const note of notes) work.reporter.notice(`gv: ${note}`)
  return releases.flatMap(({ version, archives }) =>
    archives.some(({ platform }) => samePlatform(platform, host)) ? [version] : [],
  )
}

function table(lines: readonly InstalledLine[]): string {
  const widths = { version: width(lines, 'installed'), newest: width(lines, 'newest') }
  return lines
    .map(({ installed, newest, isOutdated, support }) => {
      const change = isOutdated ? `-> ${newest.text.padEnd(widths.newest)}` : ' '.repeat(widths.newest + 3)
      return `${installed.text.padEnd(widths.version)}  ${change}  ${support}`
    })
    .join('\n')
}

function width(lines: readonly InstalledLine[], name: 'installed' | 'newest'): number {
  return Math.max(...lines.map((line) => line[name].text.length))
}
