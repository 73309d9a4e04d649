import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { tarOf } from './archive-writer.ts'

/** A file in an archive. */
export interface ArchiveFile {
  readonly name: string
  readonly data: Buffer
  readonly mode: number
}

/** A tarball as cmd/distpack writes it: ustar, regular files only, no owner. `level` is gzip's. */
export function tarGzOf(files: readonly ArchiveFile[], level = 1): Buffer {
  const entries = files.map(({ name, data, mode }) => ({ ...splitName(name), body: data, mode }))
  return gzipSync(tarOf(entries), { level })
}

/** A name of more than 100 bytes is split at a slash. */
function splitName(name: string): { prefix: string; name: string } {
  if (name.length <= 100) return { prefix: '', name }
  const at = name.indexOf('/', name.length - 101)
  if (at < 0 || at > 155) throw new Error(`${name} does not fit into a ustar header`)
  return { prefix: name.slice(0, at), name: name.slice(at + 1) }
}

/**
 * A zip as Go's archive/zip writes it: deflated, sizes behind the data. With mode 0 the entries have
 * none, as in a module's zip. Source: APPNOTE.TXT 4.3.
 */
export function zipOf(files: readonly ArchiveFile[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const file of files) {
    const { local, central } = zipEntry(file, offset)
    parts.push(local)
    directory.push(central)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, entries, end])
}

const hasDataDescriptor = 8
const deflated = 8
const madeOnUnix = 0x0314

function zipEntry({ name, data, mode }: ArchiveFile, offset: number): { local: Buffer; central: Buffer } {
  const nameBytes = Buffer.from(name)
  const packed = deflateRawSync(data, { level: 1 })
  const checks = Buffer.alloc(12)
  checks.writeUInt32LE(crc32(data), 0)
  checks.writeUInt32LE(packed.length, 4)
  checks.writeUInt32LE(data.length, 8)

  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(hasDataDescriptor, 6)
  header.writeUInt16LE(deflated, 8)
  header.writeUInt16LE(nameBytes.length, 26)

  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(mode === 0 ? 20 : madeOnUnix, 4)
  central.writeUInt16LE(20, 6)
  central.writeUInt16LE(hasDataDescriptor, 8)
  central.writeUInt16LE(deflated, 10)
  checks.copy(central, 16)
  central.writeUInt16LE(nameBytes.length, 28)
  if (mode !== 0) central.writeUInt32LE(((0o100000 | mode) << 16) >>> 0, 38)
  central.writeUInt32LE(offset, 42)

  const descriptorMark = Buffer.from('PK\x07\x08', 'latin1')
  return {
    local: Buffer.concat([header, nameBytes, packed, descriptorMark, checks]),
    central: Buffer.concat([central, nameBytes]),
  }
}
