import { GvError } from '../errors.ts'
import { type Platform, platformName } from '../platform.ts'
import { quoted } from '../text.ts'
import { type GoVersion, isPrerelease, isRelease, parseGoVersion, releaseName } from '../version/go-version.ts'
import { isJsonObject, jsonValue } from './json-fields.ts'
import type { Release, ReleaseArchive } from './release.ts'

/** The module by which a GOPROXY serves toolchains. */
export const toolchainModule = 'golang.org/toolchain'

/** The longest `@v/list` that is read, in bytes; the real one has about 0.5 MB. */
export const maxProxyListBytes = 4_000_000

/** The longest `.info` that is read, in bytes. */
export const maxInfoBytes = 64_000

/** A toolchain as a version of that module: `v0.0.1-go1.22.5.linux-amd64`. Source: cmd/go/internal/toolchain. */
export function toolchainModuleVersion(version: GoVersion, platform: Platform): string {
  return `v0.0.1-${releaseName(version)}.${platformName(platform)}`
}

/** Reads `v0.0.1-go1.22.5.linux-amd64`; undefined for anything that {@link toolchainModuleVersion} would not give. */
export function parseToolchainModuleVersion(
  text: string,
): { readonly version: GoVersion; readonly platform: Platform } | undefined {
  const [, release = '', os = '', arch = ''] =
    /^v0\.0\.1-(go[0-9a-z.]{1,30})\.([a-z][a-z0-9]{1,15})-([a-z0-9]{2,15})$/.exec(text) ?? []
  const version = parseGoVersion(release)
  if (!version || !isRelease(version)) return undefined
  const platform = { os, arch }
  return toolchainModuleVersion(version, platform) === text ? { version, platform } : undefined
}

/**
 * Reads the `@v/list` of {@link toolchainModule}: a version a line, perhaps with a time behind it. What names no
 * toolchain is passed over, as `go` does; empty when none is left. Throws GvError('network') for a web page and for a
 * list without end. Pure.
 */
export function parseProxyList(text: string): readonly Release[] {
  if (text.length > maxProxyListBytes) throw unusable(`it has more than ${maxProxyListBytes / 1_000_000} MB`)
  if (/^\s*</.test(text)) throw unusable('it is a web page')
  const releases = new Map<string, { version: GoVersion; platforms: Map<string, Platform> }>()
  for (const [, name = ''] of text.matchAll(/^[^\S\n]*(v0\.0\.1-\S+)/gm)) {
    const toolchain = parseToolchainModuleVersion(name)
    if (!toolchain) continue
    const { version, platform } = toolchain
    const release = releases.get(version.text) ?? { version, platforms: new Map() }
    releases.set(version.text, release)
    release.platforms.set(platformName(platform), platform)
  }
  return [...releases.values()].map(({ version, platforms }) => ({
    version,
    stable: !isPrerelease(version),
    archives: [...platforms.values()].map(unhashedArchive),
  }))
}

function unhashedArchive(platform: Platform): ReleaseArchive {
  return { platform, sha256: undefined, sizeBytes: undefined }
}

/**
 * Reads the `.info` of one version: the moment of the release. Throws GvError('network') when it is of another
 * version or has no RFC 3339 time. Source: https://go.dev/ref/mod#goproxy-protocol. Pure.
 */
export function parseToolchainInfo(text: string, moduleVersion: string): Date {
  const info = text.length <= maxInfoBytes ? jsonValue(text) : undefined
  if (!isJsonObject(info)) throw unusableInfo(moduleVersion, 'it is not a JSON object')
  if (info.Version !== moduleVersion) throw unusableInfo(moduleVersion, 'it is that of another version')
  const time = typeof info.Time === 'string' ? parseRfc3339(info.Time) : undefined
  if (!time) throw unusableInfo(moduleVersion, 'there is no time in it')
  return time
}

function parseRfc3339(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** What a GOPROXY has of one version. */
export type ProxyFile = 'info' | 'mod' | 'zip'

/** `BASE/golang.org/toolchain/@v/list`. A query of the base stays a query. */
export function proxyListUrl(base: URL): URL {
  return urlBelow(base, `${escaped(toolchainModule)}/@v/list`)
}

/** `BASE/golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip` */
export function proxyFileUrl(base: URL, moduleVersion: string, file: ProxyFile): URL {
  return urlBelow(base, `${escaped(toolchainModule)}/@v/${escaped(moduleVersion)}.${file}`)
}

/** A URL below another, whether or not that one ends in a slash. Path elements are joined as by Go's path.Join. */
export function urlBelow(base: URL, path: string): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname}/${path}`.replace(/\/{2,}/g, '/')
  url.hash = ''
  return url
}

/** Capitals are written as `!` and the small letter. Source: golang.org/x/mod/module.EscapePath. */
function escaped(pathOrVersion: string): string {
  return pathOrVersion.replace(/[A-Z]/g, (capital) => `!${capital.toLowerCase()}`)
}

function unusable(reason: string): GvError {
  return new GvError('network', `the list of ${toolchainModule} cannot be used`, { reason })
}

function unusableInfo(moduleVersion: string, reason: string): GvError {
  return new GvError('network', `what the proxy says of ${quoted(moduleVersion)} cannot be used`, { reason })
}
