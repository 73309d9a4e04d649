import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import type { Workbench } from '../install/workbench.ts'
import { type Platform, platformName, samePlatform } from '../platform.ts'
import { proxyOrigins } from '../release/origins.ts'
import type { Release } from '../release/release.ts'
import { releaseDates } from '../release/release-dates.ts'
import { supportOf } from '../release/support.ts'
import { listAllInstalled } from '../system/seen.ts'
import { quoted } from '../text.ts'
import { isPrerelease, lineOf } from '../version/go-version.ts'
import { matches, selectVersion } from '../version/select.ts'
import { parseSpec, type VersionSpec } from '../version/spec.ts'
import { suggestVersions } from '../version/suggest.ts'
import { platformAskedFor } from './platform-flags.ts'
import { withWorkbench } from './work.ts'

/** `gv ls-remote [SPEC]`: what can be installed, newest first; the newest patch of each line, or all. */
export async function lsRemote(context: Context, input: CommandInput): Promise<CommandResult> {
  const platform = platformAskedFor(context, input)
  const [text] = input.args
  const spec = text === undefined ? undefined : parseSpec(text)
  return withWorkbench(context, input, async (work) => {
    const catalog = await work.catalog()
    const offered = catalog.releases.filter((release) => isFor(release, platform))
    const matching = spec === undefined ? offered : releasesMatching(spec, offered)
    if (matching.length === 0) throw nothingMatches(text ?? '', offered, platform)
    const shown = flagSet(input, 'all') ? matching : newestOfLines(matching)
    const rows = await describe(work, shown, catalog.releases, platform)
    for (const note of catalog.notes) work.reporter.notice(`gv: ${note}`)
    return { text: table(rows), json: rows }
  })
}

interface Row {
  readonly version: string
  readonly line: string
  readonly stable: boolean
  readonly support: string
  /** Of the release, `2024-07-02`; null where it is not known. */
  readonly date: string | null
  readonly installed: boolean
}

async function describe(
  work: Workbench,
  shown: readonly Release[],
  all: readonly Release[],
  platform: Platform,
): Promise<Row[]> {
  const origins = work.plan.offline === undefined ? proxyOrigins(work.settings) : []
  const versions = shown.map(({ version }) => version)
  const dates = await releaseDates(versions, { client: work.client, origins, cacheFolder: work.store.cache })
  const installed = listAllInstalled(work.context).filter((t) => samePlatform(t.platform, platform))
  const released = all.map(({ version }) => version)
  return shown.map(({ version, stable }) => ({
    version: version.text,
    line: lineOf(version),
    stable,
    support: supportOf(version, released),
    date: dates.get(version.text)?.toISOString().slice(0, 10) ?? null,
    installed: installed.some((toolchain) => toolchain.version.text === version.text),
  }))
}

function isFor(release: Release, platform: Platform): boolean {
  return release.archives.some((archive) => samePlatform(archive.platform, platform))
}

/** All that a spec allows; of `oldstable`, which means one among the others, that one. */
function releasesMatching(spec: VersionSpec, offered: readonly Release[]): readonly Release[] {
  const one = selectVersion(
    spec,
    offered.map(({ version }) => version),
  )
  return offered.filter(({ version }) => version === one || matches(spec, version))
}

/** The newest release of each line, and a pre-release where it is newer than any release. */
function newestOfLines(newestFirst: readonly Release[]): readonly Release[] {
  const lines = new Set<string>()
  return newestFirst.filter(({ version }) => {
    const line = lineOf(version)
    if (lines.has(line) || (isPrerelease(version) && hasRelease(newestFirst, line))) return false
    lines.add(line)
    return true
  })
}

function hasRelease(releases: readonly Release[], line: string): boolean {
  return releases.some(({ version }) => lineOf(version) === line && !isPrerelease(version))
}

function nothingMatches(text: string, offered: readonly Release[], platform: Platform): GvError {
  const near = suggestVersions(
    text,
    offered.map(({ version }) => version),
  )
  return new GvError('no-such-version', `no Go matches ${quoted(text)} for ${platformName(platform)}`, {
    reason: near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`,
    hint: 'gv ls-remote',
  })
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ version }) => version.length))
  return rows
    .map(({ version, support, date, installed, stable }) =>
      [version.padEnd(width), date ?? ' '.repeat(10), stable ? support : 'pre-release', installed ? 'installed' : '']
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
