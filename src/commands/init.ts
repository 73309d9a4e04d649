import { existsSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError, messageOf, systemErrorCode } from '../errors.ts'
import { parseShellName } from '../shell/quote.ts'
import { libFolder } from '../shell/startup.ts'
import { storeLayout } from '../store/layout.ts'
import { quoted } from '../text.ts'
import { refreshShims, reshim } from './reshim.ts'

/**
 * `gv init SHELL`: the hook of a shell, to be evaluated by it: `eval "$(gv init zsh)"`. The text is the store's lib/hook.SHELL, which the
 * launcher prints itself as long as it is newer than gv, and which the start-up files that `gv setup` writes read without asking anybody.
 */
export async function init(context: Context, input: CommandInput): Promise<CommandResult> {
  const [name = ''] = input.args
  const shell = parseShellName(name)
  if (!shell) {
    throw new GvError('usage', `${quoted(name)} is no shell that gv knows`, { hint: 'gv init bash (or zsh, fish, sh)' })
  }
  const file = join(libFolder(storeLayout(context)), `hook.${shell}`)
  await bringUpToDate(context, file)
  const text = readFileSync(file, 'utf8')
  return { text: text.trimEnd(), json: { shell, file, text } }
}

/** A store that cannot be written does no harm to a shell that starts, as long as there is something to be read. */
async function bringUpToDate(context: Context, file: string): Promise<void> {
  try {
    if (existsSync(join(storeLayout(context).shims, 'go'))) refreshShims(context)
    else await reshim(context)
    utimesSync(file, context.now(), context.now())
  } catch (error) {
    if ((!(error instanceof GvError) && systemErrorCode(error) === undefined) || !existsSync(file)) throw error
    context.stderr.write(`gv: ${messageOf(error)}\n`)
  }
}
