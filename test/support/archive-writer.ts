/**
 * Archives written byte by byte, right ones and hostile ones: every field can be given. What honest archives of
 * toolchains look like is in archive-formats.ts.
 */
import { crc32, deflateRawSync } from 'node:zlib'

export interface TarEntry {
  readonly name: string | Buffer
  /** The type flag; a regular file. */
  readonly type?: string
  readonly body?: string | Buffer
  /** The size in the header, when it is to differ from the body's. */
  readonly size?: number
  readonly mode?: number
  readonly linkName?: string
  readonly magic?: string
  readonly prefix?: string
  /** Changes the header before its checksum is taken. */
  readonly edit?: (header: Buffer) => void
  /** Changes the header behind its checksum's back. */
  readonly spoil?: (header: Buffer) => void
}

/** The end of a tar stream. */
export const tarEnd = Buffer.alloc(1024)

export function tarOf(entries: readonly TarEntry[], end: Buffer = tarEnd): Buffer {
  return Buffer.concat([...entries.map(tarEntryBytes), end])
}

export function tarEntryBytes(entry: TarEntry): Buffer {
  const body = Buffer.from(entry.body ?? '')
  return Buffer.concat([tarHeader(entry, body.length), body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}

/** A pax extended header for the entry that follows. */
export function paxEntry(records: Readonly<Record<string, string>> | Buffer): TarEntry {
  const body = Buffer.isBuffer(records) ? records : Buffer.concat(Object.entries(records).map(paxRecord))
  return { name: 'PaxHeaders.0/x', type: 'x', body }
}

/** `30 mtime=1719534705.5\n`: the length counts itself. */
export function paxRecord([key, value]: readonly [string, string]): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`)
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

/** Sets the checksum of a header to what it should be. */
export function sealTarHeader(header: Buffer): void {
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}

function tarHeader(entry: TarEntry, bodyBytes: number): Buffer {
  const header = Buffer.alloc(512)
  Buffer.from(entry.name).copy(header, 0, 0, 100)
  header.write(octal(entry.mode ?? 0o644, 7), 100, 'latin1')
  header.write(octal(0, 7), 108, 'latin1')
  header.write(octal(0, 7), 116, 'latin1')
  header.write(octal(entry.size ?? bodyBytes, 11), 124, 'latin1')
  header.write(octal(1_719_519_072, 11), 136, 'latin1')
  header.write(entry.type ?? '0', 156, 'latin1')
  header.write(entry.linkName ?? '', 157, 100, 'utf8')
  header.write(entry.magic ?? 'ustar\x0000', 257, 'latin1')
  // Go's archive/tar writes the numbers of no device, too.
  header.write(octal(0, 7), 329, 'latin1')
  header.write(octal(0, 7), 337, 'latin1')
  header.write(entry.prefix ?? '', 345, 155, 'utf8')
  entry.edit?.(header)
  sealTarHeader(header)
  entry.spoil?.(header)
  return header
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

export interface ZipEntrySpec {
  readonly name: string | Buffer
  readonly body?: string | Buffer
  /** What stands for the body in the file, when it is not the deflated body. */
  readonly data?: Buffer
  readonly method?: number
  readonly flags?: number
  readonly crc?: number
  readonly size?: number
  readonly compressedSize?: number
  readonly madeBy?: number
  readonly attributes?: number
  readonly extra?: Buffer
  readonly localExtra?: Buffer
  readonly comment?: string
  /** Replaces the data descriptor that flag 8 asks for. */
  readonly descriptor?: Buffer
  /** Bytes before its local header and behind its data. */
  readonly before?: Buffer
  readonly behind?: Buffer
  /** The offset in the central directory, when it is to be wrong. */
  readonly offset?: number
  readonly editLocal?: (header: Buffer) => void
  readonly editCentral?: (header: Buffer) => void
}

export interface ZipOptions {
  readonly before?: Buffer
  readonly beforeEnd?: Buffer
  readonly comment?: string
  readonly behind?: Buffer
  readonly editEnd?: (end: Buffer) => void
}

const descriptorFlag = 8

export function zipBytes(specs: readonly ZipEntrySpec[], options: ZipOptions = {}): Buffer {
  const parts = [options.before ?? Buffer.alloc(0)]
  const directory: Buffer[] = []
  let at = parts[0]?.length ?? 0
  for (const spec of specs) {
    const start = at + (spec.before?.length ?? 0)
    const { local, central } = zipEntryBytes(spec, start)
    const part = Buffer.concat([spec.before ?? Buffer.alloc(0), local, spec.behind ?? Buffer.alloc(0)])
    parts.push(part)
    directory.push(central)
    at += part.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(specs.length, 8)
  end.writeUInt16LE(specs.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(at, 16)
  const comment = Buffer.from(options.comment ?? '')
  end.writeUInt16LE(comment.length, 20)
  options.editEnd?.(end)
  const none = Buffer.alloc(0)
  return Buffer.concat([...parts, entries, options.beforeEnd ?? none, end, comment, options.behind ?? none])
}

function zipEntryBytes(spec: ZipEntrySpec, start: number): { local: Buffer; central: Buffer } {
  const body = Buffer.from(spec.body ?? '')
  const method = spec.method ?? 8
  const flags = spec.flags ?? 0
  const data = spec.data ?? (method === 8 ? deflateRawSync(body) : body)
  const sums = Buffer.alloc(12)
  sums.writeUInt32LE(spec.crc ?? crc32(body), 0)
  sums.writeUInt32LE(spec.compressedSize ?? data.length, 4)
  sums.writeUInt32LE(spec.size ?? body.length, 8)
  const name = Buffer.from(spec.name)
  const extra = spec.extra ?? Buffer.alloc(0)
  const localExtra = spec.localExtra ?? extra

  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(20, 4)
  local.writeUInt16LE(flags, 6)
  local.writeUInt16LE(method, 8)
  if (!(flags & descriptorFlag)) sums.copy(local, 14)
  local.writeUInt16LE(name.length, 26)
  local.writeUInt16LE(localExtra.length, 28)
  spec.editLocal?.(local)

  const comment = Buffer.from(spec.comment ?? '')
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(spec.madeBy ?? 20, 4)
  central.writeUInt16LE(20, 6)
  central.writeUInt16LE(flags, 8)
  central.writeUInt16LE(method, 10)
  sums.copy(central, 16)
  central.writeUInt16LE(name.length, 28)
  central.writeUInt16LE(extra.length, 30)
  central.writeUInt16LE(comment.length, 32)
  central.writeUInt32LE(spec.attributes ?? 0, 38)
  central.writeUInt32LE(spec.offset ?? start, 42)
  spec.editCentral?.(central)

  const mark = Buffer.from('PK\x07\x08', 'latin1')
  const descriptor = flags & descriptorFlag ? (spec.descriptor ?? Buffer.concat([mark, sums])) : Buffer.alloc(0)
  return {
    local: Buffer.concat([local, name, localExtra, data, descriptor]),
    central: Buffer.concat([central, name, extra, comment]),
  }
}
