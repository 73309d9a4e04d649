import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GvError } from '../errors.ts'
import { type Platform, platformName } from '../platform.ts'
import { isKnownPlatform } from '../release/platform-names.ts'
import type { ToolchainId } from '../store/layout.ts'
import { quoted } from '../text.ts'
import { isRelease, parseGoVersion } from '../version/go-version.ts'

/** Longer VERSION files were not written by the Go team: real ones have two lines. */
const maxVersionBytes = 4096

/**
 * Which release and platform a GOROOT says it is: by its VERSION file and its tools. It may lie; what it says is
 * what it is then checked against. Throws GvError('verification') when it is no release of Go.
 */
export function identifyGoroot(goroot: string): ToolchainId {
  const first = versionText(goroot).split('\n', 1)[0]?.trim() ?? ''
  const version = first.startsWith('go') ? parseGoVersion(first) : undefined
  if (!version || !isRelease(version)) {
    throw new GvError('verification', `${quoted(goroot)} is no release that the Go team published`, {
      reason: `its VERSION file says ${quoted(first)}`,
    })
  }
  return { version, platform: platformOf(goroot) }
}

function versionText(goroot: string): string {
  const path = join(goroot, 'VERSION')
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile() || stat.size > maxVersionBytes) {
    throw new GvError('verification', `${quoted(goroot)} is not a GOROOT`, { reason: 'it has no VERSION file' })
  }
  return readFileSync(path, 'utf8')
}

/** A release has the tools of one platform, in `pkg/tool/linux_amd64`. */
function platformOf(goroot: string): Platform {
  const folders = foldersIn(join(goroot, 'pkg/tool')).flatMap((name) => {
    const [os = '', arch = ''] = name.split('_')
    return isKnownPlatform({ os, arch }) && name === `${os}_${arch}` ? [{ os, arch }] : []
  })
  const [platform, second] = folders
  if (platform && !second) return platform
  throw new GvError('verification', `it is not clear what platform ${quoted(goroot)} is for`, {
    reason: second ? `it has tools for ${folders.map(platformName).join(' and ')}` : 'it has no tools in pkg/tool',
  })
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch {
    return []
  }
}
