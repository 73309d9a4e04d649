import type { CommandResult } from './command.ts'
import type { Context } from './context.ts'
import { type ErrorCode, exitStatuses, GvError, messageOf } from './errors.ts'
import { printable } from './text.ts'

/** Prints what a command handed back; the process's exit status. */
export function renderResult(context: Context, result: CommandResult, asJson: boolean): number {
  if (asJson) context.stdout.write(`${JSON.stringify(result.json, null, 2)}\n`)
  else if (result.text) context.stdout.write(`${result.text}\n`)
  return result.exitStatus ?? 0
}

/** An error as --json shows it. */
export interface ErrorObject {
  readonly code: ErrorCode
  readonly exitStatus: number
  readonly message: string
  readonly reason: string | null
  readonly hint: string | null
}

export function describeError(thrown: unknown): ErrorObject {
  const { code, message, reason, hint } = explained(thrown)
  return { code, exitStatus: exitStatuses[code], message, reason: reason ?? null, hint: hint ?? null }
}

/** Prints an error, the only way gv does it: what failed, why, what mends it. Returns the exit status. */
export function renderError(context: Context, thrown: unknown, asJson: boolean): number {
  const error = explained(thrown)
  if (asJson) {
    context.stderr.write(`${JSON.stringify({ error: describeError(error) })}\n`)
    return exitStatuses[error.code]
  }
  context.stderr.write(`gv: ${shown(error.message)}${error.reason === undefined ? '' : `: ${shown(error.reason)}`}\n`)
  if (error.hint !== undefined) context.stderr.write(`hint: ${shown(error.hint)}\n`)
  if (context.env.GV_DEBUG && thrown instanceof Error) context.stderr.write(`${thrown.stack}\n`)
  return exitStatuses[error.code]
}

/** Anything that is not a GvError is a defect of gv; it is said in one line all the same. */
function explained(thrown: unknown): GvError {
  if (thrown instanceof GvError) return thrown
  return new GvError('failed', 'an unexpected error, a defect of gv', {
    reason: messageOf(thrown),
    hint: 'run it again with GV_DEBUG=1 and report what it prints',
    cause: thrown,
  })
}

function shown(text: string): string {
  return printable(text, 1000)
}
