import { bytesText, durationText } from '../text.ts'

/** What is shown of one task at one moment. */
export interface TaskState {
  readonly label: string
  /** `downloading`, `unpacking`, … */
  readonly phase: string
  /** undefined where there is nothing to count. */
  readonly doneBytes: number | undefined
  readonly totalBytes: number | undefined
  readonly bytesPerSecond: number
  readonly elapsedMs: number
}

const barWidth = 20

/** One line for a terminal, no wider than `columns`, without a line feed. */
export function barLine(state: TaskState, labelWidth: number, columns: number): string {
  const head = `${state.label.padEnd(labelWidth)}  ${state.phase.padEnd(11)}`
  return `${head} ${tail(state)}`.slice(0, Math.max(0, columns - 1))
}

function tail({ doneBytes, totalBytes, bytesPerSecond, elapsedMs }: TaskState): string {
  // The time is what moves when nothing is counted: the line is never still for long.
  if (doneBytes === undefined) return durationText(elapsedMs)
  if (!totalBytes) return `${bytesText(doneBytes)}  ${durationText(elapsedMs)}`
  const share = Math.min(1, doneBytes / totalBytes)
  const full = Math.round(share * barWidth)
  const bar = `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`
  const percent = `${Math.floor(share * 100)}%`.padStart(4)
  const rate = bytesPerSecond > 0 ? `  ${bytesText(bytesPerSecond)}/s` : ''
  const left =
    bytesPerSecond > 0 && share < 1 ? `  ${durationText(((totalBytes - doneBytes) * 1000) / bytesPerSecond)} left` : ''
  return `${bar}${percent}  ${bytesText(doneBytes)} of ${bytesText(totalBytes)}${rate}${left}`
}
