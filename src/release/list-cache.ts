import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readBoundedText } from '../goenv/bounded-file.ts'
import { platformName } from '../platform.ts'
import { isPrerelease, isRelease, parseGoVersion, releaseName } from '../version/go-version.ts'
import { writeCacheFile } from './cache-file.ts'
import { elementsOf, isArchiveSize, isJsonObject, isSha256, jsonValue } from './json-fields.ts'
import { platformOfFile } from './platform-names.ts'
import type { Release, ReleaseArchive } from './release.ts'

/** A list as gv keeps it: what an origin listed, and what it listed once. */
export interface CachedList {
  /** `originId` of the origin. */
  readonly id: string
  /** The origin as people know it. */
  readonly from: string
  readonly etag: string | undefined
  readonly fetchedAt: Date
  /** Ids of the origins that come before this one and had not answered then. */
  readonly after: readonly string[]
  /** Those of them that could not even be reached. */
  readonly unreachable: readonly string[]
  /** Names of releases that the origin has stopped to list; they stand among `releases` all the same. */
  readonly vanished: readonly string[]
  readonly releases: readonly Release[]
}

const format = 1
const maxBytes = 16_000_000

/** Undefined where there is none, and for one that is damaged in any way: then it is fetched anew. */
export function readCachedList(folder: string, id: string): CachedList | undefined {
  const file = readBoundedText(cachePath(folder, id), maxBytes)
  const list = 'text' in file ? parseCachedList(file.text) : undefined
  return list?.id === id ? list : undefined
}

/** All that are kept, of whatever origin. */
export function readCachedLists(folder: string): readonly CachedList[] {
  return namesIn(folder).flatMap((name) => readCachedList(folder, name.slice(0, -'.json'.length)) ?? [])
}

/** Replaces a list at once and whole. */
export function writeCachedList(folder: string, list: CachedList): void {
  writeCacheFile(cachePath(folder, list.id), cachedListText(list))
}

/** Where the list of an origin is kept. */
export function cachePath(folder: string, id: string): string {
  return join(folder, `${id}.json`)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch {
    return []
  }
}

function cachedListText(list: CachedList): string {
  const releases = list.releases.map(({ version, archives }) => [
    releaseName(version),
    archives.map(({ platform, sha256, sizeBytes }) => [platform.os, platform.arch, sha256 ?? null, sizeBytes ?? null]),
  ])
  return JSON.stringify({ format, ...list, fetchedAt: list.fetchedAt.toISOString(), releases })
}

/** Believes no more of the file than of a server's answer. */
function parseCachedList(text: string): CachedList | undefined {
  const value = jsonValue(text)
  if (!isJsonObject(value) || value.format !== format || !Array.isArray(value.releases)) return undefined
  const { id, from, etag, after, unreachable, vanished } = value
  const fetchedAt = new Date(typeof value.fetchedAt === 'string' ? value.fetchedAt : Number.NaN)
  const releases = value.releases.map(parseRelease)
  if (typeof id !== 'string' || typeof from !== 'string' || Number.isNaN(fetchedAt.getTime())) return undefined
  if (!isTexts(after) || !isTexts(unreachable) || !isTexts(vanished)) return undefined
  if (etag !== undefined && typeof etag !== 'string') return undefined
  if (!releases.every((release) => release !== undefined)) return undefined
  return { id, from, etag, fetchedAt, after, unreachable, vanished, releases }
}

function parseRelease(value: unknown): Release | undefined {
  const [name, files] = elementsOf(value)
  const version = typeof name === 'string' ? parseGoVersion(name) : undefined
  if (!version || !isRelease(version) || !Array.isArray(files)) return undefined
  const archives = files.map(parseArchive)
  const platforms = new Set(archives.map((archive) => archive && platformName(archive.platform)))
  if (!archives.every((archive) => archive !== undefined) || platforms.size !== archives.length) return undefined
  return { version, stable: !isPrerelease(version), archives }
}

function parseArchive(value: unknown): ReleaseArchive | undefined {
  const [os, arch, sha256, size] = elementsOf(value)
  const platform = typeof os === 'string' && typeof arch === 'string' ? platformOfFile(os, arch) : undefined
  if (!platform || !(sha256 === null || isSha256(sha256)) || !(size === null || isArchiveSize(size))) return undefined
  return { platform, sha256: sha256 ?? undefined, sizeBytes: size ?? undefined }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
