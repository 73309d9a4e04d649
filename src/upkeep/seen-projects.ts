/** The projects whose Go gv was asked for: what is kept when the store is cleared up. A file of lines, `2026-11-22 /abs/go.mod`, the newest last. */
import { appendFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBoundedText } from '../goenv/bounded-file.ts'
import type { Store } from '../store/layout.ts'

export interface SeenProject {
  /** Absolute: the file that decided, a pin, go.mod or go.work. It may be gone by now. */
  readonly file: string
  /** The day on which gv was last asked, `2026-11-22`. */
  readonly day: string
}

/** More are not remembered; the oldest go. */
const maxProjects = 1000
/** Some 100 bytes a line, of which at most one a day and project comes before the file is made shorter. */
const maxBytes = 512 * 1024

/**
 * Remembers that a file decided which Go is meant. One short line is appended, at most once a day for a file, so that it costs the commands
 * that call it no more than reading a file. Where it cannot be written, nothing is: it is no reason not to go on.
 */
export function noteProject(store: Store, file: string, now: Date): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line has to stay one line
  if (/[\u0000-\u001f\u007f]/.test(file)) return
  const line = `${dayOf(now)} ${file}\n`
  try {
    // What root leaves in a user's store, the user cannot change.
    if (statSync(store.own).uid !== process.geteuid?.()) return
    const text = textOf(store)
    if (text?.includes(line)) return
    if (text === undefined || text.length > maxBytes / 2) rewrite(store, `${text ?? ''}${line}`)
    else appendFileSync(pathOf(store), line, { mode: 0o600 })
  } catch {
    // Read-only, full, or not there yet.
  }
}

/** All that are remembered, each once, the newest last. */
export function seenProjects(store: Store): readonly SeenProject[] {
  return projectsIn(textOf(store) ?? '')
}

function projectsIn(text: string): readonly SeenProject[] {
  const byFile = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, day, file] = /^(\d{4}-\d\d-\d\d) (\/.+)$/.exec(line) ?? []
    if (day === undefined || file === undefined) continue
    byFile.delete(file)
    byFile.set(file, day)
  }
  return [...byFile].slice(-maxProjects).map(([file, day]) => ({ file, day }))
}

/** Two that do it at once lose a line at the most, which comes again the next day. */
function rewrite(store: Store, text: string): void {
  const path = pathOf(store)
  const fresh = `${path}.${process.pid}`
  const lines = projectsIn(text).map(({ file, day }) => `${day} ${file}\n`)
  try {
    writeFileSync(fresh, lines.join(''), { mode: 0o600 })
    renameSync(fresh, path)
  } catch {
    rmSync(fresh, { force: true })
  }
}

/** Undefined where there is none, and for one that gv cannot have written. */
function textOf(store: Store): string | undefined {
  const read = readBoundedText(pathOf(store), maxBytes)
  return 'text' in read ? read.text : undefined
}

function pathOf(store: Store): string {
  return join(store.own, 'projects')
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
