import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ModStatement, ModSyntaxError, parseModFile } from '../../src/project/modfile.ts'
import { findRealGo, type RealGo } from '../support/real-go.ts'

/** The statements outside blocks, as `LINE:TOKEN TOKEN`; blocks as `LINE:TOKEN (`. */
function outline(text: string): string {
  try {
    return parseModFile(text).map(shown).join('\n')
  } catch (error) {
    if (error instanceof ModSyntaxError) return 'error'
    throw error
  }
}

function shown({ line, tokens, isBlock }: ModStatement): string {
  return `${line}:${tokens.join(' ')}${isBlock ? ' (' : ''}`
}

describe('parseModFile', () => {
  it.each([
    ['', ''],
    ['module m\n\ngo 1.22\n', '1:module m\n3:go 1.22'],
    ['module m\r\ngo 1.22\r\n', '1:module m\n2:go 1.22'],
    ['\t go\t1.22 // why\n//go 1.1\n', '1:go 1.22'],
    ['go 1.22//x', '1:go 1.22'],
    ['go "1.22"\ngo `1.22`', '1:go "1.22"\n2:go `1.22`'],
    ['require (\n\tgo 1.99\n)\ngo 1.22', '1:require (\n4:go 1.22'],
    ['require ( // x\n\n// y\n\ta v1 // indirect\n) // z\ngo 1.22', '1:require (\n6:go 1.22'],
    ['retract [v1.0.0, v1.1.0]', '1:retract [ v1.0.0 , v1.1.0 ]'],
    ['x ()\ny ( ) z\ny ( z', '1:x (\n2:y ( ) z\n3:y ( z'],
    ['x "a\\"b\\\nc"\ngo 1.22', '1:x "a\\"b\\\nc"\n3:go 1.22'],
    ['http://x', '1:http:'],
  ])('%j', (text, expected) => {
    expect(outline(text)).toBe(expected)
  })

  it.each([
    ['\ufeffmodule m', 1, 'unexpected character "\\ufeff"'],
    ['module m\n/* x */', 2, 'comments begin with //'],
    ['module m/*x*/', 1, 'comments begin with //'],
    ['module m\nx "y\n', 2, 'a string does not end'],
    ['module `m', 1, 'a string does not end'],
    ['require (\n\ta v1\n', 3, 'block of line 1 does not end'],
    ['require (\n) x\n', 2, 'something follows'],
    ['module m\u0000', 1, 'unexpected character "\\x00"'],
    ['m\u0000o\u0000d\u0000', 1, 'unexpected character'],
    ['module m\u00a0', 1, 'unexpected character'],
    ['module m\f', 1, 'unexpected character "\\x0c"'],
  ])('refuses %j', (text, line, message) => {
    expect(() => parseModFile(text)).toThrow(
      expect.objectContaining({ line, message: expect.stringContaining(message) }),
    )
  })

  it('reads a megabyte of anything at once', () => {
    for (const text of ['x'.repeat(1e6), '"'.repeat(1e6), `"${'x'.repeat(1e6)}"`, ' '.repeat(1e6), '('.repeat(1e6)])
      outline(text)
    for (const text of ['x\n'.repeat(5e5), '//'.repeat(5e5), `x (\n${'y\n'.repeat(5e5)})`, `\`${'x'.repeat(1e6)}`])
      outline(text)
  })

  const go = findRealGo()
  it.skipIf(!go)('agrees with golang.org/x/mod/modfile over generated files', ({ skip }) => {
    if (!go) return skip('there is no go here')
    const texts = fc.sample(modFiles, { numRuns: 4000, seed: 4 })
    const theirs = outlinesByGo(go, texts)
    expect(theirs).toHaveLength(texts.length)
    expect(theirs.filter((outline) => outline === 'error').length).toBeGreaterThan(400)
    expect(theirs.filter((outline) => outline !== 'error').length).toBeGreaterThan(400)
    for (const [index, text] of texts.entries()) {
      expect({ text, outline: outline(text) }).toEqual({ text, outline: theirs[index] })
    }
  })
})

const piece = fc.constantFrom(
  ...[
    'module',
    'go',
    'toolchain',
    'require',
    '1.22',
    'go1.22.5',
    'v1.2.3',
    'a/b',
    '"x y"',
    '`x`',
    '"',
    '`',
    '\\',
    '\\"',
  ],
  ...[
    '(',
    ')',
    '( )',
    '()',
    '[',
    ']',
    '{',
    '}',
    ',',
    '=>',
    '//',
    '// c',
    '/*',
    '/',
    '\n',
    '\r\n',
    '\n',
    ' ',
    '\t',
    '\r',
  ],
  ...['é', '世', '\u00a0', '\u2028', '\ufeff', '\u0301', '\u0000', '\u007f', '\u{1f600}', '\ue000', '\u00ad', '\ufffd'],
)
/** What a careful author writes, and what a fuzzer does. */
const modFiles = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' ')),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'go 1.22',
          'toolchain go1.22.5',
          'module m',
          'x (',
          ')',
          '',
          '// c',
          'y v1 // z',
          '\ty ( )',
          '( )',
        ),
        fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(' ')),
      ),
      { maxLength: 8 },
    )
    .map((lines) => lines.join('\n')),
)

/** A program that prints the outline of each text by Go's own parser, whose source lies in every GOROOT. */
const program = `package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/modfile"
)

func main() {
	var texts []string
	if err := json.NewDecoder(bufio.NewReader(os.Stdin)).Decode(&texts); err != nil {
		panic(err)
	}
	outlines := []string{}
	for _, text := range texts {
		outlines = append(outlines, outline(text))
	}
	json.NewEncoder(os.Stdout).Encode(outlines)
}

func outline(text string) string {
	file, err := modfile.Syntax([]byte(text))
	if err != nil {
		return "error"
	}
	var lines []string
	for _, statement := range file.Stmt {
		switch s := statement.(type) {
		case *modfile.Line:
			lines = append(lines, fmt.Sprintf("%d:%s", s.Start.Line, strings.Join(s.Token, " ")))
		case *modfile.LineBlock:
			lines = append(lines, fmt.Sprintf("%d:%s (", s.Start.Line, strings.Join(s.Token, " ")))
		}
	}
	return strings.Join(lines, "\\n")
}
`

function outlinesByGo(go: RealGo, texts: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gv-modfile-'))
  // What that parser is written in.
  const language = go.version.slice('go'.length)
  try {
    const goroot = execFileSync(go.path, ['env', 'GOROOT'], { env: go.env, encoding: 'utf8' }).trim()
    cpSync(join(goroot, 'src/cmd/vendor/golang.org/x/mod'), join(folder, 'mod'), { recursive: true })
    writeFileSync(join(folder, 'mod/go.mod'), `module golang.org/x/mod\ngo ${language}\n`)
    // The parser of the syntax alone has no exported name.
    const door = 'package modfile\nfunc Syntax(data []byte) (*FileSyntax, error) { return parse("go.mod", data) }\n'
    writeFileSync(join(folder, 'mod/modfile/door.go'), door)
    writeFileSync(join(folder, 'main.go'), program)
    writeFileSync(
      join(folder, 'go.mod'),
      `module oracle\ngo ${language}\nrequire golang.org/x/mod v0.0.0\nreplace golang.org/x/mod => ./mod\n`,
    )
    const options = { cwd: folder, env: { ...go.env, GOFLAGS: '-mod=mod' }, maxBuffer: 1e8, encoding: 'utf8' } as const
    const output: unknown = JSON.parse(
      execFileSync(go.path, ['run', '.'], { ...options, input: JSON.stringify(texts) }),
    )
    if (!Array.isArray(output)) throw new Error('the oracle gave no list')
    return output.map(String)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
