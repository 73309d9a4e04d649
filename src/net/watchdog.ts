import { bytesText, durationText } from '../text.ts'
import type { Timings } from './timings.ts'

/** Where a request stands. */
export type Phase = 'connecting' | 'waiting' | 'reading'

/** How much may still be lost by waiting for nothing, over all tries of one request. */
export interface Patience {
  leftMs: number
}

/** A server keeps gv waiting for longer than it may. */
export class StallError extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'StallError'
  }
}

/**
 * Watches over one try of a request, redirects included: a limit for each phase, a floor for the rate of the body,
 * and the patience that all tries share. It begins with the first phase. One timer, which is not touched when data come: it looks
 * at its end whether the deadline has moved.
 */
export class Watchdog {
  readonly #timings: Timings
  readonly #patience: Patience
  readonly #onStall: (error: StallError) => void
  #timer: NodeJS.Timeout | undefined
  #phase: Phase = 'connecting'
  /** When the phase began, or the last piece of the body came. */
  #movedAt = 0
  /** When the current span began in which `floorBytes` have to come. */
  #spanAt = 0
  #spanBytes = 0
  /** When all was well: the first request began, or a span brought what it had to. */
  #goodAt: number | undefined

  constructor(timings: Timings, patience: Patience, onStall: (error: StallError) => void) {
    this.#timings = timings
    this.#patience = patience
    this.#onStall = onStall
  }

  get phase(): Phase {
    return this.#phase
  }

  enter(phase: Phase): void {
    this.#phase = phase
    this.#movedAt = performance.now()
    this.#goodAt ??= this.#movedAt
    this.#spanAt = this.#movedAt
    this.#spanBytes = 0
    this.#arm()
  }

  /** Some of the body came. */
  received(bytes: number): void {
    const now = performance.now()
    this.#movedAt = now
    this.#spanBytes += bytes
    if (this.#spanBytes < this.#timings.floorBytes) return
    this.#spanBytes = 0
    this.#spanAt = now
    this.#goodAt = now
  }

  /** Ends the watch; what was waited for in vain is taken from the patience. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#patience.leftMs -= performance.now() - (this.#goodAt ?? performance.now())
    this.#goodAt = undefined
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const { at } = this.#nextDeadline()
    this.#timer = setTimeout(() => this.#look(), Math.max(0, Math.ceil(at - performance.now())))
  }

  #look(): void {
    const { at, text } = this.#nextDeadline()
    if (performance.now() < at) this.#arm()
    else this.#onStall(new StallError(text))
  }

  #nextDeadline(): { at: number; text: string } {
    const { connectMs, answerMs, idleMs, floorMs, floorBytes, patienceMs } = this.#timings
    const deadlines = {
      connecting: [{ at: this.#movedAt + connectMs, text: `no connection within ${durationText(connectMs)}` }],
      waiting: [{ at: this.#movedAt + answerMs, text: `no answer within ${durationText(answerMs)}` }],
      reading: [
        { at: this.#movedAt + idleMs, text: `nothing came for ${durationText(idleMs)}` },
        { at: this.#spanAt + floorMs, text: `less than ${bytesText(floorBytes)} came in ${durationText(floorMs)}` },
      ],
    }[this.#phase]
    const lost = {
      at: (this.#goodAt ?? this.#movedAt) + this.#patience.leftMs,
      text: `too little came for ${durationText(patienceMs)} in all`,
    }
    return deadlines.reduce((first, next) => (next.at < first.at ? next : first), lost)
  }
}
