// Draws the screen of a terminal as SVG, readable on light and dark pages.

const fontSize = 14
const characterWidth = 8.43
const lineHeight = 20
const padding = 20
const titleHeight = 36

/** @type {Readonly<Record<string, string>>} */
const palette = {
  black: '#6e7681',
  red: '#ff7b72',
  green: '#7ee787',
  yellow: '#e3b341',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#76e3ea',
  white: '#ffffff',
}

/**
 * @param {readonly (readonly import('./terminal-screen.mjs').Span[])[]} lines @param {number} columns
 * @returns {string} an SVG document
 */
export function drawTerminal(lines, columns) {
  const shown = withoutTrailingBlanks(lines)
  const width = Math.ceil(columns * characterWidth + 2 * padding)
  const height = titleHeight + shown.length * lineHeight + padding
  const texts = shown.flatMap((line, i) => {
    if (line.length === 0) return []
    const y = titleHeight + (i + 1) * lineHeight - 6
    return [`<text x="${padding}" y="${y}">${line.map(drawSpan).join('')}</text>`]
  })
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve" role="img" aria-label="gv in a terminal">`,
    `<style>text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d0d7de;white-space:pre}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, i) => `<circle cx="${padding + i * 18}" cy="18" r="5.5" fill="${fill}"/>`,
    ),
    ...texts,
    '</svg>',
  ].join('\n')}\n`
}

/** @param {import('./terminal-screen.mjs').Span} span */
function drawSpan({ text, colour, bold, faint }) {
  const attributes = [
    colour ? ` fill="${palette[colour]}"` : '',
    bold ? ' font-weight="bold"' : '',
    faint ? ' opacity="0.6"' : '',
  ].join('')
  return attributes ? `<tspan${attributes}>${escaped(text)}</tspan>` : escaped(text)
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** @template T @param {readonly (readonly T[])[]} lines */
function withoutTrailingBlanks(lines) {
  const end = lines.findLastIndex((line) => line.length > 0)
  return lines.slice(0, end + 1)
}
