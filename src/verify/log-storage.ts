import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { roomText } from '../disk-room.ts'
import { GvError, messageOf, systemErrorCode } from '../errors.ts'
import { quoted } from '../text.ts'
import type { LogStorage } from './log-tiles.ts'

/** What {@link openLogStorage} needs. */
export interface LogPlace {
  /** `<store>/cache/sumdb`; made when something is to be kept. Absolute. */
  readonly folder: string
  /** The log's name: `sum.golang.org`. */
  readonly name: string
  /** Whoever serves the log; undefined when there is no such thing. */
  readonly readRemote: (path: string) => Promise<Buffer | undefined>
}

/**
 * Keeps what is known of a log in files, for any number of processes at once:
 * `lookup/…` and `tile/…` as they were served, `heads/N` the newest tree head, `evidence/…`.
 */
export function openLogStorage({ folder, name, readRemote }: LogPlace): LogStorage {
  const place = (path: string) => join(folder, ...[...name.split('/'), ...path.split('/')].map(safeElement))
  return {
    readRemote,
    readCache: (path) => readIfThere(place(path)),
    writeCache: (path, data) => writeAtomically(place(path), data).catch(() => {}),
    dropCache: (path) => rm(place(path), { force: true }).catch(() => {}),
    readHead: async () => (await newestHead(place('heads'))).note,
    replaceHead: (previous, next) => replaceHead(place('heads'), previous, next),
    keepEvidence: async (text) => {
      // Named by its content, so that the same evidence is kept once.
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
      const path = place(`evidence/${digest}.txt`)
      await writeAtomically(path, Buffer.from(text))
      return path
    },
  }
}

/** One element of a path that means only itself on every file system; `/`, `..`, `:` and the like are written in hex. */
function safeElement(element: string): string {
  const plain = element.replace(/[^A-Za-z0-9._@!+~-]/gu, (c) => `%${Buffer.from(c).toString('hex')}`)
  return /^\.*$/.test(plain) ? `%${plain}` : plain
}

/** Nothing that is kept is larger. */
const maxBytes = 1_000_000

/** Undefined for whatever cannot be read: it is fetched again. */
async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      return size > 0 && size <= maxBytes ? await file.readFile() : undefined
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

/** Not synced: what a power cut leaves of it is noticed when it is read, and fetched again. */
async function writeAtomically(path: string, data: Uint8Array): Promise<void> {
  const temporary = await writeTemporary(dirname(path), data)
  await rename(temporary, path).catch(async (error: unknown) => {
    await rm(temporary, { force: true })
    throw error
  })
}

async function writeTemporary(folder: string, data: Uint8Array, { sync = false } = {}): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const path = join(folder, `.new-${randomBytes(9).toString('hex')}`)
  // Readable by all, whatever the umask, and by default ACLs writable for nobody else.
  const file = await open(path, 'wx', 0o644)
  try {
    await file.writeFile(data)
    if (sync) await file.sync()
    return path
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

interface StoredHead {
  /** 0 before the first. */
  readonly turn: number
  readonly note: string | undefined
}

/** How many superseded heads stay. The number of one that is gone is that far behind the newest, which gives away who slept over its turn. */
const keptHeads = 16

/**
 * The newest head is the file with the highest number. Each head gets the next number by a hard link, which fails where
 * that number is taken: a compare-and-swap without any lock that somebody could leave behind.
 */
async function newestHead(folder: string): Promise<StoredHead> {
  for (;;) {
    const turn = Math.max(0, ...(await turnsIn(folder)))
    if (turn === 0) return { turn, note: undefined }
    try {
      return { turn, note: await readFile(join(folder, String(turn)), 'utf8') }
    } catch (error) {
      // It was superseded so often meanwhile that it is gone: look again.
      if (systemErrorCode(error) !== 'ENOENT') throw unusable(folder, error)
    }
  }
}

async function turnsIn(folder: string): Promise<number[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[1-9][0-9]{0,14}$/.test(name)).map(Number)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw unusable(folder, error)
  }
}

async function replaceHead(folder: string, previous: string | undefined, next: string): Promise<boolean> {
  const newest = await newestHead(folder)
  if (newest.note !== previous) return false
  const turn = newest.turn + 1
  try {
    const temporary = await writeTemporary(folder, Buffer.from(next), { sync: true })
    try {
      await link(temporary, join(folder, String(turn)))
    } finally {
      await unlink(temporary)
    }
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw unusable(folder, error)
  }
  return countsAmong(folder, turn)
}

/**
 * Takes the old heads away. Whether a turn counts: its number was free because nobody had had it yet, and not because it had been
 * taken away already. Others may have gone on from it meanwhile.
 */
async function countsAmong(folder: string, turn: number): Promise<boolean> {
  const turns = await turnsIn(folder)
  const oldest = Math.max(...turns) - keptHeads
  const done = turns.filter((other) => other <= oldest)
  await Promise.all(done.map((other) => rm(join(folder, String(other)), { force: true })))
  return turn > oldest
}

function unusable(folder: string, error: unknown): GvError {
  const why = systemErrorCode(error) === 'ENOSPC' ? 'no space is left there' : messageOf(error)
  // Of a full disk Node's `mkdir` says now and then that there is no such folder.
  const room = roomText(folder)
  return new GvError('storage', 'the newest tree head of the checksum database cannot be kept', {
    reason: `${quoted(folder)}: ${why}${room === undefined ? '' : ` (${room})`}`,
    cause: error,
  })
}
