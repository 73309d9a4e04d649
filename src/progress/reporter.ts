import type { TextOutput } from '../context.ts'
import { printable } from '../text.ts'
import { barLine } from './bar.ts'
import { createMeter, type Meter } from './meter.ts'

/** How often a terminal is redrawn, in milliseconds. */
const redrawMs = 100

/** One piece of work that is shown while it goes on. */
export interface Task {
  /** Enters the next phase: `downloading`, `verifying`, `unpacking`, … */
  phase(name: string): void
  progress(doneBytes: number, totalBytes: number | undefined): void
  /** Ends the task, without a word: how it went is told by whoever asked for the work. May be called again. */
  end(): void
}

/** Tells a person what goes on: bars on a terminal, notices alone elsewhere, nothing when quiet. */
export interface Reporter {
  task(label: string): Task
  /** A line that stays, such as "go.dev cannot be reached, …". */
  notice(line: string): void
  close(): void
}

interface Shown {
  label: string
  phase: string
  doneBytes: number | undefined
  totalBytes: number | undefined
  meter: Meter
  startedMs: number
}

/** A reporter on a stream, in the form that suits it. `nowMs` is a monotonic clock. */
export function createReporter(
  output: TextOutput,
  quiet: boolean,
  nowMs: () => number = () => performance.now(),
): Reporter {
  if (quiet) return { task: () => silentTask, notice: () => {}, close: () => {} }
  return output.isTTY ? new TerminalReporter(output, nowMs) : lineReporter(output)
}

const silentTask: Task = { phase: () => {}, progress: () => {}, end: () => {} }

function lineReporter(output: TextOutput): Reporter {
  const notice = (line: string) => void output.write(`${printable(line, 1000)}\n`)
  return { task: () => silentTask, notice, close: () => {} }
}

class TerminalReporter implements Reporter {
  private readonly tasks: Shown[] = []
  private drawnLines = 0
  private timer: NodeJS.Timeout | undefined
  private readonly output: TextOutput
  private readonly nowMs: () => number

  constructor(output: TextOutput, nowMs: () => number) {
    this.output = output
    this.nowMs = nowMs
  }

  task(label: string): Task {
    const shown: Shown = {
      label,
      phase: '',
      doneBytes: undefined,
      totalBytes: undefined,
      meter: createMeter(),
      startedMs: this.nowMs(),
    }
    this.tasks.push(shown)
    this.timer ??= setInterval(() => this.redraw(), redrawMs).unref()
    const end = () => {
      const at = this.tasks.indexOf(shown)
      if (at >= 0) this.tasks.splice(at, 1)
      this.redraw()
      if (this.tasks.length === 0) this.close()
    }
    return {
      phase: (name) =>
        Object.assign(shown, { phase: name, doneBytes: undefined, totalBytes: undefined, meter: createMeter() }),
      progress: (doneBytes, totalBytes) => {
        Object.assign(shown, { doneBytes, totalBytes })
        shown.meter.update(doneBytes, this.nowMs())
      },
      end,
    }
  }

  notice(line: string): void {
    this.redraw(line)
  }

  close(): void {
    clearInterval(this.timer)
    this.timer = undefined
    if (this.drawnLines > 0) this.redraw()
  }

  /** Draws all bars anew in one write, below an optional line that stays. */
  private redraw(stayingLine?: string): void {
    // Up to the first bar's line, then clear to the end of the screen.
    const up = this.drawnLines > 0 ? `\u001b[${this.drawnLines}A\r\u001b[J` : ''
    const width = Math.max(0, ...this.tasks.map(({ label }) => label.length))
    const now = this.nowMs()
    const bars = this.tasks.map((task) =>
      barLine(
        { ...task, bytesPerSecond: task.meter.rate(), elapsedMs: now - task.startedMs },
        width,
        this.output.columns,
      ),
    )
    const staying = stayingLine === undefined ? [] : [printable(stayingLine, 1000)]
    const text = [...staying, ...bars].map((line) => `${line}\n`).join('')
    if (up || text) this.output.write(up + text)
    this.drawnLines = bars.length
  }
}
