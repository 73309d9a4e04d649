/** Reading and replacing a start-up file: by its real path, whole, with its mode and its owner. */
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { checkpoint } from '../checkpoint.ts'
import { GvError, systemErrorCode } from '../errors.ts'
import { storageError } from '../store/storage-error.ts'
import { quoted } from '../text.ts'

/** A start-up file as it is now. */
export interface ProfileFile {
  /** Behind all links. */
  readonly realPath: string
  /** Its bytes as latin1; undefined where it is not there. */
  readonly text: string | undefined
  /** Why it is not to be written, in words. */
  readonly obstacle: string | undefined
}

/** A larger one is no start-up file. */
const maxBytes = 4 * 1024 * 1024

/** Reads a start-up file. Throws GvError('storage') for what is no file that a shell can read. */
export function readProfile(path: string): ProfileFile {
  try {
    const realPath = realPathOf(path)
    const stat = statSync(realPath, { throwIfNoEntry: false })
    if (!stat) return { realPath, text: undefined, obstacle: obstacleTo(realPath) }
    if (!stat.isFile() || stat.size > maxBytes) throw notText(path, 'it is no file of a usual size')
    const text = readFileSync(realPath, 'latin1')
    if (text.includes('\0')) throw notText(path, 'it is not text')
    return { realPath, text, obstacle: obstacleTo(realPath) }
  } catch (error) {
    throw storageError(error, 'cannot read the start-up file', path)
  }
}

/** Replaces a file by one rename, or takes it away (undefined). Throws GvError('storage'). */
export function writeProfile({ realPath }: ProfileFile, text: string | undefined): void {
  // One name for all who write it, so that what a killed process left is found by the next.
  const fresh = `${realPath}.gv-new`
  try {
    if (text === undefined) {
      unlinkSync(realPath)
      return
    }
    mkdirSync(dirname(realPath), { recursive: true })
    rmSync(fresh, { force: true })
    const stat = statSync(realPath, { throwIfNoEntry: false })
    const fd = openSync(fresh, 'wx', 0o666)
    try {
      writeSync(fd, Buffer.from(text, 'latin1'))
      if (stat) fchmodSync(fd, stat.mode & 0o7777)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    if (stat && (stat.uid !== process.geteuid?.() || stat.gid !== process.getegid?.())) giveTo(fresh, stat)
    checkpoint('profile-staged')
    renameSync(fresh, realPath)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw storageError(error, 'cannot write the start-up file', realPath)
  }
}

/** The file that a path leads to, also where it is not there (yet). */
function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    if (!lstatSync(path, { throwIfNoEntry: false })) return path
    const hint = 'make the file that it should lead to, or remove the link'
    throw new GvError('storage', `cannot read the start-up file ${quoted(path)}`, {
      reason: 'it is a link to nothing',
      hint,
    })
  }
}

/** A file that says it is not to be written is not replaced either, although its folder would allow that. */
function obstacleTo(realPath: string): string | undefined {
  const stat = statSync(realPath, { throwIfNoEntry: false })
  if (stat && (stat.mode & 0o222) === 0) return 'it is read-only'
  return stat && !isWritable(realPath) ? 'you may not write it' : folderObstacle(dirname(realPath))
}

function folderObstacle(folder: string): string | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })) {
    return dirname(folder) === folder ? undefined : folderObstacle(dirname(folder))
  }
  return isWritable(folder) ? undefined : 'you may not write in its folder'
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** root who sets up another user's shell leaves the files to that user; for a group that is not ours, the mode counts. */
function giveTo(path: string, { uid, gid }: { uid: number; gid: number }): void {
  try {
    chownSync(path, uid, gid)
  } catch (error) {
    if (process.geteuid?.() === 0) throw error
  }
}

function notText(path: string, reason: string): GvError {
  return new GvError('storage', `cannot read the start-up file ${quoted(path)}`, { reason, hint: 'ls -l it' })
}
