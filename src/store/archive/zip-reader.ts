import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { pathOfName } from '../../verify/module-names.ts'
import { parseEntryName } from './entry-name.ts'
import { inflateRange } from './inflate.ts'
import type { UnpackLimits } from './limits.ts'
import { ReadWindow, readAt } from './positioned-read.ts'
import { refuseEntry } from './refusal.ts'
import type { TreeWriter } from './tree-writer.ts'
import { readZipDirectory, type ZipEntry } from './zip-directory.ts'
import { assertContents, assertLocalFrame, contentsOf, localHeaderBytes, localHeaderLength } from './zip-entry.ts'

/** Larger entries come in pieces, which keeps the memory small; half of a release's bytes are in some ten programs. */
const largeBytes = 1024 * 1024
/** How many large entries are inflated in the thread pool while the small ones are written here. */
const largeAtOnce = 2
/** How many small entries are written before the pieces of the large ones get their turn. */
const smallAtOnce = 16
/** Two large entries at a time, so that smaller pieces keep the memory small. */
const pieceBytes = 256 * 1024
/** Of a data descriptor. */
const maxTailBytes = 16

export interface ZipSource {
  readonly fd: number
  readonly sizeBytes: number
  /** What all names start with, before a slash: `golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64`. */
  readonly module: string
  readonly limits: UnpackLimits
  /** Gets the number of bytes of the archive that have been read. */
  readonly onRead: (readBytes: number) => void
}

/** Puts the files and folders of a module zip into a tree. Throws GvError('verification') for all that is not plain. */
export async function readZip(source: ZipSource, tree: TreeWriter): Promise<void> {
  const entries = await readZipDirectory(source.fd, source.sizeBytes, source.limits)
  await new ZipReader(source, tree).read(entries)
}

class ZipReader {
  readonly #source: ZipSource
  readonly #tree: TreeWriter
  #readBytes = 0
  #hasFailed = false

  constructor(source: ZipSource, tree: TreeWriter) {
    this.#source = source
    this.#tree = tree
  }

  async read(entries: readonly ZipEntry[]): Promise<void> {
    const isLarge = (entry: ZipEntry) => Math.max(entry.sizeBytes, entry.end - entry.start) > largeBytes
    // One queue for all who take from it.
    const large = entries.filter(isLarge).values()
    const work = [this.#readSmall(entries.filter((entry) => !isLarge(entry)))]
    for (let i = 0; i < largeAtOnce; i++) work.push(this.#readLarge(large))
    // All have to stop before the tree may be thrown away.
    for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason
  }

  async #readSmall(entries: readonly ZipEntry[]): Promise<void> {
    const window = new ReadWindow(this.#source.fd, this.#source.sizeBytes, largeBytes)
    for (const [i, entry] of entries.entries()) {
      if (i % smallAtOnce === 0) await setImmediate()
      if (this.#hasFailed) return
      this.#orFail(() => this.#readSmallEntry(entry, window))
    }
  }

  #readSmallEntry(entry: ZipEntry, window: ReadWindow): void {
    const bytes = entry.end > entry.start ? window.read(entry.start, entry.end - entry.start) : Buffer.alloc(0)
    if (bytes.length < localHeaderBytes) throw overlaps(entry)
    const dataStart = localHeaderLength(entry, bytes)
    const dataEnd = dataStart + entry.compressedBytes
    if (dataEnd > bytes.length) throw overlaps(entry)
    assertLocalFrame(entry, bytes.subarray(0, dataStart), bytes.subarray(dataEnd))
    const contents = contentsOf(entry, bytes.subarray(dataStart, dataEnd))
    const path = this.#pathOf(entry)
    if (entry.isFolder) this.#tree.addFolder(path)
    else this.#tree.addFile(path, contents)
    this.#tell(bytes.length)
  }

  async #readLarge(queue: Iterable<ZipEntry>): Promise<void> {
    for (const entry of queue) {
      if (this.#hasFailed) return
      await this.#readLargeEntry(entry).catch((error: unknown) => this.#fail(error))
    }
  }

  async #readLargeEntry(entry: ZipEntry): Promise<void> {
    const { fd } = this.#source
    const head = readAt(fd, entry.start, localHeaderBytes)
    const dataStart = entry.start + localHeaderLength(entry, head)
    const dataEnd = dataStart + entry.compressedBytes
    if (dataEnd > entry.end || entry.end - dataEnd > maxTailBytes) throw overlaps(entry)
    const header = readAt(fd, entry.start, dataStart - entry.start)
    assertLocalFrame(entry, header, readAt(fd, dataEnd, entry.end - dataEnd))
    if (entry.isFolder) throw refuseEntry(entry.name, 'is a folder with contents')
    const file = this.#tree.openFile(this.#pathOf(entry))
    let sum = 0
    let length = 0
    for await (const piece of this.#pieces(entry, dataStart, dataEnd)) {
      length += piece.length
      if (this.#hasFailed) return
      if (length > entry.sizeBytes) break
      sum = crc32(piece, sum)
      file.write(piece)
    }
    file.close()
    assertContents(entry, length, sum)
    this.#tell(entry.end - entry.start)
  }

  async *#pieces(entry: ZipEntry, start: number, end: number): AsyncGenerator<Buffer> {
    const { fd } = this.#source
    if (entry.isDeflated) yield* inflateRange({ fd, start, end, pieceBytes })
    else for (let at = start; at < end; at += pieceBytes) yield readAt(fd, at, Math.min(pieceBytes, end - at))
  }

  #pathOf(entry: ZipEntry): string {
    const { module, limits } = this.#source
    const name = entry.isFolder ? entry.name.slice(0, -1) : entry.name
    const path = parseEntryName(name, `${module}/`, limits)
    const published = entry.isFolder ? path : pathOfName(module, name)
    if (published === undefined) throw refuseEntry(name, 'has a name that no file of a module can have')
    return published
  }

  #tell(bytes: number): void {
    this.#readBytes += bytes
    this.#source.onRead(this.#readBytes)
  }

  #orFail(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): never {
    this.#hasFailed = true
    throw error
  }
}

function overlaps(entry: ZipEntry) {
  return refuseEntry(entry.name, 'overlaps another, or something lies behind it')
}
