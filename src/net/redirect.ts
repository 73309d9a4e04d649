import { printable, shownUrl } from '../text.ts'
import { type Head, headerOf } from './exchange.ts'

/** One request of a chain of redirects. */
export interface Hop {
  /** Without user and password. */
  readonly url: URL
  /** The Authorization header, a secret of this URL's origin. */
  readonly authorization: string | undefined
}

/** How many redirects are followed, as many as by the go command. */
const maxRedirects = 10

const redirectStatuses = [301, 302, 303, 307, 308]

/**
 * Sends requests until an answer is no redirect.
 * @param send sends one, and gives the location where its answer says to go on, if it does
 * @param refuse makes the error for an answer that leads nowhere
 */
export async function followRedirects(
  first: Hop,
  send: (hop: Hop) => Promise<string | undefined>,
  refuse: (hop: Hop, why: string) => Error,
): Promise<void> {
  let hop = first
  for (let redirects = 0; ; redirects++) {
    const location = await send(hop)
    if (location === undefined) return
    const next = redirects < maxRedirects ? nextHop(hop, location) : `more than ${maxRedirects} redirects`
    if (typeof next === 'string') throw refuse(hop, next)
    hop = next
  }
}

/** Where an answer sends us; undefined if it is no redirect. */
export function redirectLocation(head: Head): string | undefined {
  return redirectStatuses.includes(head.status) ? headerOf(head.headers, 'location') : undefined
}

/**
 * The next request of the chain, or in words why there is none: https never becomes http, nothing but the two is
 * followed, and a password stays with the origin it was meant for; once it was left, the password is gone for good.
 * A user and password in the redirect itself are the server's, not the user's, and are dropped. Pure.
 */
export function nextHop(from: Hop, location: string): Hop | string {
  if (!URL.canParse(location, from.url.href)) return `a redirect to ${printable(location, 100)}, which is no URL`
  const url = new URL(location, from.url.href)
  url.username = ''
  url.password = ''
  url.hash = ''
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `a redirect to ${shownUrl(url)}, which is no web address`
  if (from.url.protocol === 'https:' && url.protocol === 'http:') return `a redirect from https to ${shownUrl(url)}`
  return { url, authorization: url.origin === from.url.origin ? from.authorization : undefined }
}
