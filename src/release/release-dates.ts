import { join } from 'node:path'
import { GvError } from '../errors.ts'
import { readBoundedText } from '../goenv/bounded-file.ts'
import { isNotThere, tryProxies } from '../goenv/goproxy.ts'
import type { HttpClient } from '../net/client.ts'
import { HttpStatusError } from '../net/http-error.ts'
import type { GoVersion } from '../version/go-version.ts'
import { writeCacheFile } from './cache-file.ts'
import { isJsonObject, jsonValue } from './json-fields.ts'
import type { Origin } from './origins.ts'
import { maxInfoBytes, parseToolchainInfo, proxyFileUrl, toolchainModuleVersion } from './proxy-list.ts'

export interface ReleaseDateOptions {
  readonly client: Pick<HttpClient, 'get'>
  /** `proxyOrigins` of the settings; none when the network is forbidden. */
  readonly origins: readonly Origin[]
  /** The store's `cache` folder, absolute. */
  readonly cacheFolder: string
}

/** Requests under way at once. */
const width = 8

/**
 * When releases were made, by the `.info` of their module for linux-amd64, which every release has; by `text` of the
 * version. A date once known is kept for good. What cannot be learned is left out, in silence; an origin that fails
 * otherwise than by an answer is not asked again. Throws only GvError('interrupted').
 */
export async function releaseDates(
  versions: readonly GoVersion[],
  options: ReleaseDateOptions,
): Promise<ReadonlyMap<string, Date>> {
  const path = join(options.cacheFolder, 'info/release-dates.json')
  const dates = readDates(path)
  const missing = versions.filter((version) => !dates.has(version.text))
  const asker = new DateAsker(options)
  const queue = missing.values()
  const learned: (readonly [string, Date])[] = []
  const workers = Array.from({ length: Math.min(width, missing.length) }, async () => {
    for (const version of queue) {
      const date = await asker.ask(version)
      if (date) learned.push([version.text, date])
    }
  })
  await Promise.all(workers)
  if (learned.length > 0) writeDates(path, new Map([...dates, ...learned]))
  return new Map([...dates, ...learned])
}

class DateAsker {
  readonly #options: ReleaseDateOptions
  readonly #dead = new Set<Origin>()

  constructor(options: ReleaseDateOptions) {
    this.#options = options
  }

  async ask(version: GoVersion): Promise<Date | undefined> {
    const origins = this.#alive()
    if (origins.length === 0) return undefined
    try {
      return await tryProxies(origins, (origin) => this.#askOrigin(origin, version))
    } catch (error) {
      if (!(error instanceof GvError) || error.code === 'interrupted') throw error
      return undefined
    }
  }

  /** A dead origin still keeps those behind it from being asked, unless its rule of going on says otherwise. */
  #alive(): readonly Origin[] {
    const { origins } = this.#options
    const barrier = origins.findIndex((origin) => this.#dead.has(origin) && !origin.fallBackOnAnyError)
    return origins.slice(0, barrier < 0 ? undefined : barrier).filter((origin) => !this.#dead.has(origin))
  }

  async #askOrigin(origin: Origin, version: GoVersion): Promise<Date> {
    const moduleVersion = toolchainModuleVersion(version, { os: 'linux', arch: 'amd64' })
    try {
      const url = proxyFileUrl(origin.base, moduleVersion, 'info')
      const answer = await this.#options.client.get(url, {
        what: `the date of ${moduleVersion}`,
        maxBytes: maxInfoBytes,
      })
      return parseToolchainInfo(answer.body.toString('utf8'), moduleVersion)
    } catch (error) {
      if (!isNotThere(error) && !(error instanceof HttpStatusError && error.status < 500)) this.#dead.add(origin)
      throw error
    }
  }
}

function readDates(path: string): ReadonlyMap<string, Date> {
  const file = readBoundedText(path, 1_000_000)
  const value = 'text' in file ? jsonValue(file.text) : undefined
  if (!isJsonObject(value)) return new Map()
  return new Map(
    Object.entries(value).flatMap(([version, time]) => {
      const date = new Date(typeof time === 'string' ? time : Number.NaN)
      return Number.isNaN(date.getTime()) ? [] : [[version, date] as const]
    }),
  )
}

function writeDates(path: string, dates: ReadonlyMap<string, Date>): void {
  const entries = [...dates].map(([version, date]) => [version, date.toISOString()] as const)
  writeCacheFile(path, JSON.stringify(Object.fromEntries(entries)))
}
