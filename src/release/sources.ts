import { GvError } from '../errors.ts'
import { type Platform, platformName, samePlatform } from '../platform.ts'
import { type GoVersion, releaseName } from '../version/go-version.ts'
import type { Catalog } from './catalog.ts'
import { type Origin, type OriginPlan, originId, reachableOrigins } from './origins.ts'
import { archiveFileName } from './platform-names.ts'
import { proxyFileUrl, toolchainModuleVersion, urlBelow } from './proxy-list.ts'

/** A place where the archive of one toolchain may be. */
export type ArchiveSource = TarballSource | ZipSource

export interface TarballSource {
  /** go.dev's `.tar.gz`, with everything below `go/`. */
  readonly kind: 'tarball'
  readonly origin: Origin
  /** `go1.22.5.linux-amd64.tar.gz` */
  readonly fileName: string
  readonly url: URL
  /** What the origin's own list says of it; absent where the list does not have it. */
  readonly sha256: string | undefined
  readonly sizeBytes: number | undefined
  readonly fallBackOnAnyError: boolean
}

interface ZipSource {
  /** The zip of the module golang.org/toolchain. */
  readonly kind: 'zip'
  readonly origin: Origin
  /** `v0.0.1-go1.22.5.linux-amd64.zip` */
  readonly fileName: string
  readonly url: URL
  readonly fallBackOnAnyError: boolean
}

/**
 * The places for one archive, in the order to try them (by `tryProxies`). Those that could not be reached when the
 * catalog was asked for are left out. Throws GvError('network') when the network is forbidden or no place is left.
 */
export function archiveSources(
  plan: OriginPlan,
  version: GoVersion,
  platform: Platform,
  catalog?: Pick<Catalog, 'id' | 'releases' | 'unreachable'>,
): readonly ArchiveSource[] {
  const dead = new Set(catalog?.unreachable.map(originId))
  const sources = reachableOrigins(plan)
    .filter((origin) => !dead.has(originId(origin)))
    .flatMap((origin) => sourceAt(origin, version, platform, catalog) ?? [])
  if (sources.length > 0) return sources
  const wanted = `${releaseName(version)} for ${platformName(platform)}`
  if (plan.offline === undefined) throw new GvError('network', `there is no place to fetch ${wanted} from`)
  throw new GvError('network', `${wanted} cannot be fetched`, {
    reason: `${plan.offline} forbids the network`,
    hint: `do without ${plan.offline}`,
  })
}

/** Where go.dev keeps the SHA-256 of an archive, as 64 hex digits. */
export function checksumUrl(source: TarballSource): URL {
  return urlBelow(source.origin.base, `${source.fileName}.sha256`)
}

/** Where go.dev keeps the detached, armoured PGP signature of an archive. */
export function signatureUrl(source: TarballSource): URL {
  return urlBelow(source.origin.base, `${source.fileName}.asc`)
}

function sourceAt(
  origin: Origin,
  version: GoVersion,
  platform: Platform,
  catalog: Pick<Catalog, 'id' | 'releases'> | undefined,
): ArchiveSource | undefined {
  const { fallBackOnAnyError } = origin
  if (origin.kind === 'module-proxy') {
    const moduleVersion = toolchainModuleVersion(version, platform)
    const url = proxyFileUrl(origin.base, moduleVersion, 'zip')
    return { kind: 'zip', origin, fileName: `${moduleVersion}.zip`, url, fallBackOnAnyError }
  }
  const fileName = archiveFileName(version, platform)
  // Go for Windows is a zip with another tree than a module's; only a GOPROXY has one that gv unpacks.
  if (!fileName.endsWith('.tar.gz')) return undefined
  const listed = catalog?.id === originId(origin) ? archiveIn(catalog, version, platform) : undefined
  const url = urlBelow(origin.base, fileName)
  return {
    kind: 'tarball',
    origin,
    fileName,
    url,
    sha256: listed?.sha256,
    sizeBytes: listed?.sizeBytes,
    fallBackOnAnyError,
  }
}

function archiveIn({ releases }: Pick<Catalog, 'releases'>, version: GoVersion, platform: Platform) {
  const release = releases.find((one) => one.version.text === version.text)
  return release?.archives.find((archive) => samePlatform(archive.platform, platform))
}
