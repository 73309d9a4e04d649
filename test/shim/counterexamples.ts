/** Cases in which sh and Node once differed, shrunk. */
import type { Case } from '../support/project-cases.ts'

const nothingElse = { doubts: {}, env: {}, plus: undefined }
const installed = { 's/versions/go1.22.5': 'folder', 's/versions/go1.20.3': 'folder' } as const

function pinned(pins: Readonly<Record<string, string>>, more: Partial<Case> = {}): Case {
  const texts = Object.entries(pins).map(([name, text]): [string, Buffer] => [name, Buffer.from(text, 'latin1')])
  return { cwd: 'h/p', files: { ...installed, ...Object.fromEntries(texts) }, ...nothingElse, ...more }
}

export const counterexamples: readonly Case[] = [
  // Anyone may write it, and no project lies beside it: only its mode tells.
  pinned({ 'w/.tool-versions': 'golang 1.22.5\n' }, { cwd: 'w/p', doubts: { 'w/.tool-versions': 'writable' } }),
  // The same beside a project counts.
  pinned(
    { 'w/.tool-versions': 'golang 1.22.5\n', 'w/go.mod': 'module m\n\ngo 1.20\n' },
    { cwd: 'w/p', doubts: { 'w/.tool-versions': 'writable' } },
  ),
  pinned({ 'w/.go-version': '1.22.5\n' }, { cwd: 'w/p/a', doubts: { 'w/.go-version': 'foreign' } }),
  pinned(
    { 'w/.tool-versions': 'golang 1.22.5\n', 'w/go.mod': 'module m\n\ngo 1.20\n' },
    { cwd: 'w/p', doubts: { 'w/.tool-versions': 'foreign' } },
  ),
  // go1.20 is 1.20.0's name, and a folder named go1.20.0 is nobody's.
  pinned({
    'h/p/.tool-versions': 'golang 1.20.0\n',
    's/versions/go1.20/VERSION': '',
    's/versions/go1.20.0/VERSION': '',
  }),
  // A line about Go that says nothing is an error, not another tool.
  pinned({ 'h/p/.tool-versions': 'go#1.20\n', 'h/p/.go-version': '1.22.5\n' }),
  // A go.work does not count for what lies in a GOROOT below it.
  pinned(
    { 's/versions/go1.22.5/go.work': 'go 1.20.3\n', 's/versions/go1.22.5/src/go.mod': 'module std\n\ngo 1.22\n' },
    { cwd: 's/versions/go1.22.5/src' },
  ),
  pinned(
    { 's/go.work': 'go 1.20.3\n', 's/versions/go1.22.5/src/go.mod': 'module std\n\ngo 1.22\n' },
    { cwd: 's/versions/go1.22.5/src' },
  ),
  // A go.mod whose `go` line is missing asks for nothing, and the pins from $HOME upwards count.
  pinned({ 'h/p/go.mod': 'module m\n', 'h/.tool-versions': 'golang 1.20.3\n' }),
  pinned({ 'h/p/go.mod': 'module m\n', '.tool-versions': 'golang 1.20.3\n' }),
]

/** A NUL anywhere in a pin, also where sh would have to read no more: Node refuses the file. */
export const nulCases: readonly Case[] = [
  pinned({ 'h/p/.tool-versions': 'golang 1.22.5\0\n' }),
  pinned({ 'h/p/.tool-versions': 'golang 1.20.3 \ngo 1.20\ngola\0ng 1.22.5' }),
  pinned({ 'h/p/.tool-versions': '\0golang 1.22.5\n' }),
  pinned({ 'h/p/.tool-versions': '# \0\ngolang 1.22.5\n' }),
  pinned({ 'h/p/.tool-versions': 'nodejs 20\0\ngolang 1.22.5\n' }),
  pinned({ 'h/p/.tool-versions': 'golang 1.22.5\n\0' }),
  pinned({ 'h/p/.go-version': '1.2\x002.5\n' }),
  pinned({ 'h/p/.go-version': '1.22.5\n\0' }),
  pinned({ 'h/p/.go-version': '\0' }),
  // UTF-16 without a mark.
  pinned({ 'h/p/.go-version': [...'1.22.5\n'].map((character) => `${character}\0`).join('') }),
]
