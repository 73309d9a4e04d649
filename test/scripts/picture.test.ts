import { describe, expect, test } from 'vitest'
import { drawTerminal } from '../../scripts/lib/svg.mjs'
import { readScreen } from '../../scripts/lib/terminal-screen.mjs'

function textOf(written: string): string[] {
  return readScreen(written, 20).map((line) => line.map(({ text }) => text).join(''))
}

describe('the screen of a terminal', () => {
  test.each([
    ['lines', 'one\r\ntwo', ['one', 'two']],
    ['a carriage return', 'one\rT', ['Tne']],
    ['a bar that is drawn anew', 'kept\r\nbar 1\r\nbar 2\r\n\u001b[2A\r\u001b[Jdone\r\n', ['kept', 'done', '']],
    ['a line that is cleared', 'long line\rx\u001b[K', ['x']],
    ['sequences that do not matter', '\u001b[?25lone\u001b[?25h', ['one']],
    ['a line that is too long', `${'x'.repeat(20)}yz`, ['x'.repeat(20), 'yz']],
    ['a line that is just not too long', `${'x'.repeat(20)}\r\nyz`, ['x'.repeat(20), 'yz']],
    ['characters of two units', '\u{1f600}!', ['\u{1f600}!']],
  ])('shows %s', (_, written, lines) => {
    expect(textOf(written)).toEqual(lines)
  })

  test('keeps colours until they are taken back', () => {
    expect(readScreen('\u001b[1;32mok\u001b[0m no', 20)).toEqual([
      [
        { text: 'ok', colour: 'green', bold: true, faint: false },
        { text: ' no', colour: undefined, bold: false, faint: false },
      ],
    ])
  })
})

test('a picture has every line, quoted', () => {
  const svg = drawTerminal(readScreen('a <b> & c\r\n\r\n\u001b[31mred\u001b[0m\r\n\r\n', 80), 80)
  expect(svg).toContain('>a &lt;b&gt; &amp; c</text>')
  expect(svg).toContain('<tspan fill="#ff7b72">red</tspan>')
  expect(svg.match(/<text /g)).toHaveLength(2)
})
