import { type CompletedFlag, type Completions, isAsked, knownWords, type WordKind } from './completions-data.ts'
import { quoteFor } from './quote.ts'

/** The script for fish: shims/completion.fish with the commands put in. Pure. */
export function fishCompletions({ commands, flags, program, skeleton }: Completions): string {
  const nowhere = "complete -c gv -n '__gv_nowhere'"
  const lines = commands.flatMap(({ name, summary, flags: own, words }) => {
    const within = `complete -c gv -n '__gv_in ${name}'`
    const offered = offer(words)
    return [
      `${nowhere} -a ${name} -d ${quote(summary)}`,
      ...own.map((flag) => `${within} ${flagWords(flag)}`),
      ...(offered === undefined ? [] : [`${within} -k -a ${offered}`]),
    ]
  })
  const everywhere = flags.map((flag) => `complete -c gv ${flagWords(flag)}`)
  return skeleton.replaceAll('@gv@', () => program).replace('@commands@', () => [...everywhere, ...lines].join('\n'))
}

function flagWords({ name, help, value }: CompletedFlag): string {
  const offered = value === undefined ? undefined : offer(value)
  const argument = value === undefined ? '' : ` -x${offered === undefined ? '' : ` -a ${offered}`}`
  return `-l ${name.slice(2)}${argument} -d ${quote(help)}`
}

function offer(kind: WordKind): string | undefined {
  const words = knownWords(kind)
  if (words) return quote(words.join(' '))
  if (kind === 'none') return undefined
  if (kind === 'files') return "'(__fish_complete_path (commandline -ct))'"
  return isAsked(kind) ? `'(__gv_asked ${kind})'` : "'(__gv_run)'"
}

function quote(text: string): string {
  return quoteFor('fish', text)
}
