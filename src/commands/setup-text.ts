import type { ProfileChange } from '../shell/profile-plan.ts'
import { printable } from '../text.ts'

/** A change as it is shown before it is made, or why there is none. */
export function changeText(change: ProfileChange): string {
  const { action, path, line, problem, added, removed } = change
  const place = `${printable(path)}:${line}`
  const lines = [...removed.map((text) => `  - ${printable(text)}`), ...added.map((text) => `  + ${printable(text)}`)]
  switch (action) {
    case 'none':
      return `${place} is as it should be`
    case 'edited':
      return [`${place} was edited, and stays as it is; gv would write:`, ...lines].join('\n')
    case 'damaged':
      return `${place} cannot be changed: ${problem}`
    case 'blocked':
      return [`${printable(path)} cannot be changed: ${problem}. Do it yourself:`, ...lines].join('\n')
    default:
      return [place, ...lines].join('\n')
  }
}

/** What was done to a file. */
export function doneLine({ action, path, line, text }: ProfileChange): string {
  if (action !== 'remove') return `${printable(path)}:${line} loads gv`
  return text === undefined ? `${printable(path)} is gone, as before` : `${printable(path)} is as it was before gv`
}

/** What to do now. */
export function hintsFor(changes: readonly ProfileChange[]): string[] {
  if (!changes.some(({ action }) => action === 'add' || action === 'update')) return []
  return ['start a new shell, or: exec "$SHELL" -l']
}
