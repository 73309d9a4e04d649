import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  blockText,
  type FoundBlock,
  findBlock,
  withBlock,
  withNewBody,
  withoutBlock,
} from '../../src/shell/profile-block.ts'

const body = ['if [ -r "$HOME/.gv/lib/start.bash" ]; then . "$HOME/.gv/lib/start.bash"; fi']

/** The texts of start-up files: any bytes, any line ends, or no file at all. */
const texts = fc.option(
  fc
    .array(
      fc.tuple(
        fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) }),
        fc.constantFrom('\n', '\r\n', ''),
      ),
    )
    .map((lines) => lines.map(([line, end]) => line + end).join('')),
  { nil: undefined },
)

function blockIn(text: string): FoundBlock & { kind: 'block' } {
  const found = findBlock(text)
  if (found.kind !== 'block') throw new Error(`no block: ${JSON.stringify(found)}`)
  return found
}

describe('the block in a start-up file', () => {
  test('comes and goes without a change to any other byte', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const written = withBlock(text, body)
        expect(written.startsWith(text ?? '')).toBe(true)
        expect(withoutBlock(written, blockIn(written))).toBe(text)
      }),
    )
  })

  test('is brought up to date in its place, and can then still be taken out', () => {
    fc.assert(
      fc.property(texts, texts, (text, later = '') => {
        const old = withBlock(text, ['an older gv wrote this']) + later
        const written = withNewBody(old, blockIn(old), body)
        expect(blockIn(written)).toMatchObject({ body, line: blockIn(old).line, notes: expect.any(Set) })
        const left = withoutBlock(written, blockIn(written))
        expect(left).toBe(text === undefined && later === '' ? undefined : (text ?? '') + later)
      }),
    )
  })

  test('that somebody edited is told from one that an older gv wrote', () => {
    const text = withBlock('first\n', body)
    expect(blockIn(text).notes).toBeDefined()
    for (const edited of [
      text.replace('start.bash', 'start.zsh'),
      text.replace(/# Written.*\n/, ''),
      text.replace(/\[\w{4}/, '[dead'),
    ]) {
      expect(edited).not.toBe(text)
      expect(blockIn(edited).notes).toBeUndefined()
    }
  })

  test('is known again where somebody changed the line ends of the file', () => {
    const text = withBlock('first\nsecond', body).replaceAll('\n', '\r\n')
    expect(blockIn(text)).toMatchObject({ body, line: 3, nextLine: 7, notes: new Set(['ended the line above']) })
  })

  test.each([
    ['a\n# <<< gv <<<\n', 2, /without its beginning/],
    ['# >>> gv >>>\nx\n', 1, /has no end/],
    [`${blockText(body)}b\n${blockText(body)}`, 6, /a second block/],
    ['# >>> gv >>>\n# >>> gv >>>\n# <<< gv <<<\n', 1, /has no end/],
  ])('whose marks do not fit together is not guessed at: %j', (text, line, problem) => {
    expect(findBlock(text)).toMatchObject({ kind: 'damaged', line, problem: expect.stringMatching(problem) })
  })

  test('is none where a mark stands within a line', () => {
    expect(findBlock('echo "# >>> gv >>>"\n  # >>> gv >>>\n')).toEqual({ kind: 'none' })
  })
})
