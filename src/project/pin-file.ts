/** What `.tool-versions` and `.go-version` say about Go. Pure. */
import { quoted } from '../text.ts'

/** The names of the files that pin a version, in the order in which they count within a folder. */
export const pinFileNames = ['.tool-versions', '.go-version'] as const

export type PinFileName = (typeof pinFileNames)[number]

/** A pin as it is written: the specs in the order in which they are tried, or what is wrong with it. */
export type PinText =
  | { readonly line: number; readonly specs: readonly [string, ...string[]] }
  | { readonly line: number; readonly problem: string }

/** The beginning of a file, as far as it may be read. */
export interface FileText {
  readonly text: string
  /** Whether it goes on behind that. */
  readonly isCut: boolean
}

/** Reads a file that may pin a Go; undefined if it does not. */
export function parsePinFile(name: PinFileName, file: FileText): PinText | undefined {
  const lines = meaningfulLines(file)
  return name === '.tool-versions' ? parseToolVersions(lines, file) : parseGoVersionFile(lines, file)
}

/** asdf's format: a line a tool, its name and its versions. Tools that are not Go do not matter. */
function parseToolVersions(lines: readonly Line[], { isCut }: FileText): PinText | undefined {
  for (const { text, line } of lines) {
    const [tool, ...specs] = text.split(/[ \t]+/)
    if (tool !== 'golang' && tool !== 'go') continue
    const [first, ...fallBacks] = specs
    if (first === undefined) return { line, problem: `no version follows ${quoted(tool)}` }
    return { line, specs: [first, ...fallBacks] }
  }
  return isCut ? tooLong(lines) : undefined
}

/** One version, on a line of its own. */
function parseGoVersionFile(lines: readonly Line[], { isCut }: FileText): PinText | undefined {
  const [first, second] = lines
  if (second) return { line: second.line, problem: 'one version is all that this file may hold' }
  if (isCut) return tooLong(lines)
  return first && { line: first.line, specs: [first.text] }
}

function tooLong(lines: readonly Line[]): PinText {
  return { line: lines.at(-1)?.line ?? 1, problem: 'the file is too long' }
}

interface Line {
  /** Without comment and surrounding blanks; not empty. */
  readonly text: string
  readonly line: number
}

/** The lines that say something; what may be half a line, at the end of what was read, is left out. */
function meaningfulLines({ text, isCut }: FileText): Line[] {
  const lines = text.replace(/^\ufeff/, '').split('\n')
  if (isCut) lines.pop()
  return lines
    .map((line, index) => ({ text: withoutComment(line), line: index + 1 }))
    .filter((line) => line.text !== '')
}

function withoutComment(line: string): string {
  const [text = ''] = line.replace(/\r$/, '').split('#', 1)
  return withoutBlanksAround(text)
}

/** In linear time, which `/[ \t]+$/` does not take on a line of blanks. */
function withoutBlanksAround(text: string): string {
  let [start, end] = [0, text.length]
  while (isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
