import { GvError } from '../errors.ts'
import { printable, quoted } from '../text.ts'
import { type NoteKey, parseNoteKey } from './note.ts'

/** The checksum database that GOSUMDB names. */
export type SumdbSetting =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'log'
      readonly key: NoteKey
      /** Where the user said that it is served; then proxies are not asked. */
      readonly url: URL | undefined
    }

/** The database that is used when nothing else was said. */
const defaultDatabase = 'sum.golang.org'

/** Keys that need not be given. Source: cmd/go/internal/modfetch/key.go. */
const knownKeys: ReadonlyMap<string, string> = new Map([
  [defaultDatabase, 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'],
])

/** Other addresses of known databases. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['sum.golang.google.cn', 'sum.golang.org https://sum.golang.google.cn'],
])

/**
 * Reads GOSUMDB: `off`, a known name, or `name+hash+key`, the latter two with a URL behind if wanted; nothing stands for sum.golang.org (no
 * Go is needed on the machine for gv to know it). Throws GvError('usage'). Source: cmd/go/internal/modfetch/sumdb.go, dbDial.
 */
export function parseGosumdb(text: string): SumdbSetting {
  if (text === 'off') return { kind: 'off' }
  const words = (aliases.get(text) ?? text).split(/\p{White_Space}+/u).filter((word) => word !== '')
  const [name = defaultDatabase, address, ...more] = words
  if (more.length > 0) throw unusable(text, 'it has more than a key and a URL')
  const key = readKey(text, knownKeys.get(name) ?? name)
  return { kind: 'log', key, url: address === undefined ? undefined : readUrl(text, address) }
}

/** The key of a log by its name: what GOSUMDB says, as it did when the log was asked, or else that of a known log. */
export function logKeyNamed(name: string, gosumdb: string): NoteKey | undefined {
  const named = parseGosumdb(gosumdb)
  if (named.kind === 'log' && named.key.name === name) return named.key
  const known = knownKeys.get(name)
  return known === undefined ? undefined : parseNoteKey(known)
}

/** Where a database is served when no proxy serves it: its name is its address. */
export function logUrl(key: NoteKey): URL {
  return new URL(`https://${key.name}`)
}

function readKey(text: string, keyText: string): NoteKey {
  const key = parseKey(text, keyText)
  const isAddress = /^[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/.test(key.name)
  // The name becomes a URL and a folder.
  if (!isAddress || !URL.canParse(`https://${key.name}`))
    throw unusable(text, 'its name is not of the form host[/path]')
  return key
}

function parseKey(text: string, keyText: string): NoteKey {
  try {
    return parseNoteKey(keyText)
  } catch (error) {
    throw unusable(text, error instanceof GvError ? (error.reason ?? error.message) : String(error))
  }
}

function readUrl(text: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url && ['https:', 'http:', 'file:'].includes(url.protocol)) return url
  throw unusable(text, `${quoted(address)} is not an https URL`)
}

function unusable(text: string, reason: string): GvError {
  return new GvError('usage', `GOSUMDB is set to ${quoted(text)}, which names no checksum database`, {
    reason: printable(reason),
    hint: 'unset GOSUMDB, or set it to sum.golang.org',
  })
}
