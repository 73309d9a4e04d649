import { checkpoint } from '../checkpoint.ts'

/** Tells of a download: its checkpoints, once each, and all that comes. Sizes in bytes. */
export class DownloadProgress {
  readonly #tell: (received: number, total: number | undefined) => void
  #hasStarted = false
  #isHalf = false

  constructor(tell: (received: number, total: number | undefined) => void) {
    this.#tell = tell
  }

  /** An answer begins; `received` is what was there before it. */
  start(received: number, total: number | undefined): void {
    if (!this.#hasStarted) checkpoint('download-started')
    this.#hasStarted = true
    this.#tell(received, total)
  }

  advance(received: number, total: number | undefined): void {
    if (!this.#isHalf && total !== undefined && received * 2 >= total) {
      this.#isHalf = true
      checkpoint('download-half')
    }
    this.#tell(received, total)
  }
}
