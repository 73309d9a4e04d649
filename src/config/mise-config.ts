import { readBoundedText } from '../goenv/bounded-file.ts'
import { tomlParser } from './configuration.ts'

const maxBytes = 64 * 1024

/**
 * What the global configuration of mise says of Go: `go = "1.22"`, `go = ["1.22", …]` (the first counts) or `go = { version = "1.22" }` in
 * `[tools]`. Undefined where it says nothing that can be read: it is another program's file. Source: mise's "Configuration".
 */
export function globalGoOfMise(file: string): { readonly text: string; readonly file: string } | undefined {
  const read = readBoundedText(file, maxBytes)
  const text = 'text' in read ? versionOf(fieldOf(fieldOf(tablesIn(read.text), 'tools'), 'go')) : undefined
  return text === undefined ? undefined : { text, file }
}

function tablesIn(text: string): unknown {
  try {
    return tomlParser()(text)
  } catch {
    return undefined
  }
}

function versionOf(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value
  const version = fieldOf(first, 'version') ?? first
  return typeof version === 'string' ? version : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return new Map<string, unknown>(Object.entries(value)).get(name)
}
