/**
 * Whether a module is one of those that GOPRIVATE, GONOPROXY or GONOSUMDB name: a list of globs with commas between
 * them, each compared with as many leading elements of the path as it has itself. Empty and malformed globs match
 * nothing. Source: golang.org/x/mod/module.MatchPrefixPatterns. Pure.
 */
export function matchesPatterns(globs: string, modulePath: string): boolean {
  return globs.split(',').some((text) => {
    const glob = text.endsWith('/') ? text.slice(0, -1) : text
    if (glob === '') return false
    const elements = modulePath.split('/')
    const wanted = glob.split('/').length
    return elements.length >= wanted && matchesGlob(glob, elements.slice(0, wanted).join('/'))
  })
}

/** What one place of a glob accepts. */
type Term = (character: string) => boolean

/** A run of terms, and whether a `*` stands before it. */
interface Chunk {
  readonly star: boolean
  readonly terms: readonly Term[]
}

/** Go's path.Match; false for a malformed pattern. */
function matchesGlob(pattern: string, name: string): boolean {
  const chunks = parseGlob(pattern)
  if (!chunks) return false
  const characters = [...name]
  let position = 0
  for (const [index, chunk] of chunks.entries()) {
    const last = index === chunks.length - 1
    if (chunk.star && chunk.terms.length === 0) return !characters.includes('/', position)
    const end = placeOf(chunk, characters, position, last)
    if (end === undefined) return false
    position = end
  }
  return position === characters.length
}

/**
 * Where the chunk ends that is first found from `start` on; without a star only there, and the last chunk only at the
 * very end. The first place is kept for good, as Go does, which differs from trying all where a class matches a
 * slash.
 */
function placeOf(chunk: Chunk, characters: readonly string[], start: number, last: boolean): number | undefined {
  for (let at = start; at + chunk.terms.length <= characters.length; at++) {
    const end = at + chunk.terms.length
    const found = chunk.terms.every((accepts, i) => accepts(characters[at + i] ?? ''))
    if (found && (!last || end === characters.length)) return end
    if (!chunk.star || characters[at] === '/') return undefined
  }
  return undefined
}

function parseGlob(pattern: string): readonly Chunk[] | undefined {
  const chunks: { star: boolean; terms: Term[] }[] = [{ star: false, terms: [] }]
  const rest = [...pattern]
  for (let c = rest.shift(); c !== undefined; c = rest.shift()) {
    if (c === '*') {
      chunks.push({ star: true, terms: [] })
      continue
    }
    const term = parseTerm(c, rest)
    if (!term) return undefined
    chunks.at(-1)?.terms.push(term)
  }
  // Of several stars in a row one does; before the first there may be nothing.
  return chunks.filter((chunk, i) => chunk.terms.length > 0 || (chunk.star && i === chunks.length - 1))
}

/** Takes from `rest` what belongs to the term; undefined when it is malformed. */
function parseTerm(first: string, rest: string[]): Term | undefined {
  if (first === '?') return (c) => c !== '/'
  if (first === '[') return parseClass(rest)
  const literal = first === '\\' ? rest.shift() : first
  return literal === undefined ? undefined : (c) => c === literal
}

function parseClass(rest: string[]): Term | undefined {
  const negated = rest[0] === '^'
  if (negated) rest.shift()
  const ranges: { low: number; high: number }[] = []
  while (rest[0] !== ']' || ranges.length === 0) {
    const low = takeBound(rest)
    let high = low
    if (low !== undefined && rest[0] === '-') {
      rest.shift()
      high = takeBound(rest)
    }
    if (low === undefined || high === undefined) return undefined
    ranges.push({ low, high })
  }
  rest.shift()
  return (c) => {
    const code = c.codePointAt(0) ?? 0
    return ranges.some(({ low, high }) => low <= code && code <= high) !== negated
  }
}

/** One character of a class; something, if only the `]`, must follow it. */
function takeBound(rest: string[]): number | undefined {
  let c = rest.shift()
  if (c === '-' || c === ']') return undefined
  if (c === '\\') c = rest.shift()
  return rest.length === 0 ? undefined : c?.codePointAt(0)
}
