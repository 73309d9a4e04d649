import { type CommandInput, flagValue } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { type Platform, platformName, samePlatform } from '../platform.ts'
import { isKnownPlatform, knownArchitectures, knownSystems } from '../release/platform-names.ts'
import { quoted } from '../text.ts'
import { closest } from '../version/suggest.ts'

/** The platform that --os and --arch ask for; the machine's own where they are silent. Throws GvError('usage') for one that Go does not know. */
export function platformAskedFor(context: Context, input: CommandInput): Platform {
  const os = flagValue(input, 'os') ?? context.host.os
  const arch = flagValue(input, 'arch') ?? context.host.arch
  rejectUnknown('--os', os, knownSystems)
  rejectUnknown('--arch', arch, knownArchitectures)
  const platform = { os, arch }
  if (samePlatform(platform, context.host) || isKnownPlatform(platform)) return platform
  throw new GvError('usage', `there is no Go for ${platformName(platform)}`, { hint: 'gv ls-remote --help' })
}

function rejectUnknown(flag: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return
  const near = closest(value, known)
  throw new GvError('usage', `${flag} ${quoted(value)} is nothing that Go knows`, {
    reason: near === undefined ? undefined : `did you mean "${near}"?`,
    hint: `${flag} takes one of ${known.join(', ')}`,
  })
}
