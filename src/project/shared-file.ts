/** To whom files belong that decide which Go runs: on a shared host anyone can put one into /tmp. */
import { lstatSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isThere, statFile } from './project-file.ts'

/** What lies beside a project's own files. */
const projectMarks = ['go.mod', 'go.work', '.git']

/**
 * Why a file in a folder above the working directory is not to be trusted, in words; undefined if it is. The user,
 * root, and whoever owns the working directory may say which Go runs there.
 */
export function reasonForDistrust(file: string, workingFolder: string, uid: number): string | undefined {
  const [link, target] = [lstatSync(file), statFile(file)]
  const owner = statSync(workingFolder).uid
  const stranger = [link.uid, target?.uid ?? link.uid].find((id) => id !== uid && id !== 0 && id !== owner)
  if (stranger !== undefined) return `it belongs to another user (uid ${stranger})`
  const isWritableByAll = target?.isFile() && (target.mode & 0o002) !== 0
  return isWritableByAll && !isBesideProject(file) ? 'anyone may write it' : undefined
}

/** A repository on a mounted disk may be writable for all; that is its owner's choice. */
function isBesideProject(file: string): boolean {
  return projectMarks.some((mark) => isThere(join(dirname(file), mark)))
}
