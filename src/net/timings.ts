/** How long the client waits for what, and how often it tries. */
export interface Timings {
  /** Until a connection stands, with name look-up, proxy and TLS. */
  readonly connectMs: number
  /** From then until the head of the answer is complete. */
  readonly answerMs: number
  /** Between two pieces of a body. */
  readonly idleMs: number
  /** A body has to bring this many bytes … */
  readonly floorBytes: number
  /** … in each such span. */
  readonly floorMs: number
  /** What may be lost in all tries of one request together by waiting for nothing … */
  readonly patienceMs: number
  /** … and by a later request to a host that has used that up, so that a stalled server ends within 60 s. */
  readonly stalledPatienceMs: number
  /** Requests made for one thing, the first included. */
  readonly tries: number
  /** The longest wait before the second try; it doubles with each further one. */
  readonly backOffMs: number
  /** The longest Retry-After that is obeyed; after a longer one gv gives up. */
  readonly retryAfterMs: number
}

export const defaultTimings: Timings = {
  connectMs: 10_000,
  answerMs: 20_000,
  idleMs: 20_000,
  floorBytes: 30 * 1024,
  floorMs: 30_000,
  patienceMs: 50_000,
  stalledPatienceMs: 4000,
  tries: 4,
  backOffMs: 500,
  retryAfterMs: 60_000,
}
