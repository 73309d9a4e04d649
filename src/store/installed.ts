import { type Dirent, readdirSync } from 'node:fs'
import { systemErrorCode } from '../errors.ts'
import type { Platform } from '../platform.ts'
import { compareGoVersions } from '../version/go-version.ts'
import { gorootOf, parseToolchainName, type Store, type ToolchainId } from './layout.ts'
import { storageError } from './storage-error.ts'

/** An installed release: a GOROOT in the store. */
export interface Toolchain extends ToolchainId {
  /** The folder's name: `go1.22.5`. */
  readonly name: string
  readonly goroot: string
}

/**
 * All toolchains of a store, newest first in Go's order, the machine's own platform before others.
 * A toolchain is installed if and only if its folder is there; whatever else lies in `versions` is passed over.
 * A store that does not exist yet has none. Throws GvError('storage') when the folder cannot be read.
 */
export function listInstalled(store: Store, host: Platform): Toolchain[] {
  return foldersIn(store.versions)
    .flatMap((entry) => toolchainOf(store, entry, host) ?? [])
    .sort((a, b) => compareGoVersions(b.version, a.version) || (a.name < b.name ? -1 : 1))
}

function toolchainOf(store: Store, entry: Dirent, host: Platform): Toolchain | undefined {
  // A link is not a toolchain: uninstalling and repairing must never reach outside the store through it.
  const id = entry.isDirectory() ? parseToolchainName(entry.name, host) : undefined
  return id && { ...id, name: entry.name, goroot: gorootOf(store, entry.name) }
}

function foldersIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw storageError(error, 'cannot read the list of installed toolchains', folder)
  }
}
