/**
 * The syntax of go.mod and go.work, as golang.org/x/mod/modfile reads it: statements of tokens, one a line, and blocks.
 * What the statements mean is not looked at here. Pure.
 */
import { quoted } from '../text.ts'

/** A statement outside blocks, or the head of a block. */
export interface ModStatement {
  /** 1 for the first. */
  readonly line: number
  /** As written; a quoted string keeps its quotes. At least one. */
  readonly tokens: readonly string[]
  readonly isBlock: boolean
}

/** Text that Go's own parser refuses. */
export class ModSyntaxError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.name = 'ModSyntaxError'
    this.line = line
  }
}

/** The statements of a file, in order. Throws ModSyntaxError where Go's parser finds a syntax error. */
export function parseModFile(text: string): ModStatement[] {
  const lexer = new Lexer(text)
  const statements: ModStatement[] = []
  for (;;) {
    if (lexer.token.kind === 'end') return statements
    if (lexer.token.kind === 'newline' || lexer.token.kind === 'comment') lexer.advance()
    else statements.push(parseStatement(lexer))
  }
}

function parseStatement(lexer: Lexer): ModStatement {
  const { line } = lexer.token
  const tokens = [lexer.take().text]
  for (;;) {
    const token = lexer.take()
    if (endsLine(token)) return { line, tokens, isBlock: false }
    if (token.text === '(' && endsLine(lexer.token)) {
      skipBlock(lexer, line)
      return { line, tokens, isBlock: true }
    }
    tokens.push(token.text)
    if (token.text === '(' && lexer.token.text === ')') {
      tokens.push(lexer.take().text)
      if (!endsLine(lexer.token)) continue
      lexer.advance()
      return { line, tokens: tokens.slice(0, -2), isBlock: true }
    }
  }
}

/** Reads on behind the block's `)`, which has to be the first token of its line and the only one. */
function skipBlock(lexer: Lexer, startLine: number): void {
  for (;;) {
    const token = lexer.take()
    if (token.kind === 'end') throw new ModSyntaxError(token.line, `the block of line ${startLine} does not end`)
    if (endsLine(token) || token.kind === 'comment') continue
    if (token.text === ')') {
      if (!endsLine(lexer.token)) throw new ModSyntaxError(token.line, 'something follows the closing parenthesis')
      lexer.advance()
      return
    }
    while (!endsLine(lexer.take())) {
      // The lines of a block are no statements: `go` and `toolchain` may not stand in one.
    }
  }
}

function endsLine(token: Token): boolean {
  return token.kind === 'newline' || token.kind === 'end' || token.kind === 'line-comment'
}

interface Token {
  /** `comment` has its line for itself, `line-comment` ends one; both take the line feed with them. */
  readonly kind: 'word' | 'newline' | 'comment' | 'line-comment' | 'end'
  readonly text: string
  readonly line: number
}

const punctuation = new Set('()[]{},')
const quotedString = /"(?:[^"\\\n]|\\[\s\S])*"|`[^`\n]*`/y
/** What Go's unicode.IsPrint takes, without blanks and punctuation; the beginning of a comment ends a word. */
const word = /(?:(?!\/[/*]|[()[\]{},])[\p{L}\p{M}\p{N}\p{P}\p{S}])+/uy

/** The tokens of a text, with one of lookahead. A megabyte of tokens takes it a fraction of a second. */
class Lexer {
  readonly #text: string
  #position = 0
  #line = 1
  #lineHasTokens = false
  /** The next token. */
  token: Token

  constructor(text: string) {
    this.#text = text
    this.token = this.#read()
  }

  advance(): void {
    this.token = this.#read()
  }

  take(): Token {
    const { token } = this
    this.advance()
    return token
  }

  #read(): Token {
    const first = this.#skipBlanks()
    if (first === '') return { kind: 'end', text: '', line: this.#line }
    if (first === '\n') return this.#readToLineEnd('newline', this.#position)
    if (this.#text.startsWith('//', this.#position)) {
      const lineFeed = this.#text.indexOf('\n', this.#position)
      const last = lineFeed === -1 ? this.#text.length - 1 : lineFeed
      return this.#readToLineEnd(this.#lineHasTokens ? 'line-comment' : 'comment', last)
    }
    return this.#readWord(first)
  }

  /** The character behind the blanks. */
  #skipBlanks(): string {
    for (;;) {
      const character = this.#text.charAt(this.#position)
      if (character !== ' ' && character !== '\t' && character !== '\r') return character
      this.#position++
    }
  }

  #readToLineEnd(kind: Token['kind'], last: number): Token {
    const line = this.#line++
    const text = this.#text.slice(this.#position, last + 1)
    this.#position = last + 1
    this.#lineHasTokens = false
    return { kind, text, line }
  }

  #readWord(first: string): Token {
    const line = this.#line
    const isString = first === '"' || first === '`'
    const text = punctuation.has(first) ? first : this.#match(isString ? quotedString : word)
    if (text === undefined) throw new ModSyntaxError(line, isString ? 'a string does not end' : this.#describeInput())
    this.#position += text.length
    this.#lineHasTokens = true
    // A quoted string goes over lines where a backslash stands before the line feed.
    if (isString) this.#line += text.split('\n').length - 1
    return { kind: 'word', text, line }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    return pattern.exec(this.#text)?.[0]
  }

  #describeInput(): string {
    if (this.#text.startsWith('/*', this.#position)) return 'comments begin with // here, not with /*'
    const character = String.fromCodePoint(this.#text.codePointAt(this.#position) ?? 0)
    return `unexpected character ${quoted(character)}`
  }
}
