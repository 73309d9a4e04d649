import type { Origin } from './origins.ts'
import type { Release } from './release.ts'

/** The releases that can be had, newest first, and how far that can be relied on. */
export interface Catalog {
  readonly releases: readonly Release[]
  readonly origin: Origin
  readonly fetchedAt: Date
  /** Older than asked for: the network was down, or not to be used. */
  readonly stale: boolean
  /** What the user should know, a sentence each: an old list, releases that vanished from it. */
  readonly notes: readonly string[]
  /** Origins that come before this one and did not answer. */
  readonly failed: readonly Origin[]
}
