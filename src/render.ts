import type { CommandResult } from './command.ts'
import type { Context } from './context.ts'
import { exitStatuses, GvError, messageOf } from './errors.ts'
import { printable } from './text.ts'

/** Prints what a command handed back; the process's exit status. */
export function renderResult(context: Context, result: CommandResult, asJson: boolean): number {
  if (asJson) context.stdout.write(`${JSON.stringify(result.json, null, 2)}\n`)
  else if (result.text) context.stdout.write(`${result.text}\n`)
  return result.exitStatus ?? 0
}

/** Prints an error, the only way gv does it: what failed, why, what mends it. Returns the exit status. */
export function renderError(context: Context, thrown: unknown, asJson: boolean): number {
  const error = thrown instanceof GvError ? thrown : unexpected(thrown)
  if (asJson) {
    const { code, message, reason, hint } = error
    const object = {
      error: { code, exitStatus: exitStatuses[code], message, reason: reason ?? null, hint: hint ?? null },
    }
    context.stderr.write(`${JSON.stringify(object)}\n`)
    return exitStatuses[error.code]
  }
  context.stderr.write(`gv: ${shown(error.message)}${error.reason === undefined ? '' : `: ${shown(error.reason)}`}\n`)
  if (error.hint !== undefined) context.stderr.write(`hint: ${shown(error.hint)}\n`)
  if (context.env.GV_DEBUG && thrown instanceof Error) context.stderr.write(`${thrown.stack}\n`)
  return exitStatuses[error.code]
}

/** Anything that is not a GvError is a defect of gv; it is said in one line all the same. */
function unexpected(thrown: unknown): GvError {
  return new GvError('failed', 'an unexpected error, a defect of gv', {
    reason: messageOf(thrown),
    hint: 'run it again with GV_DEBUG=1 and report what it prints',
    cause: thrown,
  })
}

function shown(text: string): string {
  return printable(text, 1000)
}
