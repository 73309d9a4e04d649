/** Which gv a store is for: the number of its layout, and the machine whose toolchains have names without a platform. */
import { copyFileSync, existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { GvError, systemErrorCode } from '../errors.ts'
import { type Platform, platformName } from '../platform.ts'
import { quoted } from '../text.ts'
import { releaseName } from '../version/go-version.ts'
import { fsyncPath } from './fsync.ts'
import { gorootOf, parseToolchainName, type Store, type ToolchainId, toolchainName } from './layout.ts'
import { receiptEndings, receiptPath } from './receipt.ts'
import { parseReceipt } from './receipt-format.ts'
import { replaceFile } from './replace-file.ts'
import { storageError } from './storage-error.ts'

/**
 * Counted up when a gv of before would misread the store.
 * 0: stores of before there was a number; nothing says on which machine they were made.
 * 1: `store.json` has the number and the platform.
 */
const format = 1

/** What `store.json` says. */
interface StoreNote {
  readonly format: number
  /** `linux-amd64`; undefined where it does not say. */
  readonly host: string | undefined
}

/** Throws GvError('storage') for a store that a newer gv made: changing it could undo what that relies on. */
export function assertKnownFormat(store: Store): void {
  const { format: found } = readNote(store)
  if (found <= format) return
  throw new GvError('storage', `the store ${quoted(store.root)} is not changed`, {
    reason: `a newer gv made it (format ${found}, this one knows up to ${format})`,
    hint: 'use that gv, or set GV_ROOT to another folder',
  })
}

/**
 * Brings a store to the format of this gv. A folder `go1.22.5` is a toolchain for the machine itself: on another machine than the one it was made on (a home
 * that moved to Apple silicon, a gv that ran under Rosetta and took that for an Intel Mac) it gets the name that it
 * has there, `go1.22.5.darwin-amd64`, by what its receipt says. It may be cut off and run again at any point. Throws GvError('storage').
 */
export async function migrateStore(store: Store, host: Platform): Promise<void> {
  if (isUpToDate(store, host)) return
  try {
    // Those of other machines first: they stand where this one's are to stand.
    const moves = misnamed(store, host).sort((a, b) => Number(isOwn(a.to)) - Number(isOwn(b.to)))
    for (const { from, to } of moves) rename(store, from, to)
    if (moves.length > 0) await fsyncPath(store.versions)
    writeNote(store, host)
  } catch (error) {
    throw storageError(error, 'cannot bring the store to the format of this gv', store.root)
  }
}

/** Whether a migration has more to do than to leave the number: then one gv at a time does it. */
export function hasMisnamed(store: Store, host: Platform): boolean {
  return !isUpToDate(store, host) && misnamed(store, host).length > 0
}

function isUpToDate(store: Store, host: Platform): boolean {
  const note = readNote(store)
  return note.format === format && note.host === platformName(host)
}

function isOwn(name: string): boolean {
  return !name.includes('-')
}

/** Toolchains whose receipt says another platform than their name does. */
function misnamed(store: Store, host: Platform): { from: string; to: string }[] {
  return namesIn(store.versions).flatMap((from) => {
    const id = nameAnywhere(from, host) ? idInReceipt(store, from) : undefined
    const to = id && toolchainName(id.version, id.platform, host)
    return to === undefined || to === from ? [] : [{ from, to }]
  })
}

/** A toolchain's name on this machine or on another, which names a platform where this one does not. */
function nameAnywhere(name: string, host: Platform): boolean {
  return (
    parseToolchainName(name, host) !== undefined || parseToolchainName(name, { os: 'none', arch: 'none' }) !== undefined
  )
}

function idInReceipt(store: Store, name: string): ToolchainId | undefined {
  try {
    const receipt = parseReceipt(readFileSync(receiptPath(store, name, 'json'), 'utf8'))
    // That of another release was put there by whoever; what it says of the platform says nothing.
    return name.startsWith(releaseName(receipt.version)) ? receipt : undefined
  } catch {
    return undefined
  }
}

/** The receipt is there under both names while the folder is renamed. */
function rename(store: Store, from: string, to: string): void {
  if (lstatSync(gorootOf(store, to), { throwIfNoEntry: false })) return
  for (const ending of receiptEndings) {
    const path = receiptPath(store, from, ending)
    if (existsSync(path)) copyFileSync(path, receiptPath(store, to, ending))
  }
  renameSync(gorootOf(store, from), gorootOf(store, to))
  for (const ending of receiptEndings.toReversed()) rmSync(receiptPath(store, from, ending), { force: true })
}

function notePath(store: Store): string {
  return join(store.own, 'store.json')
}

function readNote(store: Store): StoreNote {
  try {
    const json: unknown = JSON.parse(readFileSync(notePath(store), 'utf8'))
    if (typeof json !== 'object' || json === null) return { format: 0, host: undefined }
    const { format: found, host }: { format?: unknown; host?: unknown } = json
    return {
      format: typeof found === 'number' ? found : 0,
      host: typeof host === 'string' ? host : undefined,
    }
  } catch {
    return { format: 0, host: undefined }
  }
}

function writeNote(store: Store, host: Platform): void {
  replaceFile(notePath(store), `${JSON.stringify({ format, host: platformName(host) })}\n`, 0o644)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}
