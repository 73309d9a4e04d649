import { GvError } from '../errors.ts'
import { type Platform, platformName, samePlatform } from '../platform.ts'
import { listInstalled } from '../store/installed.ts'
import type { ToolchainId } from '../store/layout.ts'
import { quoted, typed } from '../text.ts'
import { type GoVersion, isRelease } from '../version/go-version.ts'
import { selectVersion } from '../version/select.ts'
import { parseSpec, type VersionSpec } from '../version/spec.ts'
import { suggestVersions } from '../version/suggest.ts'
import type { Workbench } from './workbench.ts'

/**
 * The toolchains that specs ask for, each once. An exact version is taken as it is, so that it needs no list; for everything else
 * the newest that is offered counts. Throws GvError('usage') for a text that is no spec or names no release,
 * ('no-such-version') when nothing that is offered matches, ('network').
 */
export async function readRequests(
  work: Workbench,
  texts: readonly string[],
  platform: Platform,
): Promise<ToolchainId[]> {
  const specs = texts.map(parseSpec)
  const versions: GoVersion[] = []
  for (const spec of specs) {
    const version =
      spec.kind === 'exact' ? exactRelease(spec.version, spec.text) : await newestOffered(work, spec, platform)
    if (!versions.some(({ text }) => text === version.text)) versions.push(version)
  }
  return versions.map((version) => ({ version, platform }))
}

function exactRelease(version: GoVersion, text: string): GoVersion {
  if (isRelease(version)) return version
  throw new GvError('usage', `${quoted(text)} names no release of Go`, { hint: 'gv ls-remote' })
}

async function newestOffered(work: Workbench, spec: VersionSpec, platform: Platform): Promise<GoVersion> {
  if (spec.kind === 'system' || spec.kind === 'path') {
    throw new GvError('usage', `${quoted(spec.text)} is not something to install`, {
      reason: 'it names a Go that is there already',
      hint: 'gv install latest',
    })
  }
  const offered = await versionsFor(work, platform)
  const version = selectVersion(spec, offered ?? installedVersions(work, platform))
  if (version) return version
  if (!offered) await work.catalog()
  const near = suggestVersions(spec.text, offered ?? [])
  throw new GvError('no-such-version', `no Go matches ${quoted(spec.text)} for ${platformName(platform)}`, {
    reason: near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`,
    hint: near[0] === undefined ? 'gv ls-remote --all' : `gv install ${typed(near[0])}`,
  })
}

/** What is offered for a platform; undefined, with a word, when there is no list to be had but something is installed. */
async function versionsFor(work: Workbench, platform: Platform): Promise<readonly GoVersion[] | undefined> {
  try {
    const catalog = await work.catalog()
    for (const note of catalog.notes) work.reporter.notice(`gv: ${note}`)
    return catalog.releases
      .filter(({ archives }) => archives.some((archive) => samePlatform(archive.platform, platform)))
      .map(({ version }) => version)
  } catch (error) {
    const isNetwork = error instanceof GvError && error.code === 'network'
    if (!isNetwork || installedVersions(work, platform).length === 0) throw error
    work.reporter.notice(`gv: ${error.message}${error.reason ? `: ${error.reason}` : ''}; going by what is installed`)
    return undefined
  }
}

function installedVersions(work: Workbench, platform: Platform): readonly GoVersion[] {
  return [...listInstalled(work.store, work.context.host), ...work.shared()]
    .filter((toolchain) => samePlatform(toolchain.platform, platform))
    .map(({ version }) => version)
}
