import { lstatSync, mkdirSync, readdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkpoint } from '../checkpoint.ts'
import { GvError, systemErrorCode } from '../errors.ts'
import type { Store } from './layout.ts'
import { isHolderDead, type LockOwner, type LockPaths, readNote, removeNote, writeNote } from './lock-note.ts'

export type { LockOwner } from './lock-note.ts'

export interface LockRequest {
  readonly store: Store
  /** The toolchain's name: each has a lock of its own, so that different versions do not wait for each other. */
  readonly name: string
  /** What this process runs, for those who wait. */
  readonly command: string
  readonly signal: AbortSignal
  /** Asked again and again while waiting: whether another process has done the work already. */
  readonly isDone: () => boolean
  /** Told once for each holder that is waited for; undefined when it is not known. */
  readonly onWait: (owner: LockOwner | undefined) => void
}

export interface HeldLock {
  /** False where the folder cannot lock (then the rename alone decides), and once another took the lock over. */
  readonly isHeld: boolean
  release(): Promise<void>
}

/** A lock that was not renewed for so long belongs to nobody; its holder renews it four times in that time. */
const staleMs = 4000
const renewMs = 1000
/** How often those who wait look again; not all at the same moment. */
const pollMs = 100
/** How long a folder that cannot lock (read-only, an odd network file system) is tried. */
const unlockableMs = 1500

/**
 * Waits for a toolchain's lock; 'done' when {@link LockRequest.isDone} said so first. A holder that is known to be dead
 * does not delay, one that is stopped, or died on another machine, by at most 5 s, a folder that cannot lock by at most 2 s: the lock only saves work, publishing is safe without it.
 * Throws GvError('interrupted') on abort.
 */
export async function acquireLock(request: LockRequest): Promise<HeldLock | 'done'> {
  const wait = new Wait(request)
  let failingSince: number | undefined
  for (;;) {
    const lock = await tryLock(request)
    if (typeof lock === 'object') return doneOr(lock, request)
    if (request.isDone()) return 'done'
    if (lock === 'busy') {
      failingSince = undefined
      wait.look()
    } else {
      failingSince ??= performance.now()
      if (performance.now() - failingSince > unlockableMs) return { isHeld: false, release: async () => {} }
    }
    await pause(request.signal)
  }
}

/** Takes a lock if nobody has it: the lock, or why not. */
export async function tryLock(place: {
  store: Store
  name: string
  command: string
}): Promise<HeldLock | 'busy' | 'unlockable'> {
  // Bundled, a CommonJS package that is loaded late has no other export than `default`.
  const { lock } = (await import('proper-lockfile')).default
  const paths = pathsOf(place.store, place.name)
  const { lockFolder, note } = paths
  let isHeld = true
  const lose = () => {
    isHeld = false
  }
  try {
    mkdirSync(place.store.locks, { recursive: true, mode: 0o755 })
    // A lock is a folder; anything else in its place would be waited for without end.
    if (lstatSync(lockFolder, { throwIfNoEntry: false })?.isDirectory() === false) unlinkSync(lockFolder)
    if (isHolderDead(paths)) removeLock(lockFolder)
    const options = { lockfilePath: lockFolder, realpath: false, retries: 0, stale: staleMs, update: renewMs }
    const release = await lock(join(place.store.locks, place.name), { ...options, onCompromised: lose })
    const text = writeNote(paths, place.command)
    return {
      get isHeld() {
        return isHeld
      },
      release: async () => {
        checkpoint('unlocking')
        // What another has taken over meanwhile stays: its note is another, and proper-lockfile lets go only of its own.
        removeNote(note, text)
        await release().catch(lose)
        isHeld = false
      },
    }
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined) throw error
    return code === 'ELOCKED' ? 'busy' : 'unlockable'
  }
}

/** The names of locks whose holder is known to be dead: they delay nobody, and lie there until somebody wants them. */
export function abandonedLocks(store: Store): string[] {
  try {
    const names = readdirSync(store.locks).flatMap((file) => /^(.+)\.lock$/.exec(file)?.[1] ?? [])
    return names.filter((name) => isHolderDead(pathsOf(store, name)))
  } catch {
    return []
  }
}

async function doneOr(lock: HeldLock, request: LockRequest): Promise<HeldLock | 'done'> {
  checkpoint('locked')
  if (!request.isDone()) return lock
  await lock.release()
  return 'done'
}

/** Watches a lock that another holds. */
class Wait {
  readonly #request: LockRequest
  #renewedAt = 0
  #seenAt = 0
  #told: string | undefined
  #looks = 0

  constructor(request: LockRequest) {
    this.#request = request
  }

  look(): void {
    const { lockFolder, note } = pathsOf(this.#request.store, this.#request.name)
    const owner = readNote(note)
    const who = owner ? `${owner.host} ${owner.pid}` : ''
    // The note comes a moment after the lock: who it is can often be told at the second look.
    if (this.#told !== who && (owner || this.#looks > 0)) {
      this.#request.onWait(owner)
      this.#told = who
    }
    this.#looks++
    this.#breakIfSilent(lockFolder)
  }

  /**
   * Breaks a lock that has not been renewed while this process watched. proper-lockfile compares with the clock, and
   * a lock from the future (a clock that was wrong, another machine) would be waited for until then.
   */
  #breakIfSilent(lockFolder: string): void {
    const renewedAt = statSync(lockFolder, { throwIfNoEntry: false })?.mtimeMs
    if (renewedAt === undefined || renewedAt !== this.#renewedAt) {
      this.#renewedAt = renewedAt ?? 0
      this.#seenAt = performance.now()
    } else if (performance.now() - this.#seenAt > staleMs) removeLock(lockFolder)
  }
}

function removeLock(lockFolder: string): void {
  try {
    rmdirSync(lockFolder)
  } catch {
    // Let go meanwhile, or nobody can: the next attempt tells.
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(pollMs * (1 + Math.random()), undefined, { signal })
  } catch (error) {
    throw new GvError('interrupted', 'interrupted while waiting for another gv', { cause: error })
  }
}

function pathsOf(store: Store, name: string): LockPaths {
  return { lockFolder: join(store.locks, `${name}.lock`), note: join(store.locks, `${name}.json`) }
}
