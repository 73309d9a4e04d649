import { createInterface } from 'node:readline/promises'
import type { Context } from '../context.ts'
import { printable } from '../text.ts'

/** Whether there is somebody to ask. */
export function canAsk({ stderr }: Pick<Context, 'stderr'>): boolean {
  return stderr.isTTY && process.stdin.isTTY
}

/** Asks a question on the terminal; what Enter alone means is shown in capitals. Where nobody can be asked: false. */
export async function agrees(
  context: Pick<Context, 'stderr' | 'signal'>,
  question: string,
  otherwise: 'yes' | 'no' = 'yes',
): Promise<boolean> {
  if (!canAsk(context)) return false
  // The terminal reads lines by itself, so that Ctrl-C is an interrupt for all that runs in it. Its end (Ctrl-D) is a no.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    const choice = otherwise === 'yes' ? '[Y/n]' : '[y/N]'
    const end = new Promise<'n'>((resolve) => void terminal.once('close', () => resolve('n')))
    const asked = terminal.question(`gv: ${printable(question, 500)} ${choice} `, { signal: context.signal })
    const answer = await Promise.race([asked, end])
    return answer.trim() === '' ? otherwise === 'yes' : /^\s*y(?:es)?\s*$/i.test(answer)
  } finally {
    terminal.close()
  }
}
