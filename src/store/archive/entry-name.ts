import type { UnpackLimits } from './limits.ts'
import { refuseEntry } from './refusal.ts'

/** Characters that no file of Go's has: control, formatting, lone surrogates, line and paragraph separators, U+FFFD. */
const forbidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/u
/** What almost all names look like: one that is so, and short enough, cannot break a rule. */
const plain = /^(?:[\w+@-][\w.+@-]*\/)*[\w+@-][\w.+@-]*$/

/**
 * The path below GOROOT that an entry's name means: `go/bin/go` with the prefix `go/` is `bin/go`, the prefix
 * itself is the empty path. Throws unless the name is a plain relative path below the prefix: no empty,
 * `.` or `..` segment, no backslash, no invisible character. A trailing slash has to be taken off before.
 */
export function parseEntryName(name: string, prefix: string, limits: UnpackLimits): string {
  const isPlain = name.length < 2 * limits.depth && name.startsWith(prefix) && plain.test(name)
  if (!isPlain) assertPath(name, prefix, limits)
  return name.slice(prefix.length)
}

function assertPath(name: string, prefix: string, limits: UnpackLimits): void {
  if (name === prefix.slice(0, -1)) return
  if (name.startsWith('/')) throw refuseEntry(name, 'has an absolute path')
  const segments = name.split('/')
  if (segments.includes('..')) throw refuseEntry(name, 'has a path with ..')
  if (!name.startsWith(prefix)) throw refuseEntry(name, `lies outside of ${prefix}`)
  if (segments.includes('') || segments.includes('.')) throw refuseEntry(name, 'has a path that is not clean')
  assertReadable(name)
  assertShort(name, name.slice(prefix.length).split('/'), limits)
}

function assertReadable(name: string): void {
  if (name.includes('\\')) throw refuseEntry(name, 'has a backslash in its path')
  if (forbidden.test(name))
    throw refuseEntry(name, 'has a control or invisible character, or invalid UTF-8, in its path')
}

function assertShort(name: string, segments: readonly string[], limits: UnpackLimits): void {
  if (segments.length > limits.depth) throw refuseEntry(name, `lies more than ${limits.depth} folders deep`)
  if (Buffer.byteLength(name) > limits.pathBytes) throw refuseEntry(name, 'has a path that is too long')
  if (segments.some((segment) => Buffer.byteLength(segment) > limits.segmentBytes)) {
    throw refuseEntry(name, `has a name of more than ${limits.segmentBytes} bytes`)
  }
}
