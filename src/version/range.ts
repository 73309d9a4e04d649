/**
 * npm-style ranges over Go versions: `1.22.x`, `^1.21`, `>=1.21 <1.23`, `1.21 || 1.23`. The only importer of semver.
 * Pure.
 */
import Range from 'semver/classes/range.js'
import type { GoVersion } from './go-version.ts'

/** A range; only `parseVersionRange` makes one. */
export interface VersionRange {
  /** Whether a release lies in it; a pre-release only if the range names one of the same `1.N.P`, as for npm. */
  includes(version: GoVersion): boolean
}

const number = String.raw`(?:0|[1-9]\d{0,3})`
const wildcard = '[xX*]'
const goPrerelease = `${number}(?:\\.${number}){1,2}(?:beta|rc)${number}`
const npmPrerelease = `${number}(?:\\.${number}){2}-(?:beta|rc)\\.${number}`
const plain = `${number}(?:\\.${number}){0,2}|(?:${number}\\.){0,2}${wildcard}(?:\\.${wildcard}){0,2}`
const partial = `(?:v|go)?(?:${goPrerelease}|${npmPrerelease}|${plain})`
const comparator = `(?:[~^=]|[<>]=?)? *${partial}`
const comparatorSet = new RegExp(`^(?:${comparator}(?: +${comparator})*|${partial} +- +${partial})$`)
/** What makes a text a range; without it `2.0` or `go1.22.05` would be one, and no mistake. */
const rangeSign = /[~^=<>xX*| ]/

/**
 * Reads a range; undefined for anything that is not wholly one. The grammar is checked here, because semver itself
 * is more lenient: it takes an empty alternative for "any" and drops `+anything`.
 * Source: https://github.com/npm/node-semver#ranges.
 */
export function parseVersionRange(text: string): VersionRange | undefined {
  const alternatives = text.split('||').map((alternative) => alternative.replace(/^ +| +$/g, ''))
  if (!rangeSign.test(text) || !alternatives.every((alternative) => comparatorSet.test(alternative))) return undefined
  const range = semverRange(alternatives.map(withSemverVersions).join(' || '))
  return range && { includes: (version) => range.test(semverText(version)) }
}

function semverRange(text: string): Range | undefined {
  try {
    return new Range(text)
  } catch {
    // Our grammar is the narrower one; should it ever not be, the text is no range.
    return undefined
  }
}

/** Go's spellings in a range as semver has them: `>=go1.23rc1` is `>=1.23.0-rc.1`. */
function withSemverVersions(comparators: string): string {
  return comparators
    .replace(/v|go/g, '')
    .replace(/-?(beta|rc)\.?(\d+)/g, '-$1.$2')
    .replace(/(?<![\d.])(\d+)(\.\d+)?(?=-)/g, (_, major, minor) => `${major}${minor ?? '.0'}.0`)
}

/** A Go version as semver orders it: `1.20` is 1.20.0, `1.23rc2` is 1.23.0-rc.2. */
function semverText({ major, minor, patch, prerelease }: GoVersion): string {
  return `${major}.${minor}.${patch ?? 0}${prerelease ? `-${prerelease.kind}.${prerelease.number}` : ''}`
}
