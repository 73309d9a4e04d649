import { asksForJson, runCommandLine } from './cli.ts'
import { processContext } from './context.ts'
import { GvError } from './errors.ts'
import { watchInterrupts } from './exec/signals.ts'
import { renderError, renderResult } from './render.ts'

/** How long open sockets and timers may live on after the work is done, in milliseconds. */
const lingerMs = 200

/** The whole program: runs the words, prints the result or the error, sets the exit status. Never throws. */
export async function main(words: readonly string[]): Promise<void> {
  const interrupts = watchInterrupts()
  const context = processContext(interrupts.signal)
  const asJson = asksForJson(words)
  try {
    process.exitCode = renderResult(context, await runCommandLine(context, words), asJson)
  } catch (error) {
    const status = renderError(context, interrupts.exitStatus() === undefined ? error : interrupted(error), asJson)
    process.exitCode = interrupts.exitStatus() ?? status
  }
  setTimeout(() => process.exit(), lingerMs).unref()
}

/** Whatever broke off because of an interrupt is told as that. */
function interrupted(error: unknown): GvError {
  if (error instanceof GvError && error.code === 'interrupted') return error
  return new GvError('interrupted', 'interrupted', { cause: error })
}
