import { parseEntryName } from './entry-name.ts'
import type { UnpackLimits } from './limits.ts'
import { parsePax } from './pax.ts'
import { readPlainTarHeader } from './plain-tar-header.ts'
import { refuseArchive, refuseEntry } from './refusal.ts'
import { blockBytes, isZero, parseTarHeader, type TarHeader } from './tar-header.ts'
import type { OpenFile, TreeWriter } from './tree-writer.ts'

/** The folder that holds everything in a release's tarball. */
const prefix = 'go/'
/** A header that describes the next entry is never longer than this; Go's are about a hundred bytes. */
const maxMetaBytes = 64 * 1024
/** Writers round the end up to their record size: GNU tar to 10 KiB. */
const maxTrailerBytes = 1024 * 1024

/** An entry whose contents are being read. */
interface Current {
  readonly header: TarHeader
  left: number
  /** Of a file that has come in part. */
  file: OpenFile | undefined
  /** Of a header that describes the next entry. */
  meta: Buffer[]
}

/**
 * Reads a tar stream that comes in pieces of any size, and puts its files and folders into a tree. Refuses
 * anything that is not one reading of plain files and folders below `go/`, two zero blocks at the end included.
 */
export class TarReader {
  readonly #tree: TreeWriter
  readonly #limits: UnpackLimits
  #rest: Buffer = Buffer.alloc(0)
  #readBytes = 0
  #padding = 0
  #current: Current | undefined
  /** What an extended header or a long-name entry said of the next entry. */
  #next: { name?: string; sizeBytes?: number } | undefined
  #zeroBlocks = 0

  constructor(tree: TreeWriter, limits: UnpackLimits) {
    this.#tree = tree
    this.#limits = limits
  }

  /** Takes the next piece; it may be kept until the next call, and not be changed until then. */
  write(piece: Buffer): void {
    this.#readBytes += piece.length
    if (this.#readBytes > this.#limits.totalBytes) throw tooLarge(this.#limits)
    let bytes = this.#rest.length > 0 ? this.#completeBlock(piece) : piece
    for (let left = this.#step(bytes); left; left = this.#step(left)) bytes = left
    this.#rest = bytes
  }

  /** Reads the header that the last piece broke off in, so that only it is copied; what is left of this piece. */
  #completeBlock(piece: Buffer): Buffer {
    const missing = blockBytes - this.#rest.length
    const block = Buffer.concat([this.#rest, piece.subarray(0, missing)])
    if (block.length < blockBytes) return block
    this.#readBlock(block)
    return piece.subarray(missing)
  }

  /** Tells that the stream is complete. */
  end(): void {
    if (this.#current || this.#padding > 0 || this.#rest.length > 0 || this.#zeroBlocks < 2) {
      throw refuseArchive('it is cut off')
    }
  }

  /** Does one thing with what has come; what is left over, or undefined when more has to come first. */
  #step(bytes: Buffer): Buffer | undefined {
    if (this.#current) return this.#readContents(this.#current, bytes)
    if (this.#padding > 0) {
      const skipped = Math.min(this.#padding, bytes.length)
      this.#padding -= skipped
      return skipped > 0 ? bytes.subarray(skipped) : undefined
    }
    if (bytes.length < blockBytes) return undefined
    this.#readBlock(bytes.subarray(0, blockBytes))
    return bytes.subarray(blockBytes)
  }

  #readBlock(block: Buffer): void {
    if (block[0] === 0 && isZero(block, 0, blockBytes)) {
      this.#zeroBlocks++
      if (this.#next) throw refuseArchive('its last entry is missing')
      if (this.#zeroBlocks * blockBytes > maxTrailerBytes) throw refuseArchive('there is something behind its end')
      return
    }
    if (this.#zeroBlocks > 0) throw refuseArchive('there is something behind its end')
    this.#begin(readPlainTarHeader(block) ?? parseTarHeader(block))
  }

  #begin(header: TarHeader): void {
    if (header.type === 'pax' || header.type === 'long-name') {
      if (this.#next) throw refuseEntry(header.name, 'follows another extended header')
      if (header.sizeBytes > maxMetaBytes) throw refuseEntry(header.name, 'is an extended header of unusual length')
      this.#current = { header, left: header.sizeBytes, file: undefined, meta: [] }
    } else {
      this.#beginEntry({ ...header, ...this.#next })
      this.#next = undefined
    }
    if (this.#current) this.#padding = padding(this.#current.header.sizeBytes)
  }

  #beginEntry(header: TarHeader): void {
    const isFolder = header.type === 'folder'
    const name = isFolder && header.name.endsWith('/') ? header.name.slice(0, -1) : header.name
    const path = parseEntryName(name, prefix, this.#limits)
    // It would be mistaken for a go.mod, which has that name in the log.
    if (/(?:^|\/)_go\.mod$/.test(path)) throw refuseEntry(name, 'has a name that only module zips have')
    if (header.sizeBytes > this.#limits.totalBytes) throw tooLarge(this.#limits)
    if (!isFolder) {
      this.#current = { header: { ...header, name: path }, left: header.sizeBytes, file: undefined, meta: [] }
      return
    }
    if (header.sizeBytes > 0) throw refuseEntry(name, 'is a folder with contents')
    this.#tree.addFolder(path)
  }

  #readContents(current: Current, bytes: Buffer): Buffer | undefined {
    const { header } = current
    const part = bytes.subarray(0, Math.min(current.left, bytes.length))
    if (part.length === 0 && current.left > 0) return undefined
    current.left -= part.length
    if (header.type !== 'file') current.meta.push(part)
    else if (part.length === header.sizeBytes) this.#tree.addFile(header.name, part)
    else {
      current.file ??= this.#tree.openFile(header.name)
      current.file.write(part)
    }
    if (current.left === 0) this.#finish(current)
    return bytes.subarray(part.length)
  }

  #finish(current: Current): void {
    this.#current = undefined
    const { header } = current
    if (header.type === 'file') current.file?.close()
    else this.#next = readMeta(header, Buffer.concat(current.meta))
  }
}

/** What a header that describes the next entry says. */
function readMeta(header: TarHeader, body: Buffer): { name?: string; sizeBytes?: number } {
  if (header.type === 'long-name') {
    if (body.length < 2 || body.indexOf(0) !== body.length - 1)
      throw refuseEntry(header.name, 'is a malformed long name')
    return { name: body.toString('utf8', 0, body.length - 1) }
  }
  const records = parsePax(body)
  if (!records) throw refuseEntry(header.name, 'is a malformed or unusual extended header')
  const { path, sizeBytes } = records
  return { ...(path !== undefined && { name: path }), ...(sizeBytes !== undefined && { sizeBytes }) }
}

function padding(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes
}

function tooLarge(limits: UnpackLimits) {
  return refuseArchive(`it unpacks to more than ${limits.totalBytes / 1e9} GB`)
}
