/** The Go of this machine that is neither pinned nor anybody's default: the last resort, and the spec `system`. */
import { lstatSync } from 'node:fs'
import { delimiter, isAbsolute, join, relative } from 'node:path'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import { type ForeignGo, goAt, goBehind } from './goroot.ts'
import { readProjectFile } from './project-file.ts'

/** What every shim says of itself in its first two lines, whatever store it belongs to. */
const shimMark = 'gv shim'

/**
 * The system store's link, else the first `go` in PATH that leads neither back to gv nor into the user's store.
 * Entries of PATH that are not absolute do not count: they would mean another Go in each folder.
 */
export function findSystemGo(places: {
  readonly env: Environment
  /** The system store's link, `/usr/local/go`. */
  readonly systemLink: string
  /** The user's store. */
  readonly storeRoot: string
}): ForeignGo | undefined {
  const linked = isLink(places.systemLink) ? goAt(places.systemLink) : undefined
  if (linked) return linked
  for (const folder of (places.env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder) || isInside(folder, places.storeRoot) || isShim(join(folder, 'go'))) continue
    const go = goBehind(join(folder, 'go'))
    if (go && !isInside(go.goroot ?? folder, places.storeRoot)) return go
  }
  return undefined
}

/** A folder in its place was put there by hand, and counts only through PATH. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function isInside(path: string, root: string): boolean {
  const inside = relative(root, path)
  return !inside.startsWith('..') && !isAbsolute(inside)
}

function isShim(program: string): boolean {
  try {
    const [first = '', second = ''] = readProjectFile(program, 512).bytes.toString('latin1').split('\n', 2)
    return first.startsWith('#!') && `${first} ${second}`.includes(shimMark)
  } catch (error) {
    if (error instanceof GvError) return false
    throw error
  }
}
