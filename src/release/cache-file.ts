import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a file of the cache so that a reader finds the old one or the new one, never a part. A store that cannot be
 * written to does not keep it, and that is all: nothing depends on a cache.
 */
export function writeCacheFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    writeFileSync(temporary, text, { mode: 0o644 })
    renameSync(temporary, path)
  } catch {
    removeIfThere(temporary)
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // It could not be written either.
  }
}
