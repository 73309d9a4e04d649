import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from './errors.ts'
import { bytesText } from './text.ts'

/**
 * What this user may still write on the file system of a path, for people: `58.4 MB free`, or `58.4 MB free, but room for no
 * more files`. A path that is not there yet counts as its nearest folder. Undefined where the file system does not say.
 */
export function roomText(path: string): string | undefined {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(path)
    // Some file systems (btrfs) have no fixed number of files, and say 0.
    return `${bytesText(bavail * bsize)} free${files > 0 && ffree === 0 ? ', but room for no more files' : ''}`
  } catch (error) {
    const parent = dirname(path)
    return systemErrorCode(error) === 'ENOENT' && parent !== path ? roomText(parent) : undefined
  }
}
