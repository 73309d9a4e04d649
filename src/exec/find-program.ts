import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/**
 * The file that a shell would run for a name, searched in `path`; undefined when there is none.
 * A name with a slash is a file already. Node itself would search the PATH of this process, not the child's.
 */
export function findProgram(name: string, path: string, cwd: string): string | undefined {
  if (name.includes('/')) return resolve(cwd, name)
  return path
    .split(delimiter)
    .map((folder) => join(resolve(cwd, folder || '.'), name))
    .find(isProgram)
}

/** Whether this user may run a file. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
