import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkpoint } from '../checkpoint.ts'
import { systemErrorCode } from '../errors.ts'
import type { Platform } from '../platform.ts'
import { parseToolchainName, type Store } from './layout.ts'
import { ownIdentity, type ProcessIdentity, parseIdentity } from './process-identity.ts'
import { hasPendingReceipt } from './receipt.ts'
import { moveFolder, removeTree } from './remove-tree.ts'
import { storageError } from './storage-error.ts'

/** A folder in the store's `tmp` that one process fills: `go1.22.5.4711.0123456789ab`. */
export interface Staging {
  readonly folder: string
  /** Where the tree goes, `go` in that folder; gone once it is published. */
  readonly goroot: string
}

/** The file in a staging folder that says whose it is. */
const ownerName = 'owner.json'

/** Makes a staging folder, which nobody else may enter, with an empty `go` in it. Throws GvError('storage'). */
export function makeStaging(store: Store, name: string): Staging {
  const folder = join(store.tmp, `${name}.${process.pid}.${randomBytes(6).toString('hex')}`)
  const staging = { folder, goroot: join(folder, 'go') }
  try {
    mkdirSync(store.tmp, { recursive: true, mode: 0o700 })
    mkdirSync(folder, { mode: 0o700 })
    // Default ACLs and set-gid folders add bits of their own.
    chmodSync(folder, 0o700)
    writeFileSync(join(folder, ownerName), JSON.stringify(ownIdentity()))
    mkdirSync(staging.goroot, { mode: 0o755 })
  } catch (error) {
    throw storageError(error, 'cannot make a staging folder', store.tmp)
  }
  checkpoint('staging-made')
  return staging
}

/**
 * Throws a staging folder away, but for one whose tree is published while its receipt still waits, because of some
 * failure: the next install delivers that.
 */
export async function discardStaging(store: Store, staging: Staging): Promise<void> {
  if (!existsSync(staging.goroot) && hasPendingReceipt(staging.folder)) return
  await throwAway(store, staging.folder)
}

/**
 * Moves a folder of the store to the trash and empties that. Moving it first is one step: a folder whose removal
 * was cut off cannot be mistaken for anything. Throws GvError('storage').
 */
export async function throwAway(store: Store, folder: string): Promise<void> {
  try {
    const trash = moveToTrash(store, folder)
    if (trash !== undefined) await removeTree(trash)
  } catch (error) {
    throw storageError(error, 'cannot remove', folder)
  }
}

/** Moves a folder of the store to the trash; where it is now, or undefined when it was gone already. */
export function moveToTrash(store: Store, folder: string): string | undefined {
  mkdirSync(store.tmp, { recursive: true, mode: 0o700 })
  const trash = join(store.tmp, `trash.${process.pid}.${randomBytes(6).toString('hex')}`)
  try {
    moveFolder(folder, trash)
    return trash
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** What was found in `tmp`: somebody's staging folder, or trash, which anyone may remove. */
export type Leftover =
  | { readonly kind: 'trash'; readonly folder: string }
  | {
      readonly kind: 'staging'
      readonly folder: string
      /** The toolchain's. */
      readonly name: string
      /** Undefined when its process did not get so far as to say. */
      readonly owner: ProcessIdentity | undefined
    }

const stagingGrammar = /^(.+)\.[1-9]\d*\.[0-9a-f]{12}$/

/** What lies in a store's `tmp`; names that gv does not give are passed over. */
export function listLeftovers(store: Store, host: Platform): Leftover[] {
  return namesIn(store.tmp).flatMap((entry): Leftover[] => {
    const folder = join(store.tmp, entry)
    const name = stagingGrammar.exec(entry)?.[1] ?? ''
    if (name === 'trash') return [{ kind: 'trash', folder }]
    return parseToolchainName(name, host) ? [{ kind: 'staging', folder, name, owner: readOwner(folder) }] : []
  })
}

function readOwner(folder: string): ProcessIdentity | undefined {
  try {
    return parseIdentity(JSON.parse(readFileSync(join(folder, ownerName), 'utf8')))
  } catch {
    return undefined
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw storageError(error, 'cannot read', folder)
  }
}

/** Moves what is staged to its place. */
export function moveStaged(staging: Staging, to: string): void {
  renameSync(staging.goroot, to)
}
