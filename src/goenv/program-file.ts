import { realpathSync, statSync } from 'node:fs'

/** Whether anyone may execute a file: all that Go's own search of PATH looks at. Source: os/exec.findExecutable. */
export function isExecutableFile(path: string): boolean {
  try {
    const stat = statSync(path)
    return stat.isFile() && (stat.mode & 0o111) !== 0
  } catch {
    return false
  }
}

/** What a path leads to, links followed; the path itself where it leads nowhere. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
