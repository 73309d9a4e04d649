import { open } from 'node:fs/promises'
import { systemErrorCode } from '../errors.ts'

/** Writes a file's data, or a folder's list of names, to the disk itself. */
export async function fsyncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some file systems cannot do it for folders, and have nothing to write then.
    const code = systemErrorCode(error)
    if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EPERM') throw error
  } finally {
    await handle.close()
  }
}
