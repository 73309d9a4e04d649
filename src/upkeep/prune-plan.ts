/** What of a store, and of what the go command left beside it, nobody needs any more. */
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { type Store, toolchainName } from '../store/layout.ts'
import { readLink } from '../store/link.ts'
import { inModuleCache, inSdkFolder } from './foreign-toolchains.ts'
import { type UseQuery, usesOf } from './uses.ts'

/** Something that may go. */
export interface Superfluous {
  readonly kind: 'toolchain' | 'archive' | 'download' | 'module cache' | '~/sdk'
  /** `go1.22.5`, or the name of a file. */
  readonly name: string
  readonly paths: readonly string[]
  /** Why it may go, in words fit for a terminal. */
  readonly reason: string
  /** Of the store, for kind `toolchain`. */
  readonly toolchain: Toolchain | undefined
}

/** What stays, and why. */
export interface Kept {
  readonly name: string
  readonly reasons: readonly string[]
}

export interface PrunePlan {
  readonly superfluous: readonly Superfluous[]
  readonly kept: readonly Kept[]
}

const dayMs = 86_400_000
/** A project that was not seen for so long, and a toolchain that was not run for so long, keeps nothing. */
const projectDays = 180
const runDays = 30
/** A download that was cut off is continued within a day, or never. */
const downloadDays = 1

/** @param moduleCache GOMODCACHE; undefined where it is not the user's own that is cleared up */
export function planPruning(query: UseQuery, moduleCache: string | undefined): PrunePlan {
  const { context, store } = query
  const now = context.now().getTime()
  const oldest = new Date(now - projectDays * dayMs).toISOString().slice(0, 10)
  const uses = usesOf({ ...query, counts: ({ day }) => day >= oldest })
  const installed = listInstalled(store, context.host)
  const neededVersions = new Set(installed.filter(({ name }) => uses.has(name)).map(({ version }) => version.text))
  const newest = readLink(store.current) === undefined ? installed[0] : undefined
  const kept: Kept[] = []
  const toolchains = installed.flatMap((toolchain): Superfluous[] => {
    const { name, goroot, version } = toolchain
    const reasons = uses.get(name)?.map(({ text }) => text) ?? []
    const run = lastRun(goroot)
    if (run !== undefined && now - run < runDays * dayMs)
      reasons.push(`it was run on ${new Date(run).toISOString().slice(0, 10)}`)
    if (toolchain === newest) reasons.push('it is the newest, and no default is set')
    if (reasons.length === 0 && neededVersions.has(version.text)) reasons.push(`${version.text} is needed here`)
    if (reasons.length === 0)
      return [{ kind: 'toolchain', name, paths: [goroot], reason: 'nothing asks for it', toolchain }]
    kept.push({ name, reasons })
    return []
  })
  return { superfluous: [...toolchains, ...cached(store, now), ...foreign(query, moduleCache)], kept }
}

/**
 * When `go` of a toolchain was last run, in milliseconds, as far as the file system remembers when it was read: most do so once a day
 * (relatime). Undefined when it was not since it came. Projects that the shell's hook serves alone are known by nothing else.
 */
function lastRun(goroot: string): number | undefined {
  const stat = statOf(join(goroot, 'bin/go'))
  const hourMs = 3_600_000
  return stat && stat.atimeMs > stat.ctimeMs + hourMs ? stat.atimeMs : undefined
}

/** Archives that were proven once, which are only worth something offline, and downloads that nobody continues. */
function cached(store: Store, now: number): Superfluous[] {
  const archives = join(store.cache, 'archives')
  const downloads = join(store.cache, 'downloads')
  const isOld = (path: string) => now - (statOf(path)?.mtimeMs ?? now) > downloadDays * dayMs
  return [
    ...filesIn(archives).map((name): Superfluous => {
      return { ...file(archives, name), kind: 'archive', reason: 'its toolchain was installed from it' }
    }),
    ...filesIn(downloads)
      .filter((name) => isOld(join(downloads, name)))
      .map(
        (name): Superfluous => ({
          ...file(downloads, name),
          kind: 'download',
          reason: 'it was cut off more than a day ago',
        }),
      ),
  ]
}

function file(folder: string, name: string) {
  return { name, paths: [join(folder, name)], toolchain: undefined }
}

function foreign({ context, store }: UseQuery, moduleCache: string | undefined): Superfluous[] {
  if (moduleCache === undefined) return []
  const { host, home } = context
  const own = new Set(listInstalled(store, host).map(({ name }) => name))
  return [...inModuleCache(moduleCache), ...inSdkFolder(home, host)].map(({ version, platform, place, paths }) => {
    const name = toolchainName(version, platform, host)
    const reason = own.has(name) ? 'gv has it, too' : 'go downloads it again when it needs it'
    return { kind: place, name, paths, reason, toolchain: undefined }
  })
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry: Dirent) => (entry.isFile() ? [entry.name] : []))
  } catch {
    return []
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}
