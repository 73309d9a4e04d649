import { isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import { type Platform, platformName, samePlatform } from '../platform.ts'
import { quoted } from '../text.ts'
import { type GoVersion, isRelease, parseGoVersion, releaseName } from '../version/go-version.ts'

/** Where everything of a store lies (DESIGN.md, "The store"). All paths are absolute. */
export interface Store {
  /** Whose it is: one user's, or root's for all users of the machine. */
  readonly kind: 'user' | 'system'
  readonly root: string
  /** What is gv's own lies in here: `root` itself, or a folder in it that is in nobody's way. */
  readonly own: string
  /** One folder a toolchain; what is in here is complete and proven. */
  readonly versions: string
  readonly receipts: string
  readonly cache: string
  /** Staging and what is being deleted; on the file system of `versions`, so that a rename publishes. */
  readonly tmp: string
  readonly locks: string
  readonly shims: string
  readonly bin: string
  /** The link to the default toolchain: the user's, or the machine's (`/usr/local/go`), which lies outside of `root`. */
  readonly current: string
}

/** What a store is made of, but where its toolchains and its link lie. */
type OwnFolders = Omit<Store, 'kind' | 'root' | 'versions' | 'current'>

/** The user's store: `$GV_ROOT`, or `~/.gv`. Throws GvError('usage') when GV_ROOT is not an absolute path. */
export function storeLayout(place: { env: Environment; home: string }): Store {
  return storeAt(absolute('GV_ROOT', place.env.GV_ROOT, 'export GV_ROOT="$HOME/.gv"') ?? join(place.home, '.gv'))
}

/** Where the system store lies when nothing else is said: prefixes that macOS and the FHS leave to the machine's owner. */
export const defaultSystemRoot = '/opt/go'
export const defaultSystemLink = '/usr/local/go'

/**
 * The store of the whole machine: its toolchains lie directly in `$GV_SYSTEM_ROOT`, and `$GV_SYSTEM_LINK` leads to one of
 * them. Throws GvError('usage') when one of the two is not an absolute path.
 */
export function systemStoreLayout({ env }: { env: Environment }): Store {
  const root = absolute('GV_SYSTEM_ROOT', env.GV_SYSTEM_ROOT, 'unset GV_SYSTEM_ROOT') ?? defaultSystemRoot
  const link = absolute('GV_SYSTEM_LINK', env.GV_SYSTEM_LINK, 'unset GV_SYSTEM_LINK') ?? defaultSystemLink
  return { kind: 'system', root, versions: root, ...ownFolders(join(root, '.gv')), current: link }
}

function absolute(name: string, value: string | undefined, hint: string): string | undefined {
  if (!value) return undefined
  if (isAbsolute(value)) return resolve(value)
  throw new GvError('usage', `${name} is ${quoted(value)}`, { reason: 'it has to be an absolute path', hint })
}

/** The store below an absolute path. */
export function storeAt(root: string): Store {
  return {
    kind: 'user',
    root,
    versions: join(root, 'versions'),
    ...ownFolders(root),
    current: join(root, 'current'),
  }
}

function ownFolders(own: string): OwnFolders {
  return {
    own,
    receipts: join(own, 'receipts'),
    cache: join(own, 'cache'),
    tmp: join(own, 'tmp'),
    locks: join(own, 'locks'),
    shims: join(own, 'shims'),
    bin: join(own, 'bin'),
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
