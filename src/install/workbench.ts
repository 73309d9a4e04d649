import { join } from 'node:path'
import type { Context } from '../context.ts'
import type { GoSettings } from '../goenv/go-setting.ts'
import { readGoSettings } from '../goenv/settings.ts'
import { type HttpClient, openHttpClient } from '../net/client.ts'
import { ownVersion } from '../own-version.ts'
import type { Reporter } from '../progress/reporter.ts'
import { type Catalog, loadCatalog } from '../release/catalog.ts'
import { mayUsePlainHttp, type OriginPlan, planOrigins } from '../release/origins.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { type Store, storeLayout } from '../store/layout.ts'
import { isRootsAlone } from '../store/ownership.ts'
import { seeSystemStore } from '../system/seen.ts'
import { parseGosumdb } from '../verify/gosumdb.ts'

/** What the user said on the command line about where things come from and how they are proven. */
export interface WorkOptions {
  /** --source, as typed. */
  readonly source: string | undefined
  readonly offline: boolean
  /** A PGP signature is demanded as well. */
  readonly gpg: boolean
  /** A toolchain without a proof is taken. */
  readonly insecure: boolean
}

/** What every piece of an installation works with. Nothing in it asks for anything before it is used. */
export interface Workbench {
  readonly context: Context
  readonly store: Store
  readonly settings: GoSettings
  readonly options: WorkOptions
  readonly reporter: Reporter
  readonly plan: OriginPlan
  readonly client: HttpClient
  /** What is there for all users of the machine beside the user's own store, and is not fetched again; nothing at work on the system store itself. */
  shared(): readonly Toolchain[]
  /** The list of releases, asked for once. Throws GvError('network'). */
  catalog(): Promise<Catalog>
}

/**
 * Throws GvError('usage') for settings that cannot be read. The caller closes the client.
 * @param store the user's own, if not said otherwise
 */
export function openWorkbench(
  context: Context,
  options: WorkOptions,
  reporter: Reporter,
  store: Store = storeLayout(context),
): Workbench {
  const isSystem = store.kind === 'system'
  const gvGoroots = listInstalled(store, context.host).map(({ goroot }) => goroot)
  // For all users counts only what root put there: the go.env of a Go names whom to ask, and which log proves it.
  const settings = readGoSettings({
    ...context,
    gvGoroots,
    ...(isSystem && { isTrusted: (goroot: string) => isRootsAlone(join(goroot, 'go.env')) }),
  })
  const plan = planOrigins({
    settings,
    mirror: context.env.GV_MIRROR,
    source: options.source,
    offline: offlineReason(context, options),
  })
  const client = openHttpClient({
    ...context,
    allowHttp: plainHttpRule(plan, settings),
    onRetry: (line) => reporter.notice(`gv: ${line}`),
    userAgent: `gv/${ownVersion}`,
  })
  let catalog: Promise<Catalog> | undefined
  const notice = (line: string) => reporter.notice(`gv: ${line}`)
  return {
    context,
    store,
    settings,
    options,
    reporter,
    plan,
    client,
    shared: () => (isSystem ? [] : seeSystemStore(context, process.geteuid?.()).toolchains),
    catalog: () => {
      catalog ??= shown(reporter, loadCatalog({ client, plan, notice, cacheFolder: store.cache, now: context.now }))
      return catalog
    },
  }
}

/** A server may take its time. */
async function shown<T>(reporter: Reporter, asking: Promise<T>): Promise<T> {
  const task = reporter.task('releases')
  task.phase('asking for the list')
  try {
    return await asking
  } finally {
    task.end()
  }
}

/** Plain http is the user's own wish where a source or the checksum database is named so. */
function plainHttpRule(plan: OriginPlan, settings: GoSettings): (url: URL) => boolean {
  const isSource = mayUsePlainHttp(plan, settings)
  return (url) => {
    if (isSource(url)) return true
    const log = parseGosumdb(settings.GOSUMDB.value)
    return log.kind === 'log' && log.url?.protocol === 'http:' && log.url.host === url.host
  }
}

function offlineReason(context: Context, options: WorkOptions): string | undefined {
  if (options.offline) return '--offline'
  const { GV_OFFLINE } = context.env
  return GV_OFFLINE && GV_OFFLINE !== '0' && GV_OFFLINE !== 'false' ? 'GV_OFFLINE' : undefined
}
