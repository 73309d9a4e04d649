import { printable } from '../text.ts'

/**
 * Reads the URL of a place to fetch from that the user named: http, https or file. Where URL and Go's net/url differ
 * (`http:/host`, `https:///host`, backslashes, characters that one of them drops), it is refused: gv must never ask
 * another host than `go` would. Source: cmd/go/internal/modfetch.newProxyRepo.
 */
export function readSourceUrl(text: string): { readonly url: URL } | { readonly reason: string } {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return { reason: 'it is no URL' }
  if (!['https', 'http', 'file'].includes(scheme)) return { reason: 'the scheme must be https, http or file' }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: URL would drop some of them
  if (/[\u0000-\u0020\u007f\\]/.test(text)) return { reason: 'there are characters in it that cannot stand in a URL' }
  const url = parsedUrl(text)
  if (!url) return { reason: 'it cannot be read as a URL' }
  if (scheme === 'file')
    return /^file:\/\/\/[^?#]*$/i.test(text) ? { url } : { reason: 'it is not of the form file:///folder' }
  return /^https?:\/\/[^/?#]/i.test(text) ? { url } : { reason: 'there is no host in it' }
}

function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** A text that may not be a URL, without all that could be a user, password or token in one. */
export function withoutSecrets(entry: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/+)?(.*)$/is.exec(entry) ?? []
  const at = rest.lastIndexOf('@')
  const hidden = at < 0 ? '' : '…@'
  const place = /[?#]/.test(rest.slice(0, at + 1)) ? '' : rest.slice(at + 1).replace(/[?#].*$/s, '')
  return printable(`${scheme}${hidden}${place}`, 120)
}
