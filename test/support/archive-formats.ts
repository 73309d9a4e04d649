import { deflateRawSync, gzipSync } from 'node:zlib'
import { tarOf, zipBytes } from './archive-writer.ts'

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
  return zipBytes(
    files.map(({ name, data, mode }) => ({
      name,
      body: data,
      data: deflateRawSync(data, { level: 1 }),
      flags: sizesBehindData,
      ...(mode !== 0 && { madeBy: onUnix, attributes: ((0o100000 | mode) << 16) >>> 0 }),
    })),
  )
}

const sizesBehindData = 8
const onUnix = 0x0314
