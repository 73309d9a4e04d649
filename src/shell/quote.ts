/** Text as one word of a shell: what is printed to be evaluated is never unquoted. Pure. */
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'

/** Shells that gv writes code for. */
export const shellNames = ['bash', 'zsh', 'fish', 'sh'] as const

export type ShellName = (typeof shellNames)[number]

/** The name of a shell, from what a user typed or from a path such as `/usr/bin/zsh`; dash, ash and ksh are `sh`. */
export function parseShellName(text: string): ShellName | undefined {
  const name = text.replace(/^.*\//, '').replace(/^-/, '')
  if (['dash', 'ash', 'ksh', 'mksh', 'busybox'].includes(name)) return 'sh'
  return shellNames.find((known) => known === name)
}

/**
 * One word for a shell, whatever the text holds. Throws GvError('usage') for a NUL, which no word of a shell can hold.
 * Single quotes are the only ones in which nothing is special: in sh all but `'` itself, in fish all but `\` and `'`.
 */
export function quoteFor(shell: ShellName, text: string): string {
  if (text.includes('\0')) throw new GvError('usage', `${quoted(text)} cannot be told to a shell`)
  return shell === 'fish' ? quoteForFish(text) : quoteForSh(text)
}

/** For sh, dash, busybox, bash and zsh. No two quotes meet inside, which zsh may take for one (RC_QUOTES). */
function quoteForSh(text: string): string {
  if (text === '') return "''"
  return text
    .split("'")
    .map((part) => (part === '' ? '' : `'${part}'`))
    .join("\\'")
}

function quoteForFish(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
