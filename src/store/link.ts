import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { checkpoint } from '../checkpoint.ts'
import { GvError, systemErrorCode } from '../errors.ts'
import { quoted } from '../text.ts'
import { fsyncPath } from './fsync.ts'
import { storageError } from './storage-error.ts'

/** Younger than this, a link that waits for its rename may be that of a living process, in whatever container. In milliseconds. */
const abandonedMs = 60_000

/**
 * Makes a link point to another target by one rename: whoever reads it sees the old or the new one, never none.
 * What is no link there is not overwritten. Throws GvError('storage').
 * @param target as it is to stand in the link, such as `versions/go1.22.5`
 */
export async function switchLink(link: string, target: string): Promise<void> {
  try {
    replace(link, target)
    checkpoint('link-switched')
    await fsyncPath(dirname(link))
  } catch (error) {
    throw storageError(error, 'cannot switch the link', link)
  }
}

function replace(link: string, target: string, isSecond = false): void {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === false) throw notALink(link)
  const fresh = makeFreshLink(link, target)
  try {
    renameSync(fresh, link)
  } catch (error) {
    rmSync(fresh, { force: true })
    // A gv in another container, which cannot see that this process lives, may have taken it for abandoned.
    if (isSecond || systemErrorCode(error) !== 'ENOENT') throw error
    replace(link, target, true)
  }
}

/** Makes the link that is to take the place of another, under a name of its own beside that; what killed processes left there goes. */
export function makeFreshLink(link: string, target: string): string {
  removeAbandoned(link)
  const fresh = `${link}.${process.pid}.${randomBytes(6).toString('hex')}`
  symlinkSync(target, fresh)
  checkpoint('link-made')
  return fresh
}

/** Removes links that never took their place: their process is gone, or they are old. */
function removeAbandoned(link: string): void {
  const folder = dirname(link)
  const prefix = `${basename(link)}.`
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(prefix) ? /^([1-9]\d*)\.[0-9a-f]{12}$/.exec(name.slice(prefix.length))?.[1] : undefined
    if (pid === undefined) continue
    const path = join(folder, name)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (!stat?.isSymbolicLink() || (isThere(Number(pid)) && Date.now() - stat.mtimeMs < abandonedMs)) continue
    try {
      unlinkSync(path)
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error
    }
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH'
  }
}

function notALink(link: string): GvError {
  const details = { reason: 'something that is no link is in its place', hint: 'move it away' }
  return new GvError('storage', `cannot switch the link ${quoted(link)}`, details)
}

/** What a link says; undefined when it is not there. */
export function readLink(link: string): string | undefined {
  // Most often there is none, and an error costs Node as much as five system calls.
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) return undefined
  try {
    return readlinkSync(link)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
