/** Toolchains that the go command and its helpers left on this machine: for each of them gv has the same, or can have it. */
import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../platform.ts'
import { isKnownPlatform } from '../release/platform-names.ts'
import type { ToolchainId } from '../store/layout.ts'
import { type GoVersion, isRelease, parseGoVersion } from '../version/go-version.ts'

/** One of them. */
export interface ForeignToolchain extends ToolchainId {
  /** `module cache`: downloaded for GOTOOLCHAIN; `~/sdk`: by the programs of golang.org/dl. */
  readonly place: 'module cache' | '~/sdk'
  readonly goroot: string
  /** All that belongs to it, the GOROOT first. */
  readonly paths: readonly string[]
}

/**
 * What GOTOOLCHAIN made the go command download. Source: cmd/go/internal/modfetch, the layout of GOMODCACHE: the tree, and beside
 * it the zip that it came from. The `.info`, `.mod` and `.lock` files stay: they are small, and the go command may hold the lock.
 */
export function inModuleCache(moduleCache: string): ForeignToolchain[] {
  const downloads = join(moduleCache, 'cache/download/golang.org/toolchain/@v')
  const trees = foldersIn(join(moduleCache, 'golang.org')).flatMap((name) => moduleGrammar.exec(name)?.[1] ?? [])
  const zips = namesIn(downloads).flatMap((name) => (name.endsWith('.zip') ? [name.slice(0, -'.zip'.length)] : []))
  return [...new Set([...trees, ...zips])].flatMap((module): ForeignToolchain[] => {
    const id = idOfModule(module)
    const goroot = join(moduleCache, 'golang.org', `toolchain@${module}`)
    const beside = ['zip', 'ziphash'].map((ending) => join(downloads, `${module}.${ending}`))
    return id ? [{ ...id, place: 'module cache', goroot, paths: [goroot, ...beside] }] : []
  })
}

/** What `go1.22.5 download` of golang.org/dl made. */
export function inSdkFolder(home: string, host: Platform): ForeignToolchain[] {
  const sdk = join(home, 'sdk')
  return foldersIn(sdk).flatMap((name): ForeignToolchain[] => {
    const version = name.startsWith('go') ? releaseNamed(name) : undefined
    const goroot = join(sdk, name)
    return version ? [{ version, platform: host, place: '~/sdk', goroot, paths: [goroot] }] : []
  })
}

const moduleGrammar = /^toolchain@(v0\.0\.1-go[a-z0-9.-]+)$/

/** `v0.0.1-go1.22.5.linux-amd64` */
function idOfModule(module: string): ToolchainId | undefined {
  const [, name = '', os = '', arch = ''] = /^v0\.0\.1-(go1[a-z0-9.]*)\.([a-z0-9]+)-([a-z0-9]+)$/.exec(module) ?? []
  const version = releaseNamed(name)
  return version && isKnownPlatform({ os, arch }) ? { version, platform: { os, arch } } : undefined
}

function releaseNamed(name: string): GoVersion | undefined {
  const version = parseGoVersion(name)
  return version && isRelease(version) ? version : undefined
}

/** Real folders only: what a link leads to is somebody else's. */
function foldersIn(folder: string): string[] {
  return entriesIn(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

function namesIn(folder: string): string[] {
  return entriesIn(folder).map(({ name }) => name)
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
