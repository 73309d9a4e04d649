/**
 * The bytes of standard base64 with padding; undefined for anything that is not exactly the text that these bytes encode to.
 * `Buffer.from` alone passes over junk, line ends, missing padding and stray bits, so that many texts would give the same bytes.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
