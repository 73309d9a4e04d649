import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Replaces a file by a rename: a reader finds the old one or the new one, never a part. What fails, because the disk is full
 * or whatever else, leaves nothing beside it. Throws a system error.
 * @param mode whatever the umask allows
 */
export function replaceFile(path: string, data: string | Uint8Array, mode: number): void {
  const fresh = `${path}.${process.pid}.new`
  try {
    writeFileSync(fresh, data, { mode })
    chmodSync(fresh, mode)
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}
