import type { Completions, WordKind } from './completions-data.ts'
import { isAsked, knownWords } from './completions-data.ts'
import { quoteFor } from './quote.ts'

/** The script for bash: shims/completion.bash with the commands put in. Pure. */
export function bashCompletions({ commands, flags, program, skeleton }: Completions): string {
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name)
  const kinds: [string, WordKind][] = [
    [':', names(commands)],
    [':--', names(flags)],
    ...commands.flatMap((command): [string, WordKind][] => [
      [`${command.name}:`, command.words],
      [`${command.name}:--`, names([...command.flags, ...flags])],
      ...command.flags.flatMap(({ name, value }): [string, WordKind][] =>
        value === undefined ? [] : [[`${command.name}:${name}`, value]],
      ),
    ]),
  ]
  return skeleton.replaceAll('@gv@', () => program).replace("    '@kinds@') ;;\n", () => caseLines(kinds))
}

/** One line for all that mean the same. */
function caseLines(kinds: readonly (readonly [string, WordKind])[]): string {
  const byAction = new Map<string, string[]>()
  for (const [place, kind] of kinds) {
    const action = actionFor(kind)
    if (action !== undefined) byAction.set(action, [...(byAction.get(action) ?? []), place])
  }
  return [...byAction].map(([action, places]) => `    ${places.join(' | ')}) ${action} ;;\n`).join('')
}

function actionFor(kind: WordKind): string | undefined {
  const words = knownWords(kind)
  if (words) return `_gv_kind=listed _gv_list=${quoteFor('bash', words.join(' '))}`
  return isAsked(kind) || kind === 'files' || kind === 'program' ? `_gv_kind=${kind}` : undefined
}
