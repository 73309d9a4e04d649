/** The note beside a lock that tells those who wait who holds it. */
import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { livenessOf, ownIdentity, type ProcessIdentity, parseIdentity } from './process-identity.ts'

/** Who holds a lock. */
export interface LockOwner extends ProcessIdentity {
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** What it runs: `gv install 1.22.5`. Anyone may have written it: quote it. */
  readonly command: string
  /** Which lock this note belongs to. */
  readonly lock: string
}

/** Where a lock's two parts lie. */
export interface LockPaths {
  readonly lockFolder: string
  readonly note: string
}

/** Leaves word of who holds the lock; that nobody can is no reason not to go on. Returns the note. */
export function writeNote({ lockFolder, note }: LockPaths, command: string): string {
  const lock = lockIdentity(lockFolder) ?? ''
  const owner: LockOwner = { ...ownIdentity(), startedAt: new Date().toISOString(), command, lock }
  const text = JSON.stringify(owner)
  try {
    writeFileSync(note, text, { mode: 0o644 })
  } catch {
    // Those who wait are told less.
  }
  return text
}

/** Whether the holder of a lock is known to be dead. A note that an earlier holder left says nothing of this one. */
export function isHolderDead({ lockFolder, note }: LockPaths): boolean {
  const owner = readNote(note)
  return owner !== undefined && livenessOf(owner) === 'dead' && owner.lock === lockIdentity(lockFolder)
}

/** Tells one making of a lock's folder from another: inode numbers are given out again, but not at the same time. */
function lockIdentity(lockFolder: string): string | undefined {
  const stat = lstatSync(lockFolder, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.ino} ${stat.birthtimeNs}`
}

/** Takes the note away, unless another has taken the lock over and left its own. */
export function removeNote(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path, { force: true })
  } catch {
    // Nobody reads it while the lock is free.
  }
}

/** What a note says; undefined when there is none that can be read. */
export function readNote(path: string): LockOwner | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const identity = parseIdentity(json)
    if (!identity || typeof json !== 'object' || json === null) return undefined
    const { startedAt, command, lock }: { startedAt?: unknown; command?: unknown; lock?: unknown } = json
    if (typeof startedAt !== 'string' || typeof command !== 'string') return undefined
    return { ...identity, startedAt, command, lock: typeof lock === 'string' ? lock : '' }
  } catch {
    return undefined
  }
}
