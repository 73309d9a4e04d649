/** For parsing JSON from outside without believing anything about it. Pure. */

export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The elements of a list; none for anything else. */
export function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A list of all releases has 15,000 objects and 130,000 commas. */
const maxOpenings = 100_000
const maxCommas = 1_000_000

/**
 * The value of JSON text; undefined (which JSON cannot say) for anything that is not JSON, and for what would need
 * far more memory than text: 16 MB of `[[[[…` cost the parser 700 MB.
 */
export function jsonValue(text: string): unknown {
  if (isBloated(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function isBloated(text: string): boolean {
  let openings = 0
  let commas = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === comma) commas++
    else if (code === bracket || code === brace) openings++
  }
  return openings > maxOpenings || commas > maxCommas
}

const comma = 0x2c
const bracket = 0x5b
const brace = 0x7b

/** SHA-256 as 64 lower-case hex digits. */
export function isSha256(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

/** A size that an archive of Go can have; real ones have 60 to 160 MB. */
export function isArchiveSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1_500_000_000
}
