/** The folders in which gv and the go command look for files: from the working directory up to `/`. */
import { realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, posix } from 'node:path'
import type { Environment } from '../context.ts'

/** Where a person stands. All paths are absolute and end without a slash. */
export interface Folders {
  /** From the working directory up to `/`. */
  readonly chain: readonly [string, ...string[]]
  /** Which of them is $HOME, also under another name; -1 if none. */
  readonly homeIndex: number
}

/**
 * The working directory as the user and the go command name it: $PWD, where that leads there, keeps the links by
 * which it was reached. Source: Go's os.Getwd and filepath.Clean.
 */
export function logicalFolder(cwd: string, env: Environment): string {
  const pwd = env.PWD
  const isOurs = pwd !== undefined && isAbsolute(pwd) && isSameFile(pwd, cwd)
  return withoutEndSlash(posix.normalize(isOurs ? pwd : cwd))
}

/** The folders from one upwards, by its name alone. */
export function foldersFrom(folder: string, home: string): Folders {
  const chain: [string, ...string[]] = [folder]
  for (let f = folder; dirname(f) !== f; ) {
    f = dirname(f)
    chain.push(f)
  }
  return { chain, homeIndex: isAbsolute(home) ? indexOfFile(chain, home) : -1 }
}

/**
 * Whether a folder is the system's temporary one: there, `go` overlooks a go.mod, lest a stray one governs all below.
 * Source: cmd/go's search.InDir, which compares names before it follows links.
 */
export function isTemporaryRoot(folder: string, env: Environment): boolean {
  const temporary = env.TMPDIR || '/tmp'
  const realFolder = realPath(folder)
  const realTemporary = realPath(temporary)
  for (const [path, root] of [
    [folder, temporary],
    [realFolder, temporary],
    [folder, realTemporary],
    [realFolder, realTemporary],
  ]) {
    if (path === undefined || root === undefined) continue
    if (path === root) return true
    if (path.startsWith(root.endsWith('/') ? root : `${root}/`)) return false
  }
  return false
}

/** Whether two paths lead to the same file. */
function isSameFile(a: string, b: string): boolean {
  if (a === b) return true
  const [first, second] = [identity(a), identity(b)]
  return first !== undefined && first === second
}

function indexOfFile(chain: readonly string[], path: string): number {
  const id = identity(path)
  return id === undefined ? -1 : chain.findIndex((folder) => identity(folder) === id)
}

function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function withoutEndSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
