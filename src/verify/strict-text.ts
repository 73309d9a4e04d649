// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const control = /[\u0000-\u0009\u000b-\u001f]/

/**
 * The text of UTF-8 bytes in which the only control character below U+0020 is the line end; undefined for all others. A byte order mark is
 * a character like any other. Source: golang.org/x/mod/sumdb/note, Open.
 */
export function decodeStrictText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return control.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
