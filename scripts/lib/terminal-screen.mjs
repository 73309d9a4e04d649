// What is on a terminal after a program has written to it: as much of it as progress bars and colours need.

/** @typedef {{text: string, colour: string | undefined, bold: boolean, faint: boolean}} Span */
/** @typedef {Omit<Span, 'text'>} Style */
/** @typedef {{character: string, style: Style}} Cell */

/** @type {Style} */
const plain = { colour: undefined, bold: false, faint: false }

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

/**
 * The lines of the screen, each as spans of one style.
 * @param {string} written all that went to the terminal
 * @param {number} columns the terminal's width, at which it wraps lines
 * @returns {Span[][]}
 */
export function readScreen(written, columns) {
  /** @type {Cell[][]} */
  const lines = [[]]
  let row = 0
  let column = 0
  let style = plain
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is read
  for (const [token, parameters = '', command = ''] of written.matchAll(/\u001b\[([\d;?]*)([A-Za-z])|./gsu)) {
    const count = Number(parameters || 1)
    if (token === '\r') column = 0
    else if (token === '\n') lines[++row] ??= []
    else if (command === 'm') style = styled(style, parameters)
    else if (command === 'A') row = Math.max(0, row - count)
    else if (command === 'J') lines.splice(row, lines.length, (lines[row] ?? []).slice(0, column))
    else if (command === 'K') lines[row]?.splice(column)
    else if (command === '' && token >= ' ') {
      if (column === columns) {
        lines[++row] ??= []
        column = 0
      }
      put(lines, row, column++, { character: token, style })
    }
  }
  return lines.map(spansOf)
}

/** @param {Style} style @param {string} parameters */
function styled(style, parameters) {
  let next = style
  for (const code of parameters.split(';').map(Number)) {
    if (code === 0) next = plain
    else if (code === 1) next = { ...next, bold: true }
    else if (code === 2) next = { ...next, faint: true }
    else if (code === 22) next = { ...next, bold: false, faint: false }
    else if (code === 39) next = { ...next, colour: undefined }
    else if (code >= 30 && code <= 37) next = { ...next, colour: colours[code - 30] }
    else if (code >= 90 && code <= 97) next = { ...next, colour: colours[code - 90] }
  }
  return next
}

/** @param {Cell[][]} lines @param {number} row @param {number} column @param {Cell} cell */
function put(lines, row, column, cell) {
  const line = lines[row] ?? []
  lines[row] = line
  while (line.length < column) line.push({ character: ' ', style: plain })
  line[column] = cell
}

/** @param {readonly Cell[]} line */
function spansOf(line) {
  /** @type {Span[]} */
  const spans = []
  for (const { character, style } of line) {
    const last = spans.at(-1)
    const same = last && last.colour === style.colour && last.bold === style.bold && last.faint === style.faint
    if (same) last.text += character
    else spans.push({ text: character, ...style })
  }
  return spans
}
