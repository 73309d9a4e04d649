import { GvError, messageOf, systemErrorCode } from '../errors.ts'
import { quoted } from '../text.ts'

/** What each system error means for a person, and what mends it. */
const meanings: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['no space is left on that file system', 'gv uninstall a version, or free space there (df -h)'],
  EDQUOT: ['your disk quota is used up', 'gv uninstall a version, or ask for a larger quota (quota -s)'],
  EROFS: ['that file system is mounted read-only', 'export GV_ROOT=… to a folder that can be written'],
  EACCES: ['you may not write or read there', 'ls -ld it; is it yours?'],
  EPERM: ['the system does not permit it there', 'ls -ld it; is it yours?'],
  EMFILE: ['this process may not open more files', 'ulimit -n 1024'],
  ENFILE: ['the machine has no more open files left', 'close other programs and try again'],
  EIO: ['the disk reports an input/output error', 'check the disk (dmesg)'],
  ENAMETOOLONG: ['the path is too long for that file system', 'export GV_ROOT=… to a shorter path'],
  ENOTDIR: ['something there is a file and should be a folder', 'move it away'],
  ELOOP: ['there are too many links on the way', 'ls -l it'],
}

/**
 * A failure of the file system as a user sees it: what failed, where and why. An error that has been
 * explained already passes unchanged.
 */
export function storageError(error: unknown, what: string, path: string): GvError {
  if (error instanceof GvError) return error
  const meaning = meanings[systemErrorCode(error) ?? '']
  return new GvError('storage', `${what}: ${quoted(path)}`, {
    reason: meaning?.[0] ?? messageOf(error),
    hint: meaning?.[1],
    cause: error,
  })
}
