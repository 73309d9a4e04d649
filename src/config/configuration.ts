import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as SmolToml from 'smol-toml'
import type { Context } from '../context.ts'
import { GvError, messageOf } from '../errors.ts'
import { readBoundedText } from '../goenv/bounded-file.ts'
import { type Store, storeLayout } from '../store/layout.ts'
import type { Dedupe } from '../store/sharing.ts'
import { quoted } from '../text.ts'
import { closest } from '../version/suggest.ts'

/** What to do when the Go that is meant is not installed. */
export type AutoInstall = 'automatic' | 'ask' | 'never'

/** The user's own settings of gv, from `config.toml` in the store; a project has no say in them. */
export interface Configuration {
  readonly autoInstall: AutoInstall
  /** Where `autoInstall` was said; undefined for the default. */
  readonly autoInstallFrom: 'GV_AUTO_INSTALL' | 'config.toml' | undefined
  /** `minimum`: the default toolchain is preferred where it is new enough for go.mod. */
  readonly gomod: 'requirement' | 'minimum'
  /** Whether version files above a project may belong to anyone. */
  readonly trustSharedFiles: boolean
  /**
   * Whether files that are the same in several toolchains of a store are stored once; `reflink`: only where the file system can do
   * it so that a write to one leaves the others alone.
   */
  readonly dedupe: Dedupe
}

const maxBytes = 64 * 1024
const autoInstallWords = ['automatic', 'ask', 'never'] as const
const gomodWords = ['requirement', 'minimum'] as const

/** The file's name in the store; the sh resolver declines where it exists. */
export const configurationName = 'config.toml'

/**
 * Reads the configuration. Throws GvError('usage') for a file or a value that cannot be read, naming it.
 * @param store whose; the user's, if not said otherwise
 */
export function readConfiguration(
  context: Pick<Context, 'env' | 'home'>,
  store: Store = storeLayout(context),
): Configuration {
  const path = join(store.own, configurationName)
  const table = readTable(path)
  rejectUnknownKeys(table, path)
  const fromFile = oneOf(table.auto_install, autoInstallWords, 'auto_install', path)
  const fromEnv = oneOf(context.env.GV_AUTO_INSTALL || undefined, autoInstallWords, 'GV_AUTO_INSTALL', undefined)
  return {
    autoInstall: fromEnv ?? fromFile ?? 'automatic',
    autoInstallFrom: fromEnv ? 'GV_AUTO_INSTALL' : fromFile && 'config.toml',
    gomod: oneOf(table.gomod, gomodWords, 'gomod', path) ?? 'requirement',
    trustSharedFiles: flag(table.trust_shared_files, 'trust_shared_files', path),
    dedupe: dedupeOf(table.dedupe, path),
  }
}

type Table = Readonly<Record<string, unknown>>

function readTable(path: string): Table {
  const file = readBoundedText(path, maxBytes)
  if (!('text' in file)) {
    if (file.unread === 'absent') return {}
    throw unreadable(path, file.unread === 'too-big' ? 'it is larger than 64 KiB' : 'it is not a file')
  }
  try {
    return tomlParser()(file.text)
  } catch (error) {
    throw unreadable(path, messageOf(error).split('\n', 1)[0] ?? '')
  }
}

/** smol-toml's, read where there is a file to parse: most users have none, and reading it must stay synchronous. */
export function tomlParser(): typeof SmolToml.parse {
  // oxlint-disable-next-line typescript/no-unsafe-return, typescript/no-unsafe-member-access -- require knows no types
  return createRequire(import.meta.url)('smol-toml').parse
}

const keys = ['auto_install', 'gomod', 'trust_shared_files', 'dedupe']

function rejectUnknownKeys(table: Table, path: string): void {
  const unknown = Object.keys(table).find((key) => !keys.includes(key))
  if (unknown === undefined) return
  const near = closest(unknown, keys)
  throw unreadable(path, `there is no setting ${quoted(unknown)}${near ? `; did you mean "${near}"?` : ''}`)
}

function oneOf<T extends string>(
  value: unknown,
  words: readonly T[],
  name: string,
  path: string | undefined,
): T | undefined {
  if (value === undefined) return undefined
  const word = words.find((candidate) => candidate === value)
  if (word !== undefined) return word
  // oxlint-disable-next-line typescript/no-base-to-string -- that it is no word is all there is to say of a table
  const reason = `${name} is ${quoted(String(value))}; it takes ${words.join(', ')}`
  if (path !== undefined) throw unreadable(path, reason)
  throw new GvError('usage', reason, { hint: `unset ${name}` })
}

function flag(value: unknown, name: string, path: string): boolean {
  if (value === undefined || value === false) return false
  if (value === true) return true
  throw unreadable(path, `${name} takes true or false`)
}

function dedupeOf(value: unknown, path: string): Dedupe {
  if (value === undefined) return true
  if (value === 'reflink' || typeof value === 'boolean') return value
  throw unreadable(path, 'dedupe takes true, false or "reflink"')
}

function unreadable(path: string, reason: string): GvError {
  return new GvError('usage', `the configuration ${quoted(path)} cannot be used`, {
    reason,
    hint: 'mend or remove that file',
  })
}
