/** Folders that root alone may change: what all users run must lie in such ones, from `/` down. */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname, join, parse, resolve, sep } from 'node:path'
import { GvError, systemErrorCode } from '../errors.ts'
import { quoted, typed } from '../text.ts'

/** Bits of a mode: who else may write (with a POSIX ACL the group's bits are its mask), and the sticky bit. */
const writableByOthers = 0o022
const sticky = 0o1000
/** Real paths have a few links in them; the kernel follows 40. */
const maxLinks = 40

/** Why a path is not root's alone: the folder or link on the way to it that others may change. */
export interface ForeignPart {
  readonly path: string
  /** In words: `it belongs to user 1000`. */
  readonly reason: string
}

/**
 * The first thing on the way to a path, from `/` down through every link, that another user than root could change, so that
 * the path would mean something else; undefined if there is none. What is not there yet cannot be changed by anyone
 * who may not write to its folder.
 *
 * A sticky folder that everyone may write to (`/tmp`) is right as a parent: root's own entries in it cannot be renamed
 * or removed by others, and what others put there first is found to be theirs. It is not right as the last folder, where things
 * are made under names that are known before.
 */
export function findForeignPart(path: string): ForeignPart | undefined {
  const whole = resolve(path)
  let links = 0
  let left = partsOf(whole)
  for (let at = parse(whole).root; ; ) {
    const stat = lstatSync(at, { throwIfNoEntry: false })
    if (!stat) return undefined
    const reason = reasonAgainst(stat, left.length === 0)
    if (reason !== undefined) return { path: at, reason }
    if (stat.isSymbolicLink()) {
      if (++links > maxLinks) return { path: at, reason: 'there are too many links on the way' }
      const target = resolve(dirname(at), readlinkSync(at))
      left = [...partsOf(target), ...left]
      at = parse(target).root
      continue
    }
    const [next, ...rest] = left
    if (next === undefined) return undefined
    at = join(at, next)
    left = rest
  }
}

/** Whether no user but root has a say in what a path means. */
export function isRootsAlone(path: string): boolean {
  try {
    return findForeignPart(path) === undefined
  } catch {
    return false
  }
}

/** Throws GvError('storage'), which names the folder, unless nobody but root can change what is in a folder, or what its path means. */
export function assertRootsAlone(folder: string, what: string): void {
  const found = findForeignPart(folder)
  if (!found) return
  throw foreign(`${what} ${quoted(folder)} is not used`, found)
}

/**
 * Throws GvError('storage'), which names the first that it finds, unless nobody but root can change anything in a tree. A toolchain that
 * gv did not put into root's store may have come with the owners of its archive.
 */
export function assertRootsTree(folder: string, what: string): void {
  assertRootsAlone(folder, what)
  const found = findForeignEntry(folder)
  if (found) throw foreign(`${what} ${quoted(folder)} is not used`, found)
}

function findForeignEntry(folder: string): ForeignPart | undefined {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const reason = reasonAgainst(lstatSync(path), true)
    if (reason !== undefined) return { path, reason }
    const inner = entry.isDirectory() ? findForeignEntry(path) : undefined
    if (inner) return inner
  }
  return undefined
}

function foreign(message: string, { path, reason }: ForeignPart): GvError {
  const mend = reason.startsWith('it belongs') ? 'chown root' : 'chmod go-w'
  return new GvError('storage', message, {
    reason: `${quoted(path)}: ${reason}, and could change what all users of this machine run`,
    hint: `sudo ${mend} ${typed(path)}, or name another place`,
  })
}

function partsOf(path: string): string[] {
  return path.split(sep).filter((part) => part !== '')
}

function reasonAgainst(stat: Stats, isLast: boolean): string | undefined {
  if (stat.uid !== 0) return `it belongs to user ${stat.uid}`
  // Links have no modes that count.
  if (stat.isSymbolicLink() || (stat.mode & writableByOthers) === 0) return undefined
  if (!isLast && stat.isDirectory() && (stat.mode & sticky) !== 0) return undefined
  return (stat.mode & 0o002) === 0 ? `group ${stat.gid} may write to it` : 'everyone may write to it'
}

/**
 * Makes a folder with those missing on the way, each root's (gid 0), whatever umask, set-gid bits and default ACLs of the folders above say.
 * Those that are there stay as they are. To be called as root. Throws what the system throws.
 */
export function makeRootsFolder(folder: string, mode = 0o755): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(folder)
  if (parent !== folder) makeRootsFolder(parent)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Another gv was faster. A link to nowhere, or a file, is told by whoever uses it.
    if (systemErrorCode(error) !== 'EEXIST') throw error
    return
  }
  chownSync(folder, 0, 0)
  chmodSync(folder, mode)
}

/** A path with all links in it followed, as far as it is there; what is not there yet is added as it stands. */
export function realPathSoFar(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    const parent = dirname(path)
    if (systemErrorCode(error) !== 'ENOENT' || parent === path) throw error
    return join(realPathSoFar(parent), path.slice(parent.length).replace(/^[/\\]+/, ''))
  }
}

/**
 * Why a store is not to be read by a user, in words; undefined if it may be, or if it is not there yet. Whoever may write into it
 * can run programs as its users.
 */
export function reasonForStoreDistrust(root: string, uid: number): string | undefined {
  const stats = statIfPossible(root)
  if (!stats) return undefined
  if (stats.uid !== uid && stats.uid !== 0) return `it belongs to another user (uid ${stats.uid})`
  return (stats.mode & 0o002) === 0 ? undefined : 'anyone may write into it'
}

function statIfPossible(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
