/** "Did you mean": the nearest thing that exists to one that does not. Pure. */
import { compareGoVersions, type GoVersion, isPrerelease, lineOf, parseGoVersion } from './go-version.ts'

const maxSuggestions = 3
/** No version, command or option is longer; what is longer is not mistyped but something else. */
const maxWordLength = 32

/**
 * Versions that may have been meant by a text that names none of those available, best first, at most three:
 * those that differ by a slip of the finger, and the newest of the line that was named, else of the newest lines.
 */
export function suggestVersions(text: string, available: readonly GoVersion[]): string[] {
  const word = text.replace(/^v?(?:go)?/, '')
  const newestFirst = [...available].sort((a, b) => compareGoVersions(b, a))
  const newestOfLines = newestOfEachLine(newestFirst)
  const line = /^\d+\.\d+(?!\d)/.exec(word)?.[0]
  const ofLine = [...newestOfLines, ...newestFirst].find((version) => lineOf(version) === line)
  const near = nearMisses(word, newestFirst).filter(
    (version) => !isNewerThan(word, newestOfLines[0]) || isSameButForDots(word, version.text),
  )
  const suggestions = [...near, ...(ofLine ? [ofLine] : newestOfLines)]
  return [...new Set(suggestions.map((version) => version.text))].slice(0, maxSuggestions)
}

/** The word among some that was most likely meant; undefined if none is near. */
export function closest(word: string, words: readonly string[]): string | undefined {
  if (word.length > maxWordLength) return undefined
  const limit = Math.max(1, Math.floor(word.length / 3))
  const near = words
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate, limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.candidate
}

/** `1.99` is no slip of the finger for 1.19 or 1.9, but a Go that is not there yet (while `1.225` is 1.22.5). */
function isNewerThan(word: string, newest: GoVersion | undefined): boolean {
  const version = parseGoVersion(word)
  return version !== undefined && newest !== undefined && version.minor > newest.minor
}

/** Versions one slip away (a character lost, added, changed or swapped with its neighbour), newest first. */
function nearMisses(word: string, newestFirst: readonly GoVersion[]): GoVersion[] {
  if (word.length > maxWordLength) return []
  return newestFirst.filter((version) => editDistance(word, version.text, 1) === 1)
}

function isSameButForDots(a: string, b: string): boolean {
  return a.replaceAll('.', '') === b.replaceAll('.', '')
}

function newestOfEachLine(newestFirst: readonly GoVersion[]): GoVersion[] {
  const lines = new Map<string, GoVersion>()
  for (const version of newestFirst) {
    if (!isPrerelease(version) && !lines.has(lineOf(version))) lines.set(lineOf(version), version)
  }
  return [...lines.values()]
}

/**
 * The least number of insertions, deletions, changes and swaps of neighbours that turn one word into the other
 * (Damerau and Levenshtein, each stretch edited once); anything above `limit` may be given as `limit + 1`.
 */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1
      let cost = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + change)
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (row > 1 && column > 1 && isSwap) cost = Math.min(cost, at(beforePrevious, column - 2) + 1)
      current.push(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return at(previous, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
