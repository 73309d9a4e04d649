import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import { shownUrl } from '../text.ts'
import { isLoopback } from './loopback.ts'
import { type NetrcEntry, netrcEntryFor, parseNetrc } from './netrc.ts'

/** A URL that may be shown, stored and sent, and what was cut out of it. */
export interface SplitUrl {
  /** Without user and password. */
  readonly url: URL
  /** The value of an Authorization header; a secret that belongs to the origin of `url` alone. */
  readonly authorization: string | undefined
}

/**
 * Takes `user:password@` out of a URL of the user's settings.
 * @throws GvError (`network`) when they would travel in the open, as the go command refuses it too
 */
export function splitCredentials(from: URL): SplitUrl {
  const authorization = from.username || from.password ? basicAuthorization(from) : undefined
  const url = new URL(from)
  url.username = ''
  url.password = ''
  if (authorization !== undefined && !mayCarrySecrets(url)) {
    throw new GvError('network', `cannot send a password to ${url.host}`, {
      reason: `${shownUrl(url)} is plain http, where everybody on the way can read it`,
      hint: `use https://${url.host}`,
    })
  }
  return { url, authorization }
}

/** `Basic …` of the user and password in a URL (RFC 7617). */
export function basicAuthorization(url: { readonly username: string; readonly password: string }): string {
  const text = `${unescaped(url.username)}:${unescaped(url.password)}`
  return `Basic ${Buffer.from(text).toString('base64')}`
}

/** Percent-decoded, as far as it can be: a `%` that begins no escape stands for itself. */
function unescaped(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}

/** Where ~/.netrc (or the file NETRC names) is looked up, once, when the first request needs it. */
export class NetrcFile {
  readonly #read: () => string
  #entries: readonly NetrcEntry[] | undefined

  constructor(env: Environment, home: string) {
    // GOAUTH=off is how the go command is told to leave netrc alone.
    this.#read = env.GOAUTH === 'off' ? () => '' : () => readFileSync(env.NETRC || join(home, '.netrc'), 'utf8')
  }

  /** The Authorization header for a URL's host; never over plain http, but for this machine itself. */
  authorizationFor(url: URL): string | undefined {
    if (!mayCarrySecrets(url)) return undefined
    this.#entries ??= this.#load()
    const entry = netrcEntryFor(this.#entries, url)
    return entry && `Basic ${Buffer.from(`${entry.login}:${entry.password}`).toString('base64')}`
  }

  /** A file that is not there or cannot be read holds no passwords, for the go command as well. */
  #load(): NetrcEntry[] {
    try {
      return parseNetrc(this.#read())
    } catch {
      return []
    }
  }
}

function mayCarrySecrets(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url.hostname)
}
