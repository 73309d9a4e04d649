import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseShellName, quoteFor, type ShellName } from '../../src/shell/quote.ts'
import { fastFolder } from '../support/fast-folder.ts'
import { findShells } from '../support/shells.ts'

const count = 10_000
const letters = [
  'a',
  ' ',
  '\n',
  '\t',
  "'",
  '"',
  '\\',
  '$',
  '`',
  '!',
  '*',
  '?',
  '[',
  '~',
  ';',
  '&',
  '|',
  '(',
  '#',
  '%',
  '-',
  '=',
  'é',
  '\u001b',
  '\u202e',
  '$(id)',
  "''",
  '\\n',
]
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((one) => !one.includes('\0')),
)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(fastFolder(), 'gv-quote-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a quoted text is one word, and nothing in it is run', () => {
  test.each(findShells())('by $name', (shell) => {
    const family: ShellName = parseShellName(shell.name.split(' ')[0] ?? '') ?? 'sh'
    const texts = fc.sample(text, { numRuns: count, seed: 20240627 })
    const script = join(folder, shell.name.replaceAll(' ', '-'))
    writeFileSync(script, `${texts.map((one) => `printf '%s\\0' ${quoteFor(family, one)}`).join('\n')}\n`)
    const env = { PATH: '/nonexistent', HOME: folder, LC_ALL: 'C.UTF-8' }
    const output = execFileSync(shell.path, [...shell.args, script], { env, maxBuffer: 1e8, encoding: 'utf8' })
    expect(output.split('\0').slice(0, -1)).toEqual(texts)
  })

  test('a NUL is refused', () => {
    expect(() => quoteFor('sh', 'a\0b')).toThrow(/cannot be told to a shell/)
  })
})
