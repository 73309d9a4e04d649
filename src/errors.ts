/**
 * What went wrong, as a stable name. Each code has one exit status, so that a script can tell
 * "no such version" from "no network" without reading sentences.
 */
export type ErrorCode = 'failed' | 'usage' | 'no-such-version' | 'network' | 'verification' | 'storage' | 'interrupted'

/** The exit status of each error code (DESIGN.md, "Commands"). */
export const exitStatuses: Readonly<Record<ErrorCode, number>> = {
  failed: 1,
  usage: 2,
  'no-such-version': 3,
  network: 4,
  verification: 5,
  storage: 6,
  interrupted: 130,
}

export interface ErrorDetails {
  /** Why it happened, one sentence without a full stop. */
  readonly reason?: string | undefined
  /** What mends it, as something that can be typed. */
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/** The one error that a user sees: what failed, why, and what mends it. Everything else is a defect of gv. */
export class GvError extends Error {
  readonly code: ErrorCode
  readonly reason: string | undefined
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'GvError'
    this.code = code
    this.reason = details.reason
    this.hint = details.hint
  }
}

/** The `code` of a system error (`ENOENT`, `ECONNREFUSED`), also when it is wrapped; undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && !(e instanceof GvError)) return e.code
  }
  return undefined
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
