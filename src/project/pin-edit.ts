/** Changing a pin in the text of a file, and nothing else in it. Pure. */
import { type PinFileName, parsePinFile } from './pin-file.ts'

/**
 * The text of a pin file with another version in it: comments, other tools, blanks and line ends stay as they are.
 * A file without a pin gets a line of its own at the end.
 */
export function withPin(name: PinFileName, text: string, version: string): string {
  const pin = parsePinFile(name, { text, isCut: false })
  if (!pin) return withNewLine(text, name === '.tool-versions' ? `golang ${version}` : version)
  const lines = text.split('\n')
  const index = pin.line - 1
  lines[index] =
    name === '.tool-versions' ? toolLine(lines[index] ?? '', version) : bareLine(lines[index] ?? '', version)
  return lines.join('\n')
}

/** The versions of a tool's line are replaced, fall-backs too: they were fall-backs of another version. */
function toolLine(line: string, version: string): string {
  return line.replace(
    /^(\ufeff?[ \t]*(?:golang|go))([ \t]+)?([^#]*?)([ \t]*(?:#[\s\S]*)?\r?)$/,
    (_, tool, gap, __, rest) => {
      return `${tool}${gap ?? ' '}${version}${rest}`
    },
  )
}

function bareLine(line: string, version: string): string {
  return line.replace(
    /^(\ufeff?[ \t]*)([^#]*?)([ \t]*(?:#[\s\S]*)?\r?)$/,
    (_, before, __, rest) => `${before}${version}${rest}`,
  )
}

function withNewLine(text: string, line: string): string {
  const end = /\r\n/.test(text) ? '\r\n' : '\n'
  const body = text === '' || text.endsWith('\n') ? text : `${text}${end}`
  return `${body}${line}${end}`
}
