import { GvError } from '../errors.ts'
import { tryProxies } from '../goenv/goproxy.ts'
import { HttpStatusError } from '../net/client.ts'
import { platformName, samePlatform } from '../platform.ts'
import type { Task } from '../progress/reporter.ts'
import { type Catalog, expireList } from '../release/catalog.ts'
import { type ArchiveSource, archiveSources, checksumUrl, type TarballSource } from '../release/sources.ts'
import { assertFreeSpace, unpackedBytes } from '../store/free-space.ts'
import type { Store, ToolchainId } from '../store/layout.ts'
import { shownUrl, typed } from '../text.ts'
import type { ListProof } from '../verify/proof.ts'
import { releaseName } from '../version/go-version.ts'
import { suggestVersions } from '../version/suggest.ts'
import { type ArchiveFile, forgetArchive, forgetDownload, openProvenArchive, preparePartial } from './archive-cache.ts'
import type { Workbench } from './workbench.ts'

/** No archive of Go is larger; the largest has 170 MB. */
const maxArchiveBytes = 600_000_000

/** An archive at hand whose hash is known, and what its own source says of it. */
export interface FetchedArchive {
  readonly file: ArchiveFile
  readonly source: ArchiveSource
  /** Where it came from, as it may be shown. */
  readonly url: string
  /** That its list names these very bytes; absent for module zips, which have no list of hashes. */
  readonly listed: ListProof | undefined
  /** Whether part of it was left by an earlier run. */
  readonly resumed: boolean
}

/**
 * Fetches the archive of a toolchain from the first source that has it, or takes it from the cache where it was proven before.
 * Throws GvError('no-such-version') when no source has it, ('network'), ('verification') when it is not what its list names.
 */
export async function fetchArchive(work: Workbench, id: ToolchainId, task: Task): Promise<FetchedArchive> {
  const catalog = await catalogIfAny(work)
  const cached = await fromCache(work, id, catalog)
  if (cached) return cached
  const sources = archiveSources(work.plan, id.version, id.platform, catalog)
  task.phase('downloading')
  try {
    return await tryProxies(sources, (source) => download(work, source, task))
  } catch (error) {
    throw isAbsence(error, id, catalog) ? noSuchVersion(id, catalog, error) : error
  }
}

/** An exact version needs no list, so that one that cannot be had is no failure here. */
async function catalogIfAny(work: Workbench): Promise<Catalog | undefined> {
  try {
    return await work.catalog()
  } catch (error) {
    if (error instanceof GvError && error.code === 'network') return undefined
    throw error
  }
}

async function fromCache(work: Workbench, id: ToolchainId, catalog: Catalog | undefined) {
  // Also with the network forbidden: where an archive came from is part of its name only.
  const sources = archiveSources({ ...work.plan, offline: undefined }, id.version, id.platform, catalog)
  for (const source of sources) {
    const file = await openProvenArchive(work.store, source.fileName)
    if (file) return { file, source, url: file.url, listed: undefined, resumed: false }
  }
  return undefined
}

async function download(work: Workbench, source: ArchiveSource, task: Task): Promise<FetchedArchive> {
  const listed = source.kind === 'tarball' ? await listedAs(work, source) : undefined
  const assertRoom = roomCheck(work.store)
  assertRoom(0, listed?.sizeBytes)
  const file = await work.client
    .download(source.url, {
      what: source.fileName,
      partial: preparePartial(work.store, source.fileName),
      maxBytes: maxArchiveBytes,
      expected: listed && { sha256: listed.sha256, sizeBytes: listed.sizeBytes },
      onProgress: (done, total) => {
        assertRoom(done, total)
        task.progress(done, total)
      },
    })
    .catch((error: unknown) => {
      if (error instanceof GvError && error.code === 'verification') distrust(work, source)
      throw error
    })
  const url = shownUrl(source.url)
  return {
    file,
    source,
    url,
    listed: listed && { url: listed.url, sha256: file.sha256, sizeBytes: file.sizeBytes },
    resumed: file.resumedAtBytes > 0,
  }
}

/** Looks once, when the size of an archive becomes known, whether there is room for what is still to come of it and for its tree. */
function roomCheck({ tmp }: Store): (doneBytes: number, totalBytes: number | undefined) => void {
  let isChecked = false
  return (doneBytes, totalBytes) => {
    if (isChecked || totalBytes === undefined) return
    isChecked = true
    assertFreeSpace(tmp, totalBytes - doneBytes + unpackedBytes(totalBytes))
  }
}

/**
 * Throws away what was fetched of an archive that was refused, and has its list asked for anew: the next run starts
 * from nothing, and finds out whether the source is honest by then.
 */
export function distrust(work: Workbench, { origin, fileName }: ArchiveSource): void {
  forgetDownload(work.store, fileName)
  forgetArchive(work.store, fileName)
  expireList(origin, work.store.cache)
}

/** What go.dev, or a mirror of it, says a tarball is: by its list, or for what is not in there by the `.sha256` beside it. */
async function listedAs(work: Workbench, source: TarballSource) {
  const { origin, sha256, sizeBytes } = source
  if (sha256 !== undefined) return { url: shownUrl(origin.base), sha256, sizeBytes }
  const url = checksumUrl(source)
  const answer = await work.client.get(url, { what: `${source.fileName}.sha256`, maxBytes: 1024 })
  const found = /^([0-9a-f]{64})(?:[ \t]+\*?\S+)?\s*$/.exec(answer.body.toString('latin1'))?.[1]
  if (found !== undefined) return { url: shownUrl(url), sha256: found, sizeBytes: undefined }
  throw new GvError('verification', `${source.fileName} cannot be checked`, {
    reason: `${shownUrl(url)} holds no SHA-256`,
    hint: 'gv ls-remote shows what can be installed',
  })
}

/**
 * "Not there" from every source; and "forbidden" for what no list has, as some proxies answer for versions that do
 * not exist.
 */
function isAbsence(error: unknown, id: ToolchainId, catalog: Catalog | undefined): boolean {
  if (!(error instanceof HttpStatusError)) return false
  return error.notThere || (error.status === 403 && !isListed(catalog, id))
}

function isListed(catalog: Catalog | undefined, id: ToolchainId): boolean {
  const release = catalog?.releases.find(({ version }) => version.text === id.version.text)
  return release?.archives.some(({ platform }) => samePlatform(platform, id.platform)) ?? false
}

function noSuchVersion(id: ToolchainId, catalog: Catalog | undefined, error: unknown): GvError {
  const releases = catalog?.releases ?? []
  const others = releases.filter((release) =>
    release.archives.some((archive) => samePlatform(archive.platform, id.platform)),
  )
  const near = suggestVersions(
    id.version.text,
    others.map(({ version }) => version),
  )
  const exists = releases.some(({ version }) => version.text === id.version.text)
  const platform = platformName(id.platform)
  const because = error instanceof GvError ? error.reason : undefined
  const details = (reason: string | undefined, hint: string) => ({
    reason: [because, reason].filter((part) => part !== undefined).join('; '),
    hint,
    cause: error,
  })
  const what = `there is no ${releaseName(id.version)} for ${platform}`
  if (catalog?.vanished.includes(releaseName(id.version))) {
    const reason = `${catalog.from} listed it once, and does no longer`
    return new GvError(
      'no-such-version',
      what,
      details(reason, `to forget what it listed: rm ${typed(catalog.keptIn)}`),
    )
  }
  const guess = near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined
  const usual = exists || near[0] === undefined ? 'gv ls-remote' : `gv install ${typed(near[0])}`
  const hint = otherArchHint(releases, id) ?? usual
  return new GvError('no-such-version', what, details(guess, hint))
}

/** Apple silicon runs programs for Intel Macs (Rosetta 2); of releases before 1.16 there are no others. Taken only where it is said. */
function otherArchHint(releases: Catalog['releases'], { version, platform }: ToolchainId): string | undefined {
  if (platform.os !== 'darwin' || platform.arch !== 'arm64') return undefined
  const archives = releases.find((release) => release.version.text === version.text)?.archives ?? []
  const hasIntel = archives.some((archive) => samePlatform(archive.platform, { os: 'darwin', arch: 'amd64' }))
  return hasIntel ? `gv install ${typed(version.text)} --arch amd64` : undefined
}
