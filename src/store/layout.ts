import { isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import { type Platform, platformName, samePlatform } from '../platform.ts'
import { quoted } from '../text.ts'
import { type GoVersion, isRelease, parseGoVersion, releaseName } from '../version/go-version.ts'

/** Where everything of a store lies (DESIGN.md, "The store"). All paths are absolute. */
export interface Store {
  readonly root: string
  /** One folder a toolchain; what is in here is complete and proven. */
  readonly versions: string
  readonly receipts: string
  readonly cache: string
  /** Staging and what is being deleted; on the file system of `versions`, so that a rename publishes. */
  readonly tmp: string
  readonly locks: string
  readonly shims: string
  readonly bin: string
  /** The link to the user's default toolchain. */
  readonly current: string
}

/** The user's store: `$GV_ROOT`, or `~/.gv`. Throws GvError('usage') when GV_ROOT is not an absolute path. */
export function storeLayout(place: { env: Environment; home: string }): Store {
  const root = place.env.GV_ROOT
  if (!root) return storeAt(join(place.home, '.gv'))
  if (!isAbsolute(root)) {
    throw new GvError('usage', `GV_ROOT is ${quoted(root)}`, {
      reason: 'it has to be an absolute path',
      hint: 'export GV_ROOT="$HOME/.gv"',
    })
  }
  return storeAt(resolve(root))
}

/** The store below an absolute path. */
export function storeAt(root: string): Store {
  return {
    root,
    versions: join(root, 'versions'),
    receipts: join(root, 'receipts'),
    cache: join(root, 'cache'),
    tmp: join(root, 'tmp'),
    locks: join(root, 'locks'),
    shims: join(root, 'shims'),
    bin: join(root, 'bin'),
    current: join(root, 'current'),
  }
}

/** What is installed under one name: a release for a platform. */
export interface ToolchainId {
  readonly version: GoVersion
  readonly platform: Platform
}

/** The name of a toolchain's folder: `go1.22.5` for the machine's own platform, `go1.22.5.darwin-amd64` for another. */
export function toolchainName(version: GoVersion, platform: Platform, host: Platform): string {
  const release = releaseName(version)
  return samePlatform(platform, host) ? release : `${release}.${platformName(platform)}`
}

const nameGrammar = /^(go1[a-z0-9.]*?)(?:\.([a-z][a-z0-9]{1,15})-([a-z0-9]{2,15}))?$/

/**
 * Reads the name of a toolchain's folder; undefined unless it is exactly what {@link toolchainName} gives
 * on this host, so that no name stands for two toolchains and no toolchain has two names.
 */
export function parseToolchainName(name: string, host: Platform): ToolchainId | undefined {
  const match = nameGrammar.exec(name)
  if (!match) return undefined
  const [, release = '', os, arch] = match
  const version = parseGoVersion(release)
  if (!version || !isRelease(version)) return undefined
  const platform = os !== undefined && arch !== undefined ? { os, arch } : host
  return toolchainName(version, platform, host) === name ? { version, platform } : undefined
}

/** The module that cmd/go knows a toolchain by: `golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64`. */
export function toolchainModule(id: ToolchainId): string {
  return `golang.org/toolchain@v0.0.1-${releaseName(id.version)}.${platformName(id.platform)}`
}

/** The GOROOT of a toolchain of that name. */
export function gorootOf(store: Store, name: string): string {
  return join(store.versions, name)
}
