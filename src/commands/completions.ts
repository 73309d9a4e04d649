import type { Command, CommandInput } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { completionsOf, writeCompletions } from '../shell/completion-files.ts'
import { type CommandLine, completedShells } from '../shell/completions.ts'
import { parseShellName } from '../shell/quote.ts'
import { storeLayout } from '../store/layout.ts'
import { quoted } from '../text.ts'

/** `gv completions SHELL`: prints what makes a shell complete `gv`. The table of commands is given, as it lies above all commands. */
export function completionsFor(commandLine: CommandLine): Command {
  return async (context: Context, input: CommandInput) => {
    const [text = context.env.SHELL ?? ''] = input.args
    const shell = completedShells.find((known) => known === parseShellName(text))
    if (!shell) {
      throw new GvError('usage', `for ${quoted(text)} gv has no completions`, {
        hint: 'gv completions bash (or zsh, fish)',
      })
    }
    const script = completionsOf(shell, storeLayout(context), commandLine)
    return { text: script.trimEnd(), json: { shell, script } }
  }
}

/** A command that writes the shims, and then the completions of the store, too. */
export function alsoCompletions(reshim: Command, commandLine: CommandLine): Command {
  return async (context, input) => {
    const result = await reshim(context, input)
    writeCompletions(storeLayout(context), commandLine)
    return result
  }
}
