/** Which bytes of a file an answer brings: both ends included, counted from 0. */
export interface ContentRange {
  readonly first: number
  readonly last: number
  /** Of the whole file; undefined where the server does not know (`*`). */
  readonly totalBytes: number | undefined
}

/** Reads `bytes 100-199/200` (RFC 9110, section 14.4); undefined for anything that is not that or makes no sense. Pure. */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes +(\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(text?.trim() ?? '')
  if (!match) return undefined
  const first = Number(match[1])
  const last = Number(match[2])
  const totalBytes = match[3] === '*' ? undefined : Number(match[3])
  if (last < first || (totalBytes !== undefined && last >= totalBytes)) return undefined
  return { first, last, totalBytes }
}
