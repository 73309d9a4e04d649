/** Everything that may move a cursor, ring, colour, hide or reorder text: C0, DEL, C1, bidi controls, line separators, BOM. */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * Text from outside (a version, a path, a server's answer) made fit for a terminal: each character
 * that could act instead of being read is written as an escape, and the length is bounded.
 */
export function printable(text: string, maxLength = 300): string {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return shown.replace(unprintable, (c) => {
    if (c === '\n') return '\\n'
    if (c === '\r') return '\\r'
    if (c === '\t') return '\\t'
    const code = c.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** Text from outside in quotes, for use inside a sentence. */
export function quoted(text: string, maxLength = 120): string {
  return `"${printable(text, maxLength).replaceAll('"', '\\"')}"`
}

/** A URL as it may be shown and stored: without user, password, query and fragment, which may hold secrets. */
export function shownUrl(url: URL | string): string {
  if (typeof url === 'string' && url.length <= 300 && plainUrl.test(url)) return url
  const parsed = typeof url === 'string' ? parsedUrl(url) : url
  if (!parsed) return quoted(String(url).replace(/\/\/[^/@]*@/, '//'))
  const { protocol, host, pathname } = parsed
  return printable(`${protocol}//${host}${pathname}`)
}

/** What would come out as it went in: receipts are full of them, and taking one apart costs 40 µs. */
const plainUrl = /^https?:\/\/[a-z][a-z0-9.-]*(?:\/\w[\w.~-]*)+$/

function parsedUrl(url: string): URL | undefined {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}

/** A number of bytes for people: `68.9 MB` (decimal units, as download sizes are given). */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** A span of time for people: `850 ms`, `3.2 s`, `2 min 5 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** A word as it is typed on a command line, for hints: in single quotes where a shell would take it apart. */
export function typed(word: string): string {
  return /^[\w.:/@%+=,-]+$/.test(word) ? word : `'${printable(word).replaceAll("'", `'\\''`)}'`
}
