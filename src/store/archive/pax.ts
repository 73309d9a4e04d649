/** What an extended header says of the entry that follows it. */
export interface PaxRecords {
  readonly path?: string
  readonly sizeBytes?: number
}

/**
 * Reads the records of a pax extended header (`30 mtime=1719534705.5\n`); undefined unless each is well-formed, of a kind
 * that archives of plain files have, and there once. Of its contents only path and size count: the times and owners
 * are not taken from the archive. Source: POSIX pax, "pax Extended Header"; archive/tar, `parsePAXRecord`.
 */
export function parsePax(body: Buffer): PaxRecords | undefined {
  const records = new Map<string, string>()
  for (let at = 0; at < body.length; ) {
    const record = recordAt(body, at)
    if (!record || records.has(record.key) || !grammars.get(record.key)?.test(record.value)) return undefined
    records.set(record.key, record.value)
    at = record.end
  }
  const path = records.get('path')
  const size = records.get('size')
  return { ...(path !== undefined && { path }), ...(size !== undefined && { sizeBytes: Number(size) }) }
}

const time = /^-?\d{1,12}(?:\.\d{1,30})?$/
const owner = /^\d{1,10}$/
const text = /^[^\0]+$/s

/** The keys that may be there, and what their values look like. */
const grammars: ReadonlyMap<string, RegExp> = new Map([
  ['path', text],
  ['size', /^\d{1,15}$/],
  ['mtime', time],
  ['atime', time],
  ['ctime', time],
  ['uid', owner],
  ['gid', owner],
  ['uname', text],
  ['gname', text],
])

interface PaxRecord {
  readonly key: string
  readonly value: string
  readonly end: number
}

function recordAt(body: Buffer, at: number): PaxRecord | undefined {
  const space = body.indexOf(0x20, at)
  const digits = space < 0 ? '' : body.toString('latin1', at, space)
  if (!/^[1-9]\d{0,5}$/.test(digits)) return undefined
  const end = at + Number(digits)
  const equals = body.indexOf(0x3d, space)
  if (end > body.length || body[end - 1] !== 0x0a || equals < 0 || equals >= end) return undefined
  return { key: body.toString('utf8', space + 1, equals), value: body.toString('utf8', equals + 1, end - 1), end }
}
