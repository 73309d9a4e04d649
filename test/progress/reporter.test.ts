import { describe, expect, test, vi } from 'vitest'
import type { TextOutput } from '../../src/context.ts'
import { barLine } from '../../src/progress/bar.ts'
import { createMeter } from '../../src/progress/meter.ts'
import { createReporter } from '../../src/progress/reporter.ts'

function recorder(isTTY: boolean): TextOutput & { text: string } {
  return {
    text: '',
    isTTY,
    columns: 100,
    write(text) {
      this.text += text
    },
  }
}

describe('away from a terminal', () => {
  test('nothing is drawn; a notice is a line', () => {
    const output = recorder(false)
    const reporter = createReporter(output, false)
    const task = reporter.task('go1.22.5')
    task.phase('downloading')
    task.progress(10, 100)
    reporter.notice('gv: tried \u001b[2J again')
    task.end()
    expect(output.text).toBe('gv: tried \\x1b[2J again\n')
  })

  test('quiet says nothing at all', () => {
    const output = recorder(false)
    const reporter = createReporter(output, true)
    reporter.notice('a notice')
    reporter.task('x').end()
    expect(output.text).toBe('')
  })
})

describe('on a terminal', () => {
  test('two bars are redrawn in place, a notice stays above them, and a finished one goes', () => {
    vi.useFakeTimers()
    try {
      const output = recorder(true)
      const reporter = createReporter(output, false, () => Date.now())
      const one = reporter.task('go1.22.5')
      const two = reporter.task('go1.9')
      one.phase('downloading')
      two.phase('unpacking')
      one.progress(50_000_000, 100_000_000)
      vi.advanceTimersByTime(100)
      expect(output.text).toContain('go1.22.5  downloading [##########----------] 50%  50.0 MB of 100.0 MB')
      expect(output.text).toContain('go1.9     unpacking')
      reporter.notice('gv: a notice')
      expect(output.text).toMatch(/\u001b\[2A\r\u001b\[Jgv: a notice\ngo1\.22\.5[^\n]*\ngo1\.9 {5}unpacking[^\n]*\n$/)
      one.end()
      expect(output.text).toMatch(/\u001b\[2A\r\u001b\[Jgo1\.9 {2}unpacking[^\n]*\n$/)
      two.end()
      const ended = output.text
      vi.advanceTimersByTime(5000)
      expect(output.text).toBe(ended)
      expect(output.text).toMatch(/\u001b\[1A\r\u001b\[J$/)
    } finally {
      vi.useRealTimers()
    }
  })

  test('a task that counts nothing still moves: its time does', () => {
    vi.useFakeTimers()
    try {
      const output = recorder(true)
      const task = createReporter(output, false, () => Date.now()).task('go1.22.5')
      task.phase('verifying')
      vi.advanceTimersByTime(1000)
      const first = output.text.length
      vi.advanceTimersByTime(2000)
      expect(output.text.slice(first)).toMatch(/verifying {3}[23]\.\d s/)
      task.end()
    } finally {
      vi.useRealTimers()
    }
  })
})

test('a bar never passes the width of the terminal', () => {
  const state = {
    label: 'go1.22.5.darwin-arm64',
    phase: 'downloading',
    doneBytes: 1,
    totalBytes: 2,
    bytesPerSecond: 3,
    elapsedMs: 4,
  }
  for (const columns of [1, 10, 40, 200]) expect(barLine(state, 21, columns).length).toBeLessThan(Math.max(columns, 1))
})

test('the rate is that of the last seconds, not of the whole', () => {
  const meter = createMeter()
  meter.update(0, 0)
  meter.update(1_000_000, 1000)
  for (let at = 1000; at <= 10_000; at += 500) meter.update(1_000_000 + (at - 1000) * 10, at)
  expect(meter.rate()).toBe(10_000)
})
