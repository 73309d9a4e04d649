import type { Store } from './layout.ts'

/** Who holds a lock, as its note says; for messages only, never for decisions. */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** What it runs: `gv install 1.22.5`. */
  readonly command: string
}

export interface LockRequest {
  readonly store: Store
  /** The toolchain's name: each has a lock of its own. */
  readonly name: string
  /** What this process runs, for those who wait. */
  readonly command: string
  readonly signal: AbortSignal
  /** Asked while waiting: whether another process has done the work already. */
  readonly isDone: () => boolean
  /** Told once for each holder that is waited for; undefined when it is not known. */
  readonly onWait: (owner: LockOwner | undefined) => void
}

export interface HeldLock {
  /** False where the folder cannot lock (then the rename alone decides), and once the lock was lost. */
  readonly isHeld: boolean
  release(): Promise<void>
}

/**
 * Waits for a toolchain's lock; 'done' when {@link LockRequest.isDone} said so first.
 * A dead holder delays by at most 5 s, a folder that cannot lock by at most 2 s. Throws GvError('interrupted') on abort.
 */
export function acquireLock(_request: LockRequest): Promise<HeldLock | 'done'> {
  throw new Error('not built yet')
}
