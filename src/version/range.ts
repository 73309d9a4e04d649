/**
 * npm-style ranges over Go versions: `1.22.x`, `^1.21`, `>=1.21 <1.23`, `1.21 || 1.23`. The only importer of semver.
 * Pure.
 */
import { createRequire } from 'node:module'
import type SemverRange from 'semver/classes/range.js'
import type { GoVersion } from './go-version.ts'

/** A range; only `parseVersionRange` makes one. */
export interface VersionRange {
  /** Whether a release lies in it; a pre-release only if the range names one of the same `1.N.P`, as for npm. */
  includes(version: GoVersion): boolean
}

/**
 * semver's class, read when a range is: most specs are none, and reading them must stay synchronous. So it is a file of
 * its own in the bundle (scripts/build.mjs).
 */
function rangeClass(): typeof SemverRange {
  // oxlint-disable-next-line typescript/no-unsafe-return -- require knows no types
  return createRequire(import.meta.url)('semver/classes/range.js')
}

/** What makes a text a range; without it `2.0` or `go1.22.05` would be one, and no mistake. */
const rangeSign = /[~^=<>xX*| ]/

/**
 * Reads a range; undefined for anything that is not wholly one. The grammar is checked here, because semver itself
 * is more lenient: it takes an empty alternative for "any" and drops `+anything`.
 * Source: https://github.com/npm/node-semver#ranges.
 */
export function parseVersionRange(text: string): VersionRange | undefined {
  if (!rangeSign.test(text)) return undefined
  const alternatives = text.split('||').map(semverAlternative)
  if (alternatives.includes(undefined)) return undefined
  const range = new (rangeClass())(alternatives.join(' || '))
  return { includes: (version) => range.test(semverText(version)) }
}

/** `>= go1.21 <1.23rc1` as semver writes it, or `1.21 - 1.23`; undefined for what is neither. */
function semverAlternative(text: string): string | undefined {
  const words = text.split(' ').filter((word) => word !== '')
  if (words.length === 3 && words[1] === '-') return joined([words[0], words[2]].map(semverPartial), ' - ')
  const comparators: (string | undefined)[] = []
  for (let i = 0; i < words.length; i++) {
    const [operator = ''] = /^(?:[~^=]|[<>]=?)?/.exec(words[i] ?? '') ?? []
    // Blanks may stand between an operator and its version.
    const isAlone = operator !== '' && words[i] === operator
    const version = semverPartial(isAlone ? words[++i] : words[i]?.slice(operator.length))
    comparators.push(version && `${operator}${version}`)
  }
  return joined(comparators, ' ')
}

function joined(parts: readonly (string | undefined)[], separator: string): string | undefined {
  return parts.length === 0 || parts.includes(undefined) ? undefined : parts.join(separator)
}

const partial = /^(?:v|go)?([\dxX*.]{1,14})(?:(-?)(beta|rc)(\.?)(\d{1,4}))?$/
const number = /^(?:0|[1-9]\d{0,3})$/

/** One to three numbers, the last ones perhaps wildcards, or a pre-release in Go's spelling or npm's: as semver has it. */
function semverPartial(text: string | undefined): string | undefined {
  const [, core = '', dash, kind, dot, count] = partial.exec(text ?? '') ?? []
  const parts = core.split('.')
  const numbers = parts.filter((part) => number.test(part))
  const isRegular = parts.every((part, i) => (i < numbers.length ? number : /^[xX*]$/).test(part))
  if (!isRegular || parts.length > 3) return undefined
  if (kind === undefined || count === undefined) return core
  const isGo = dash === '' && dot === '' && parts.length > 1
  const isNpm = dash === '-' && dot === '.' && parts.length === 3
  const isExact = numbers.length === parts.length && number.test(count)
  return isExact && (isGo || isNpm) ? `${core}${parts.length === 2 ? '.0' : ''}-${kind}.${count}` : undefined
}

/** A Go version as semver orders it: `1.20` is 1.20.0, `1.23rc2` is 1.23.0-rc.2. */
function semverText({ major, minor, patch, prerelease }: GoVersion): string {
  return `${major}.${minor}.${patch ?? 0}${prerelease ? `-${prerelease.kind}.${prerelease.number}` : ''}`
}
