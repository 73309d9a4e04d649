import { bytesText, printable } from '../text.ts'
import type { PrunePlan, Superfluous } from '../upkeep/prune-plan.ts'

/** Something that may go, and how much the disk gets back for it. */
export interface Item extends Superfluous {
  readonly bytes: number
}

/** What would be removed and what stays, a line each. */
export function planLines(items: readonly Item[], plan: PrunePlan): string[] {
  return [...items.map(itemLine), ...keptLines(plan)]
}

/** What was removed, and how much the disk got back. */
export function doneText(removed: readonly Item[]): string {
  if (removed.length === 0) return 'nothing was removed'
  return [
    ...removed.map(({ name, kind }) => `removed ${printable(name)}${kind === 'toolchain' ? '' : ` (${kind})`}`),
    `${bytesText(sum(removed))} freed`,
  ].join('\n')
}

function itemLine({ kind, name, reason, bytes }: Item): string {
  const where = kind === 'toolchain' ? '' : ` (${kind})`
  return `remove ${printable(name)}${where}  ${bytesText(bytes)}  ${reason}`
}

export function keptLines({ kept }: PrunePlan): string[] {
  return kept.map(({ name, reasons }) => `keep   ${name}  ${reasons.slice(0, 3).join('; ')}`)
}

export function countText(items: readonly Item[]): string {
  return items.length === 1 ? '1 thing' : `${items.length} things`
}

export function sum(items: readonly Item[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0)
}
