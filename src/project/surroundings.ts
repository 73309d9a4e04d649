/** All that a resolution depends on, gathered from this machine. */
import { resolve } from 'node:path'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { readUserEnvFile, userEnvFilePath } from '../goenv/env-file.ts'
import { samePlatform } from '../platform.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { type Store, storeLayout, systemStoreLayout } from '../store/layout.ts'
import { readLink } from '../store/link.ts'
import { reasonForStoreDistrust } from '../store/ownership.ts'
import { seeSystemStore } from '../system/seen.ts'
import { printable } from '../text.ts'
import type { ResolveInput } from './resolution.ts'
import { findSystemGo } from './system-go.ts'

/** What the call and the user's configuration say. */
export interface ResolveOptions {
  readonly asked?: string | undefined
  readonly gomod?: ResolveInput['gomod']
  readonly trustsSharedFiles?: boolean
}

/**
 * The input for `resolveGo` in the folder where gv was called. Throws GvError when the user's store belongs to somebody else,
 * or when it or the file of `go env -w` cannot be read.
 */
export function surroundingsOf(context: Context, options: ResolveOptions = {}): ResolveInput {
  const { env, cwd, home } = context
  const uid = options.trustsSharedFiles ? undefined : process.geteuid?.()
  const store = storeLayout(context)
  const own = ownToolchains(store, context, uid)
  const system = seeSystemStore(context, uid)
  const installed = [...own, ...runningHere(system.toolchains, context)]
  return {
    cwd,
    env,
    home,
    uid,
    asked: options.asked,
    settings: moduleSettings(context),
    installed,
    current: currentOf(store, installed),
    findSystemGo: () => findSystemGo({ env, systemLink: systemStoreLayout(context).current, storeRoot: store.root }),
    gomod: options.gomod ?? 'requirement',
    trustsSharedFiles: options.trustsSharedFiles ?? false,
    notes: system.notes,
  }
}

function ownToolchains(store: Store, context: Context, uid: number | undefined): Toolchain[] {
  const distrust = uid === undefined ? undefined : reasonForStoreDistrust(store.root, uid)
  if (distrust === undefined) return runningHere(listInstalled(store, context.host), context)
  throw new GvError('storage', `the store ${printable(store.root)} is not used`, {
    reason: distrust,
    hint: 'export GV_ROOT="$HOME/.gv", or see `ls -ld` of it',
  })
}

function runningHere(toolchains: readonly Toolchain[], { host }: Context): Toolchain[] {
  return toolchains.filter(({ platform }) => samePlatform(platform, host))
}

/** What `current` leads to, if that is installed. */
function currentOf(store: Store, installed: readonly Toolchain[]): Toolchain | undefined {
  const target = linkTarget(store.current)
  if (target === undefined) return undefined
  const goroot = resolve(store.root, target)
  return installed.find((toolchain) => toolchain.goroot === goroot)
}

function linkTarget(link: string): string | undefined {
  try {
    return readLink(link)
  } catch {
    // A folder in its place, or one that may not be looked into: no default that could be run.
    return undefined
  }
}

/** What the user told `go`; the go.env of this or that Go is no word of the user's. */
function moduleSettings({ env, host, cwd }: Context): ResolveInput['settings'] {
  const path = userEnvFilePath(env, host, cwd)
  const file = path === undefined ? undefined : readUserEnvFile(path)
  const value = (name: string) => env[name] || file?.values.get(name) || ''
  return { GOWORK: value('GOWORK'), GO111MODULE: value('GO111MODULE'), GOTOOLCHAIN: value('GOTOOLCHAIN') }
}
