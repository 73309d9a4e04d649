import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { type Platform, samePlatform } from '../platform.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { storeLayout } from '../store/layout.ts'
import { quoted, typed } from '../text.ts'
import { selectVersion } from '../version/select.ts'
import { parseSpec } from '../version/spec.ts'
import { suggestVersions } from '../version/suggest.ts'

/**
 * The installed toolchain that a spec stands for on a platform, the newest that matches.
 * Throws GvError('usage') for a text that is no spec, ('no-such-version') when nothing that is installed matches.
 */
export function chooseInstalled(context: Context, specText: string, platform: Platform = context.host): Toolchain {
  const spec = parseSpec(specText)
  const installed = installedFor(context, platform)
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

/** The toolchain that a call without a version means: GV_VERSION's. Throws GvError('usage') when that says nothing. */
export function chooseDefault(context: Context, platform: Platform = context.host): Toolchain {
  const asked = context.env.GV_VERSION
  if (asked) return chooseInstalled(context, asked, platform)
  throw new GvError('usage', 'which Go is meant?', {
    reason: 'no version was given, and GV_VERSION is not set',
    hint: 'name one, such as 1.22.5 (gv list shows what is installed)',
  })
}

function installedFor(context: Context, platform: Platform): Toolchain[] {
  return listInstalled(storeLayout(context), context.host).filter((t) => samePlatform(t.platform, platform))
}
