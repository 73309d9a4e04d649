import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * The project's files that a POSIX shell or bash runs: by their name, or by their first line.
 * @param {string} root
 */
export async function shellFiles(root) {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root },
  )
  const found = []
  for (const file of stdout.split('\0').filter(Boolean)) {
    if (/\.(sh|bash)$/.test(file) || (!/\.\w+$/.test(file) && (await isShellProgram(join(root, file)))))
      found.push(file)
  }
  return found
}

/** @param {string} path */
async function isShellProgram(path) {
  const file = await open(path).catch(() => undefined)
  if (!file) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    return /^#!.*\b(sh|dash|bash)\b/.test(buffer.toString('latin1', 0, bytesRead))
  } catch {
    return false
  } finally {
    await file.close()
  }
}
