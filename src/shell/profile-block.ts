/**
 * gv's block in the text of a start-up file: put in, brought up to date and taken out without a change to any other byte. Texts are bytes
 * (latin1), as a start-up file may be in any encoding. Pure.
 */
import { createHash } from 'node:crypto'

const begin = '# >>> gv >>>'
const end = '# <<< gv <<<'

/** Where the block stands in a text, or why that cannot be told. */
export type FoundBlock =
  | { readonly kind: 'none' }
  | { readonly kind: 'damaged'; readonly line: number; readonly problem: string }
  | {
      readonly kind: 'block'
      /** Of its first line and of the one after its last; 1 for the first of the file. */
      readonly line: number
      readonly nextLine: number
      /** Offsets in the text; the end of its last line is part of it. */
      readonly start: number
      readonly end: number
      /** The lines between the marks, without gv's note. */
      readonly body: readonly string[]
      /** What gv changed around it. Undefined where the block is not as gv wrote it. */
      readonly notes: ReadonlySet<Note> | undefined
    }

/** What has to be undone with a block: the file itself, or the end of a line that had none. */
type Note = 'made this file' | 'ended the line above'

/** Finds the block. */
export function findBlock(text: string): FoundBlock {
  const marks = [...text.matchAll(/^# (?:>>> gv >>>|<<< gv <<<)[ \t]*\r?$/gm)].map((match) => ({
    isBegin: match[0].startsWith(begin),
    at: match.index,
    after: match.index + match[0].length + 1,
    line: lineAt(text, match.index),
  }))
  const [first, second, third] = marks
  if (!first) return { kind: 'none' }
  const damaged = (line: number, problem: string): FoundBlock => ({ kind: 'damaged', line, problem })
  if (!first.isBegin) return damaged(first.line, `"${end}" stands there without its beginning`)
  if (!second || second.isBegin) return damaged(first.line, `the block that begins there has no end ("${end}")`)
  if (third) return damaged(third.line, 'a second block stands there')
  const lines = text
    .slice(first.after, second.at)
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/\r$/, ''))
  return {
    kind: 'block',
    line: first.line,
    nextLine: second.line + 1,
    start: first.at,
    end: Math.min(second.after, text.length),
    body: lines.slice(1),
    notes: notesOf(lines),
  }
}

/** The block as it is written, with what has to be undone with it. */
export function blockText(body: readonly string[], notes: ReadonlySet<Note> = new Set()): string {
  const lines = body.map(asBytes)
  const stamp = [stampOf(lines), ...notes].join(', ')
  const note = `# Written by gv setup [${stamp}]; gv setup --undo takes it out again.`
  return [begin, note, ...lines, end].map((line) => `${line}\n`).join('')
}

/** A text with the block at its end; undefined stands for a file that is not there. */
export function withBlock(text: string | undefined, body: readonly string[]): string {
  if (text === undefined) return blockText(body, new Set(['made this file']))
  const isEnded = text === '' || text.endsWith('\n')
  return isEnded ? text + blockText(body) : `${text}\n${blockText(body, new Set(['ended the line above']))}`
}

/** A text with other lines in the block that {@link findBlock} found in it. */
export function withNewBody(text: string, block: FoundBlock & { kind: 'block' }, body: readonly string[]): string {
  return text.slice(0, block.start) + blockText(body, block.notes) + text.slice(block.end)
}

/** The text as it was before the block came; undefined where there was no file. */
export function withoutBlock(text: string, block: FoundBlock & { kind: 'block' }): string | undefined {
  const before = text.slice(0, block.start)
  const after = text.slice(block.end)
  if (block.notes?.has('made this file') && before + after === '') return undefined
  return (block.notes?.has('ended the line above') ? before.replace(/\n$/, '') : before) + after
}

const notePattern = /^# Written by gv setup \[([0-9a-f]{8})((?:, (?:made this file|ended the line above))*)\]/

/** The note in a block's first line, if its lines are those that it was written for. */
function notesOf([note = '', ...body]: readonly string[]): ReadonlySet<Note> | undefined {
  const [, stamp, notes = ''] = notePattern.exec(note) ?? []
  if (stamp !== stampOf(body)) return undefined
  const all: readonly Note[] = ['made this file', 'ended the line above']
  return new Set(all.filter((each) => notes.includes(each)))
}

/** Tells the lines that gv wrote, in whatever version, from those that somebody edited. */
function stampOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n'), 'latin1').digest('hex').slice(0, 8)
}

function asBytes(line: string): string {
  return Buffer.from(line).toString('latin1')
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
