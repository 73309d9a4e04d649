import {
  type CompletedCommand,
  type CompletedFlag,
  type Completions,
  isAsked,
  knownWords,
  type WordKind,
} from './completions-data.ts'
import { quoteFor } from './quote.ts'

/** The script for zsh: shims/completion.zsh with the commands put in. Pure. */
export function zshCompletions({ commands, flags, program, skeleton }: Completions): string {
  const global = flags.map(flagSpec)
  const described = commands.map(({ name, summary }) => quoteFor('zsh', `${name}:${summary}`))
  const cases = commands.map((command) => {
    const specs = [...command.flags.map(flagSpec), ...global, ...wordSpec(command)]
    return `${command.name}) _arguments ${specs.join(' ')} ;;`
  })
  return skeleton
    .replaceAll('@gv@', () => program)
    .replace('@flags@', () => `${global.join(' ')} \\`)
    .replace('@commands@', () => described.join('\n        '))
    .replace('@arguments@', () => cases.join('\n        '))
}

/** Source: zshcompsys(1), _arguments; `=` allows both `--os linux` and `--os=linux`. */
function flagSpec({ name, help, value }: CompletedFlag): string {
  const text = help.replace(/[[\]:\\]/g, '\\$&')
  const argument = value === undefined ? '' : `:${name.slice(2)}:${action(value)}`
  return quoteFor('zsh', `${name}${value === undefined ? '' : '='}[${text}]${argument}`)
}

function wordSpec({ words, takesMany }: CompletedCommand): string[] {
  if (words === 'none') return []
  if (words === 'program') return [quoteFor('zsh', '*:: :_gv_run')]
  return [quoteFor('zsh', `${takesMany ? '*' : '1'}: :${action(words)}`)]
}

/** A space at the beginning: what follows is called as it is, without words of _arguments' own. */
function action(kind: WordKind): string {
  const words = knownWords(kind)
  if (words) return `(${words.join(' ')})`
  if (kind === 'files') return '_files'
  return isAsked(kind) ? ` _gv_asked ${kind}` : ' '
}
