import type { Context } from '../context.ts'
import type { Timings } from './timings.ts'

/** What the HTTP client needs from its surroundings. */
export interface HttpSettings extends Pick<Context, 'env' | 'home' | 'signal' | 'now'> {
  /** Whether plain http is the user's own wish for this URL (GV_MIRROR, GOPROXY). Everything else has to be https. */
  allowHttp(url: URL): boolean
  /** Told, in one line, why a request is tried again and how long gv waits before. */
  onRetry?(line: string): void
  /** Sent as User-Agent; `gv` if absent. */
  readonly userAgent?: string
  /** For tests: other time-outs, tries and waits. */
  readonly timings?: Partial<Timings>
}
