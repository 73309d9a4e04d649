import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl'
import { systemErrorCode } from '../../errors.ts'
import type { UnpackLimits } from './limits.ts'
import { ReadWindow } from './positioned-read.ts'
import { refuseArchive, refuseEntry } from './refusal.ts'

/** A file or folder of a zip, as the central directory has it. */
export interface ZipEntry {
  /** As written; ends in a slash for a folder. */
  readonly name: string
  readonly isFolder: boolean
  readonly isDeflated: boolean
  readonly hasDescriptor: boolean
  readonly crc32: number
  readonly compressedBytes: number
  readonly sizeBytes: number
  /** Where its local header starts, and where the next entry (or the central directory) does. */
  readonly start: number
  readonly end: number
  /** The fields that the local header has to repeat: flags, method, time and date, as they are stored. */
  readonly repeated: Buffer
}

/** The end record without a comment; no release's zip has one. */
const endBytes = 22
const endSignature = 0x06054b50
const zip64LocatorBytes = 20
const zip64LocatorSignature = 0x07064b50
/** Of an entry in the central directory, without its texts. */
const entryBytes = 46
const windowBytes = 256 * 1024

/**
 * Reads a zip's central directory with the package yauzl. Refuses all that has more than one reading: comments,
 * zip64 (no release needs it), entries that overlap, leave gaps or are out of order, anything before or behind.
 * Source: PKWARE's APPNOTE 6.3.
 */
export async function readZipDirectory(fd: number, sizeBytes: number, limits: UnpackLimits): Promise<ZipEntry[]> {
  const window = new ReadWindow(fd, sizeBytes, windowBytes)
  const directory = readEnd(window, sizeBytes, limits)
  const { entries, length } = await readEntries(await openZip(window, sizeBytes), directory.count)
  if (length !== directory.length) throw refuseArchive('its central directory has another length than it says')
  if (entries[0]?.start !== 0) throw refuseArchive('there is something before its first entry')
  // No entry gets more than it claims here: see zip-entry.ts.
  const unpacked = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0)
  if (unpacked > limits.totalBytes) throw refuseArchive(`it unpacks to more than ${limits.totalBytes / 1e9} GB`)
  return entries.map((entry, i) => ({ ...entry, end: entries[i + 1]?.start ?? directory.start }))
}

function readEnd(window: ReadWindow, sizeBytes: number, limits: UnpackLimits) {
  if (sizeBytes < endBytes + entryBytes) throw refuseArchive('it is too short for a zip file')
  const end = window.read(sizeBytes - endBytes, endBytes)
  if (end.readUInt32LE(0) !== endSignature) throw refuseArchive('it does not end as a zip file does')
  if (end.readUInt32LE(4) !== 0) throw refuseArchive('it is one part of a split zip file')
  const count = end.readUInt16LE(10)
  const directory = { count, length: end.readUInt32LE(12), start: end.readUInt32LE(16) }
  const isWhole = directory.start + directory.length === sizeBytes - endBytes
  if (end.readUInt16LE(8) !== count || count === 0 || end.readUInt16LE(20) !== 0 || !isWhole) {
    throw refuseArchive('its end record does not fit')
  }
  if (count > limits.entries) throw refuseArchive(`it has more than ${limits.entries} entries`)
  const before = window.read(Math.max(0, sizeBytes - endBytes - zip64LocatorBytes), 4).readUInt32LE(0)
  if (before === zip64LocatorSignature) throw refuseArchive('it is a zip64 file, as no release of Go is')
  return directory
}

/** What yauzl reads through: most of its reads are of some bytes, one behind the other. */
class WindowReader extends RandomAccessReader {
  readonly #window: ReadWindow

  constructor(window: ReadWindow) {
    super()
    this.#window = window
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    let error: Error | null = null
    try {
      this.#window.read(position, length).copy(buffer, offset)
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error(String(thrown))
    }
    // Never at once: yauzl would go one call deeper with each entry.
    process.nextTick(callback, error)
  }
}

function openZip(window: ReadWindow, sizeBytes: number): Promise<ZipFile> {
  // The names are parsed here: yauzl would take them for cp437 in places, and let other fields override them.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(new WindowReader(window), sizeBytes, options, (error, zip) => {
      if (error) reject(malformed(error))
      else resolve(zip)
    })
  })
}

/** The entries, and the length of the directory that they make up. */
function readEntries(zip: ZipFile, count: number): Promise<{ entries: Omit<ZipEntry, 'end'>[]; length: number }> {
  const entries: Omit<ZipEntry, 'end'>[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    zip.on('error', (error: Error) => reject(malformed(error)))
    zip.on('entry', (entry: Entry) => {
      try {
        // yauzl's own entries are ten times as large, and would all stay in memory.
        entries.push(parseEntry(entry))
        length += entryBytes + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
        if (entries.length === count) resolve({ entries, length })
        else zip.readEntry()
      } catch (error) {
        reject(error)
      }
    })
    zip.readEntry()
  })
}

/** yauzl's errors have no code; those of the disk do, and are no fault of the archive. */
function malformed(error: Error): Error {
  return systemErrorCode(error) === undefined ? refuseArchive('its central directory is malformed', error) : error
}

/** Flags: the strength of the compression (1, 2), a data descriptor (3), UTF-8 names (11). */
const knownFlags = 0x080e
const flag = { descriptor: 0x0008, utf8: 0x0800 } as const
const method = { stored: 0, deflated: 8 } as const
/** Extra fields with times and owners: Info-ZIP's (UT, ux, UX) and NTFS's. Others change what an entry means. */
const harmlessExtras: ReadonlySet<number> = new Set([0x5455, 0x7875, 0x5855, 0x000a])

function parseEntry(entry: Entry): Omit<ZipEntry, 'end'> {
  const raw = entry.fileNameRaw
  const flags = entry.generalPurposeBitFlag
  const name = raw.toString('utf8')
  if (flags & 1) throw refuseEntry(name, 'is encrypted')
  if (flags & ~knownFlags) throw refuseEntry(name, 'has unknown flags')
  if (!(flags & flag.utf8) && raw.some((byte) => byte >= 0x80))
    throw refuseEntry(name, 'has a name of unknown encoding')
  const isDeflated = entry.compressionMethod === method.deflated
  if (!isDeflated && entry.compressionMethod !== method.stored)
    throw refuseEntry(name, 'is compressed in an unknown way')
  if (!hasHarmlessExtras(entry.extraFieldRaw)) throw refuseEntry(name, 'has an extra field that no release of Go has')
  if (entry.fileCommentLength > 0) throw refuseEntry(name, 'has a comment')
  const isFolder = name.endsWith('/')
  assertType(entry, name, isFolder)
  if (isFolder && entry.uncompressedSize !== 0) throw refuseEntry(name, 'is a folder with contents')
  return {
    name,
    isFolder,
    isDeflated,
    hasDescriptor: (flags & flag.descriptor) !== 0,
    crc32: entry.crc32,
    compressedBytes: entry.compressedSize,
    sizeBytes: entry.uncompressedSize,
    start: entry.relativeOffsetOfLocalHeader,
    repeated: repeatedFields(entry),
  }
}

/** A file or a folder by its Unix mode, where it has one, and by its DOS attributes. */
function assertType(entry: Entry, name: string, isFolder: boolean): void {
  const unixType = (entry.externalFileAttributes >>> 16) & 0o170000
  const isDosFolder = (entry.externalFileAttributes & 0x10) !== 0
  if (unixType === 0o120000) throw refuseEntry(name, 'is a symbolic link')
  const isRight = unixType === 0 || unixType === (isFolder ? 0o040000 : 0o100000)
  if (!isRight || (isDosFolder && !isFolder)) throw refuseEntry(name, 'is neither a file nor a folder')
}

/** Whether a run of extra fields is well-formed and changes nothing. */
export function hasHarmlessExtras(extras: Buffer): boolean {
  let at = 0
  while (at + 4 <= extras.length) {
    if (!harmlessExtras.has(extras.readUInt16LE(at))) return false
    at += 4 + extras.readUInt16LE(at + 2)
  }
  return at === extras.length
}

function repeatedFields(entry: Entry): Buffer {
  const fields = Buffer.alloc(8)
  fields.writeUInt16LE(entry.generalPurposeBitFlag, 0)
  fields.writeUInt16LE(entry.compressionMethod, 2)
  fields.writeUInt16LE(entry.lastModFileTime, 4)
  fields.writeUInt16LE(entry.lastModFileDate, 6)
  return fields
}
