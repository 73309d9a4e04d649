/**
 * Which toolchains of a store may lend files to a new one. Measured: 1.22.12 beside 1.22.5 takes 101 MB instead of 221, and a
 * seventh less of the processor's time on a file system in memory, since comparing costs less than writing; on a disk less still has to be
 * synced. So it is done unless the user says otherwise; that who writes into a hard-linked file writes into all is said in the README, and
 * `gv verify` finds it in each.
 */
import { randomBytes } from 'node:crypto'
import { constants, copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../platform.ts'
import { compareGoVersions, type GoVersion } from '../version/go-version.ts'
import type { Sharing } from './archive/shared-files.ts'
import { listInstalled } from './installed.ts'
import type { Store, ToolchainId } from './layout.ts'

/** What the user wants: files stored once by whatever way there is, only by one that cannot do harm, or not at all. */
export type Dedupe = boolean | 'reflink'

/** More are looked into for every file that has changed, and lend next to nothing. */
const maxDonors = 3

/**
 * What a toolchain that is to be staged may share, with which others of the same store; undefined where nothing. A file system that can
 * share data copy-on-write is asked for that, any other for hard links.
 */
export function sharingFor(store: Store, id: ToolchainId, host: Platform, dedupe: Dedupe): Sharing | undefined {
  if (dedupe === false) return undefined
  const donors = nearest(id, listInstalled(store, host))
    .map(({ goroot }) => goroot)
    .filter((goroot) => isOnFileSystemOf(goroot, store.tmp))
    .slice(0, maxDonors)
  if (donors.length === 0) return undefined
  const how = canReflink(store.tmp) ? 'reflink' : 'link'
  return how === 'link' && dedupe === 'reflink' ? undefined : { donors, how }
}

/** The likeliest to have the same files first: of the same line, then of the lines around it; the nearest patch first. */
function nearest<T extends ToolchainId>({ version }: ToolchainId, installed: readonly T[]): T[] {
  const distance = (other: GoVersion) =>
    Math.abs(other.minor - version.minor) * 1000 + Math.abs((other.patch ?? 0) - (version.patch ?? 0))
  return installed.toSorted(
    (a, b) => distance(a.version) - distance(b.version) || compareGoVersions(b.version, a.version),
  )
}

function isOnFileSystemOf(goroot: string, folder: string): boolean {
  return statSync(goroot).dev === statSync(folder).dev
}

function canReflink(folder: string): boolean {
  // Named so that whoever heals the store takes them away after a kill.
  const name = () => join(folder, `trash.${process.pid}.${randomBytes(6).toString('hex')}`)
  const [from, to] = [name(), name()]
  try {
    // btrfs keeps smaller files elsewhere.
    writeFileSync(from, Buffer.alloc(8192), { flag: 'wx', mode: 0o600 })
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  } finally {
    for (const path of [from, to]) rmSync(path, { force: true })
  }
}
