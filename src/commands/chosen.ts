import type { CommandInput } from '../command.ts'
import { readConfiguration } from '../config/configuration.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import type { RunnableGo } from '../install/ensure.ts'
import { type Platform, samePlatform } from '../platform.ts'
import type { Resolution } from '../project/resolution.ts'
import { resolveGo } from '../project/resolve.ts'
import { type ResolveOptions, surroundingsOf } from '../project/surroundings.ts'
import { storeLayout } from '../store/layout.ts'
import { listAllInstalled, type PlacedToolchain } from '../system/seen.ts'
import { quoted, typed } from '../text.ts'
import { noteProject } from '../upkeep/seen-projects.ts'
import { selectVersion } from '../version/select.ts'
import { parseSpec } from '../version/spec.ts'
import { suggestVersions } from '../version/suggest.ts'

/** The Go that is meant where gv was called, by an asked spec, or by what the project says. Throws as `resolveGo` does. */
export function resolveHere(context: Context, asked?: string): Resolution {
  const resolution = resolveGo(surroundingsOf(context, { asked, ...resolveOptions(context) }))
  const { file } = resolution.source
  if (file !== undefined) noteProject(storeLayout(context), file, context.now())
  return resolution
}

/** What the user's configuration says about resolving. Throws GvError('usage'). */
export function resolveOptions(context: Context): ResolveOptions {
  const { gomod, trustSharedFiles } = readConfiguration(context)
  return { gomod, trustsSharedFiles: trustSharedFiles }
}

/**
 * The Go to run for a call: for the machine's own platform as `go` through the shim would have it, installed if need be; for
 * another only what is installed.
 */
export async function chooseToRun(
  context: Context,
  input: CommandInput,
  asked: string | undefined,
  platform: Platform,
): Promise<RunnableGo> {
  if (!samePlatform(platform, context.host)) {
    const { goroot, version } = chooseInstalled(context, asked ?? wordHere(context), platform)
    return { program: `${goroot}/bin/go`, goroot, version }
  }
  const resolution = resolveHere(context, asked)
  for (const warning of resolution.warnings) context.stderr.write(`gv: ${warning}\n`)
  if (resolution.program !== null) return { ...resolution, program: resolution.program }
  // Loaded where something is missing only: this is the way of every `gv exec`.
  const [{ withWorkbench }, { ensureGo }] = await Promise.all([import('./work.ts'), import('../install/ensure.ts')])
  return withWorkbench(context, input, (work) => ensureGo(work, readConfiguration(context), resolution))
}

function wordHere(context: Context): string {
  const { spec, reason } = resolveHere(context)
  if (spec !== null) return spec
  throw new GvError('no-such-version', 'which Go is meant?', { reason, hint: 'name one, such as 1.22.5' })
}

/**
 * The installed toolchain that a spec stands for on a platform, the newest that matches; of the user's store and of the
 * system store, if not said otherwise.
 * Throws GvError('usage') for a text that is no spec, ('no-such-version') when nothing that is installed matches.
 */
export function chooseInstalled(
  context: Context,
  specText: string,
  platform: Platform = context.host,
  among: readonly PlacedToolchain[] = listAllInstalled(context),
): PlacedToolchain {
  const spec = parseSpec(specText)
  const installed = among.filter((t) => samePlatform(t.platform, platform))
  const versions = installed.map(({ version }) => version)
  const version = selectVersion(spec, versions)
  const chosen = installed.find((toolchain) => toolchain.version === version)
  if (chosen) return chosen
  const near = suggestVersions(specText, versions)
  throw new GvError('no-such-version', `Go ${quoted(specText)} is not installed`, {
    reason: near.length === 0 ? undefined : `these are: ${near.join(', ')}`,
    hint: `gv install ${typed(specText)}`,
  })
}
