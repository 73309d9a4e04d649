/** The rate and the time left of something that is counted in bytes. Pure; the clock is handed in. */
export interface Meter {
  update(doneBytes: number, nowMs: number): void
  /** Bytes a second over the last seconds; 0 while unknown. */
  rate(): number
}

/** Long enough to be steady, short enough to show a stall. */
const windowMs = 3000

export function createMeter(): Meter {
  let samples: { at: number; bytes: number }[] = []
  return {
    update(doneBytes, nowMs) {
      samples = [...samples.filter(({ at }) => nowMs - at <= windowMs), { at: nowMs, bytes: doneBytes }]
    },
    rate() {
      const first = samples[0]
      const last = samples.at(-1)
      if (!first || !last || last.at <= first.at) return 0
      return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at))
    },
  }
}
