import { GvError } from '../errors.ts'
import { printable, quoted } from '../text.ts'
import { type GoVersion, isPrerelease, isRelease, parseGoVersion, releaseName } from '../version/go-version.ts'
import { isArchiveSize, isJsonObject, isSha256, type JsonObject, jsonValue } from './json-fields.ts'
import { archiveFileName, platformOfFile } from './platform-names.ts'
import type { Release, ReleaseArchive } from './release.ts'

/** The longest list that is read, in bytes; the real one has about 3 MB. */
export const maxGodevListBytes = 16_000_000

/**
 * Reads the JSON that https://go.dev/dl/?mode=json&include=all answers with: the releases and their binary archives,
 * in its order. Unknown fields and kinds of file are passed over; an entry that is not what it has to be condemns the
 * whole list. Throws GvError('network') that names the entry. Pure. Source: golang.org/x/website/internal/dl (type
 * File).
 */
export function parseGodevList(text: string): readonly Release[] {
  if (text.length > maxGodevListBytes) throw unusable(`it has more than ${maxGodevListBytes / 1_000_000} MB`)
  const entries = jsonValue(text)
  if (!Array.isArray(entries)) throw unusable(notAList(text, entries))
  const releases: Release[] = []
  const seen = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    const release = parseRelease(entry, index)
    if (seen.has(release.version.text)) throw unusable(`${releaseName(release.version)} stands in it twice`)
    seen.add(release.version.text)
    if (release.archives.length > 0) releases.push(release)
  }
  if (releases.length === 0) throw unusable('there is no release in it')
  return releases
}

function parseRelease(entry: unknown, index: number): Release {
  const name = isJsonObject(entry) ? entry.version : undefined
  const version = typeof name === 'string' ? parseGoVersion(name) : undefined
  if (!isJsonObject(entry) || !version || !isRelease(version) || releaseName(version) !== name) {
    throw unusable(`entry ${index + 1} has ${shown(name)} for a version`)
  }
  const stable = !isPrerelease(version)
  if (entry.stable !== stable) throw unusable(`${name} is said to be ${stable ? 'un' : ''}stable`)
  if (!Array.isArray(entry.files)) throw unusable(`${name} has no list of files`)
  const archives = entry.files.flatMap((file: unknown) => parseFile(file, version) ?? [])
  const platforms = new Set(archives.map(({ platform }) => `${platform.os}-${platform.arch}`))
  if (platforms.size !== archives.length) throw unusable(`${name} has two archives for one platform`)
  return { version, stable, archives }
}

/** Undefined for a file that gv has no use for: sources, installers, and two historic oddities. */
function parseFile(file: unknown, version: GoVersion): ReleaseArchive | undefined {
  const release = releaseName(version)
  if (!isJsonObject(file)) throw unusable(`a file of ${release} is no object`)
  const { filename, kind } = file
  if (typeof filename !== 'string' || typeof kind !== 'string')
    throw unusable(`a file of ${release} has no name or kind`)
  if (kind !== 'archive' || isOddity(filename, version)) return undefined
  const platform = typeof file.os === 'string' && typeof file.arch === 'string' && platformOfFile(file.os, file.arch)
  if (!platform || filename !== archiveFileName(version, platform) || file.version !== release) {
    throw unusable(
      `${quoted(filename)} is not the name of an archive of ${release} for ${shown(file.os)}, ${shown(file.arch)}`,
    )
  }
  return { platform, ...parseHash(file, filename, version) }
}

/** The sources that bootstrap a build, which stand under go1, and Go up to 1.4 by the version of OS X. */
function isOddity(filename: string, version: GoVersion): boolean {
  if (version.major === 1 && version.minor === 0) return /^go1\.4-bootstrap-\d{8}\.tar\.gz$/.test(filename)
  return isBefore(version, 5) && /\.darwin-(386|amd64)-osx10\.[68]\.tar\.gz$/.test(filename)
}

/** Before Go 1.6 some files have no SHA-256 and before 1.5 some have the size 0; everything later has both. */
function parseHash(
  file: JsonObject,
  filename: string,
  version: GoVersion,
): Pick<ReleaseArchive, 'sha256' | 'sizeBytes'> {
  const { sha256, size } = file
  const unhashed = sha256 === '' && isBefore(version, 6)
  if (!unhashed && !isSha256(sha256)) throw unusable(`the sha256 of ${filename} is ${shown(sha256)}, not 64 hex digits`)
  const unmeasured = size === 0 && unhashed && isBefore(version, 5)
  if (!unmeasured && !isArchiveSize(size)) throw unusable(`the size of ${filename} is ${shown(size)}`)
  return { sha256: isSha256(sha256) ? sha256 : undefined, sizeBytes: isArchiveSize(size) ? size : undefined }
}

function isBefore(version: GoVersion, minor: number): boolean {
  return version.major === 1 && version.minor < minor
}

function notAList(text: string, value: unknown): string {
  if (/^\s*</.test(text)) return 'it is a web page'
  return value === undefined ? 'it is not JSON, or cut off' : 'it is JSON, but no list'
}

function shown(value: unknown): string {
  return printable(JSON.stringify(value) ?? 'nothing', 60)
}

function unusable(reason: string): GvError {
  return new GvError('network', 'the list of Go releases cannot be used', { reason })
}
