import { parseContentRange } from './content-range.ts'
import { isEtag, isStrongEtag } from './etag.ts'
import { type Head, headerOf } from './exchange.ts'

/** What is known of a file whose first bytes are there. Holds no secrets. */
export interface FileIdentity {
  /** The URL asked for, without user, password and query. */
  readonly url: string
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  /** Of the whole file. */
  readonly totalBytes: number | undefined
}

/** What an answer tells of the file that it is, or is a part of. Pure. */
export function identityOf(url: string, head: Head): FileIdentity {
  const etag = headerOf(head.headers, 'etag')
  const lastModified = headerOf(head.headers, 'last-modified')
  return {
    url,
    etag: isEtag(etag) ? etag : undefined,
    lastModified: isHeaderText(lastModified) ? lastModified : undefined,
    totalBytes: head.status === 206 ? rangeOf(head)?.totalBytes : contentLength(head),
  }
}

/** Whether more bytes may be asked for at all: by a strong ETag or, for want of one, by the size. Pure. */
export function isResumable(identity: FileIdentity): boolean {
  return isStrongEtag(identity.etag) || identity.totalBytes !== undefined
}

/**
 * Asks for what is missing. If-Range (RFC 9110, section 13.1.5) makes the server send the whole file when it has become
 * another; where it gave no strong ETag the date has to do, and then the size. Pure.
 */
export function rangeHeaders(identity: FileIdentity, haveBytes: number): Record<string, string> {
  const validator = isStrongEtag(identity.etag) ? identity.etag : identity.lastModified
  return { range: `bytes=${haveBytes}-`, ...(validator === undefined ? {} : { 'if-range': validator }) }
}

/** Why the bytes of a 206 cannot follow those that are there; undefined if they can. Pure. */
export function whyNotJoined(head: Head, identity: FileIdentity, haveBytes: number): string | undefined {
  const range = rangeOf(head)
  if (!range || range.first !== haveBytes) return 'other bytes than were asked for'
  const answered = identityOf(identity.url, head)
  const keys = ['etag', 'lastModified', 'totalBytes'] as const
  const differs = keys.some((key) => defined(answered[key], identity[key]) && answered[key] !== identity[key])
  if (differs) return 'bytes of another file than before'
  const isTied = isStrongEtag(identity.etag) || (identity.totalBytes !== undefined && range.totalBytes !== undefined)
  return isTied ? undefined : 'bytes that may be of another file'
}

function defined(a: unknown, b: unknown): boolean {
  return a !== undefined && b !== undefined
}

function rangeOf(head: Head): ReturnType<typeof parseContentRange> {
  return parseContentRange(headerOf(head.headers, 'content-range'))
}

/** The size that an answer announces; undefined if it does not. Pure. */
export function contentLength(head: Head): number | undefined {
  const text = headerOf(head.headers, 'content-length') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** Text that may be sent back in a header. */
export function isHeaderText(text: string | undefined): text is string {
  return text !== undefined && /^[\x20-\x7e]{1,200}$/.test(text)
}
