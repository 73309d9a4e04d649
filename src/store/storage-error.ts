import { roomText } from '../disk-room.ts'
import { GvError, messageOf, systemErrorCode } from '../errors.ts'
import { quoted } from '../text.ts'

/** What each system error means for a person, and what mends it. */
const meanings: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['no space is left there', 'gv uninstall a version, or free space on that file system (df -h, df -i)'],
  EDQUOT: ['your disk quota is used up', 'gv uninstall a version, or ask for a larger quota (quota -s)'],
  EROFS: ['that file system is mounted read-only', 'set GV_ROOT to a folder that can be written'],
  EACCES: ['you have no permission there', 'ls -ld it: is it yours?'],
  EPERM: ['the system does not permit it there', 'ls -ld it: is it yours?'],
  EXDEV: [
    'it lies on another file system than the rest of the store',
    'keep the store on one file system, without mounts in it',
  ],
  EMFILE: ['this process may not open more files', 'ulimit -n 1024'],
  ENFILE: ['the machine has no more open files left', 'close other programs and try again'],
  EIO: ['the disk reports an input/output error', 'look for the disk in dmesg'],
  ENAMETOOLONG: ['the path is too long for that file system', 'set GV_ROOT to a shorter path'],
  EEXIST: ['something else is there already', 'move it away'],
  ENOTDIR: ['something on the way is a file and should be a folder', 'move it away'],
  EISDIR: ['something is a folder there and should be a file', 'move it away'],
  ELOOP: ['there are too many links on the way', 'ls -l it'],
}

/**
 * A failure of the file system as a user sees it: what failed, where (also by how many bytes) and why.
 * An error that has been explained already passes unchanged, and so does one that is no system error: a defect.
 */
export function storageError(error: unknown, what: string, path?: string): unknown {
  const code = systemErrorCode(error)
  if (error instanceof GvError || code === undefined) return error
  const [reason, hint] = meanings[code] ?? [messageOf(error)]
  const place = path === undefined ? what : `${what} in ${quoted(path)}`
  const room = code === 'ENOSPC' && path !== undefined ? roomText(path) : undefined
  return new GvError('storage', place, {
    reason: room === undefined ? reason : `${reason} (${room})`,
    hint,
    cause: error,
  })
}
