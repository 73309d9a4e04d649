/** Writing the shims of a store, and what they read. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../platform.ts'
import type { Store } from '../store/layout.ts'
import { replaceFile } from '../store/replace-file.ts'
import { storageError } from '../store/storage-error.ts'
import { hookText } from './init.ts'
import { readParts } from './parts.ts'
import { type ShellName, shellNames } from './quote.ts'
import { libTexts, type ShimPlaces, shimText } from './shim-text.ts'
import { libFolder, startFiles } from './startup.ts'

/** Programs of every toolchain. */
const programs = ['go', 'gofmt']

/** What was changed, by name; empty where all was as it should be. */
export interface ShimChanges {
  readonly written: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Makes `shims/` and `lib/` of a store as they have to be: one program, and a link to it for each name. Each file and link is
 * replaced by a rename, so that a shim that is just being started is the old or the new one. What is not gv's stays.
 * Throws GvError('storage').
 * @param releases names of the installed toolchains of this platform, `go1.22.5`: the go command looks for those in PATH
 */
export function writeShims(store: Store, releases: readonly string[], host: Platform): ShimChanges {
  try {
    mkdirSync(store.shims, { recursive: true, mode: 0o755 })
    const lib = libFolder(store)
    mkdirSync(lib, { recursive: true, mode: 0o755 })
    const places = { interpreter: findInterpreter(), lib, root: store.root, host }
    const parts = readParts()
    const files = [
      ...libTexts(parts, places),
      ...shellNames.map((shell) => hookFile(shell, parts, places)),
      ...startFiles(store),
    ]
    const written = files.filter(([name, text]) => writeIfOther(join(lib, name), text, 0o644)).map(([name]) => name)
    if (writeIfOther(join(store.shims, 'go'), shimText(parts, places), 0o755)) written.push('go')
    const names = [...programs.slice(1), ...releases]
    written.push(...names.filter((name) => linkTo(join(store.shims, name), 'go')))
    return { written, removed: removeLinks(store.shims, names) }
  } catch (error) {
    throw storageError(error, 'cannot write the shims', store.shims)
  }
}

/** dash starts in half the time of others; it is where Debian and macOS have it. */
function findInterpreter(): string {
  return ['/bin/dash', '/usr/bin/dash'].find((path) => existsSync(path)) ?? '/bin/sh'
}

/** What start-up files read: the same that `gv init` prints, without starting gv. */
function hookFile(shell: ShellName, parts: ReadonlyMap<string, string>, places: ShimPlaces): [string, string] {
  return [`hook.${shell}`, hookText(shell, parts, places)]
}

/** Replaces a file of the store by a rename, if it says something else; whether it did. */
export function writeIfOther(path: string, text: string, mode: number): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() && readFileSync(path, 'utf8') === text) return false
  replaceFile(path, text, mode)
  return true
}

function linkTo(path: string, target: string): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there?.isSymbolicLink() && readlinkSync(path) === target) return false
  const fresh = `${path}.${process.pid}.new`
  rmSync(fresh, { force: true })
  symlinkSync(target, fresh)
  renameSync(fresh, path)
  return true
}

function removeLinks(shims: string, wanted: readonly string[]): string[] {
  const stale = readdirSync(shims, { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink() && !wanted.includes(entry.name))
    .map(({ name }) => name)
    .filter((name) => readlinkSync(join(shims, name)) === 'go')
  for (const name of stale) rmSync(join(shims, name))
  return stale
}
