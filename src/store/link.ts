import { randomBytes } from 'node:crypto'
import { lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { GvError, systemErrorCode } from '../errors.ts'
import { quoted } from '../text.ts'
import { fsyncPath } from './fsync.ts'
import { storageError } from './storage-error.ts'

/**
 * Makes a link point to another target by one rename: whoever reads it sees the old or the new one, never none.
 * What is no link there is not overwritten. Throws GvError('storage').
 * @param target as it is to stand in the link, such as `versions/go1.22.5`
 */
export async function switchLink(link: string, target: string): Promise<void> {
  const fresh = `${link}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === false) throw notALink(link)
    symlinkSync(target, fresh)
    renameSync(fresh, link)
    await fsyncPath(dirname(link))
  } catch (error) {
    rmSync(fresh, { force: true })
    throw storageError(error, 'cannot switch the link', link)
  }
}

function notALink(link: string): GvError {
  const details = { reason: 'something that is no link is in its place', hint: 'move it away' }
  return new GvError('storage', `cannot switch the link ${quoted(link)}`, details)
}

/** What a link says; undefined when it is not there. */
export function readLink(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
