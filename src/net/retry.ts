import { setTimeout as wait } from 'node:timers/promises'
import { durationText } from '../text.ts'
import { Failure } from './failure.ts'
import type { Timings } from './timings.ts'

export interface RetryPolicy {
  readonly timings: Timings
  /** Ends the waiting; `attempt` then says what that means. */
  readonly signal: AbortSignal
  readonly onRetry?: ((line: string) => void) | undefined
}

/**
 * Calls `attempt` until it does not throw a Failure, at most `timings.tries` times and as often as the failure deserves.
 * In between it waits: as long as the server asks for, or exponentially with full jitter.
 * @throws GvError of the last failure
 */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  const { timings, signal, onRetry } = policy
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (tries >= Math.min(timings.tries, error.tries)) throw error.toError(tries > 1 ? `; tried ${tries} times` : '')
      const waitMs = error.waitMs ?? backOffMs(tries, timings)
      if (waitMs > timings.retryAfterMs) {
        throw error.toError(`; it asks to wait ${durationText(waitMs)}, longer than gv does`)
      }
      onRetry?.(`${error.reason}; trying again${waitMs > 0 ? ` in ${durationText(waitMs)}` : ''}`)
      // An interrupted wait leads into an attempt that ends at once.
      await wait(waitMs, undefined, { signal }).catch(() => {})
    }
  }
}

/** Full jitter: anything up to the doubled bound, so that many clients do not come back as one. */
function backOffMs(tries: number, timings: Timings): number {
  return Math.random() * timings.backOffMs * 2 ** (tries - 1)
}
