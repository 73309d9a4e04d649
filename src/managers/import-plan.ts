/** What can be taken over from other managers, and what of it gv has already. */
import { isAbsolute, resolve } from 'node:path'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { readGoSettings } from '../goenv/settings.ts'
import { identifyGoroot } from '../inspect/identify.ts'
import { listInstalled } from '../store/installed.ts'
import { type Store, type ToolchainId, toolchainName } from '../store/layout.ts'
import { readLink } from '../store/link.ts'
import { quoted } from '../text.ts'
import type { GoVersion } from '../version/go-version.ts'
import { selectVersion } from '../version/select.ts'
import { parseSpec, type VersionSpec } from '../version/spec.ts'
import { closest } from '../version/suggest.ts'
import { healFolder } from './leftovers.ts'
import { findManagers, type Manager, type ManagerName, machineWide, managerNames } from './managers.ts'

/** A GOROOT that somebody else put there. */
export interface Found {
  /** Undefined for one that was named by its path. */
  readonly manager: ManagerName | undefined
  readonly goroot: string
  /** What it says it is; or why it is no release. */
  readonly toolchain: (ToolchainId & { readonly name: string }) | undefined
  readonly problem: string | undefined
  /** Whether gv has that release, or another of these is taken for it. */
  readonly isKnown: boolean
  /** Whether the original stays whatever the user wishes: it is not the user's alone. */
  readonly isMachineWide: boolean
}

/** What another manager says is the default. */
export interface FoundDefault {
  readonly manager: ManagerName
  readonly file: string
  readonly spec: VersionSpec
}

export interface ImportPlan {
  readonly found: readonly Found[]
  /** The one that becomes gv's; undefined where gv has one, or none says anything that gv can read. */
  readonly default: FoundDefault | undefined
}

/**
 * Looks at what the managers have that are named, or at all. Throws GvError('usage') for a name that is none and a path that is no folder.
 * @param names as they were typed: names of managers, or paths of GOROOTs
 */
export function planImport(context: Context, store: Store, names: readonly string[]): ImportPlan {
  const managers = managersNamed(context, names)
  const paths = names.filter(isPath).map((path) => ({ manager: undefined, goroot: absolute(context, path) }))
  const all = [
    ...managers.flatMap(({ name, goroots }) => goroots.map((goroot) => ({ manager: name, goroot }))),
    ...paths,
  ]
  const known = new Set(listInstalled(store, context.host).map(({ name }) => name))
  const found = all.map(({ manager, goroot }): Found => {
    const identified = identify(goroot, context)
    const isKnown = identified.toolchain !== undefined && known.has(identified.toolchain.name)
    if (identified.toolchain) known.add(identified.toolchain.name)
    return {
      manager,
      goroot,
      ...identified,
      isKnown,
      isMachineWide: manager !== undefined && machineWide.includes(manager),
    }
  })
  return { found, default: readLink(store.current) === undefined ? defaultOf(managers) : undefined }
}

/** The installed release that a default means. */
export function versionOfDefault(said: FoundDefault, installed: readonly GoVersion[]): GoVersion | undefined {
  return selectVersion(said.spec, installed)
}

/** Ends what an import left that was killed, in the folders of the managers that are named, or of all. Throws GvError('storage'). */
export async function healManagers(context: Context, names: readonly string[]): Promise<void> {
  for (const { folders } of managersNamed(context, names)) for (const folder of folders) await healFolder(folder)
}

function managersNamed(context: Context, names: readonly string[]): Manager[] {
  const moduleCache = readGoSettings(context).GOMODCACHE.value || undefined
  const wanted = names.filter((name) => !isPath(name)).map(managerNamed)
  const managers = findManagers({ ...context, moduleCache })
  return names.length === 0 ? managers : managers.filter(({ name }) => wanted.includes(name))
}

function isPath(name: string): boolean {
  return name.includes('/') && name !== '/usr/local/go'
}

function managerNamed(text: string): ManagerName {
  const name = managerNames.find((known) => known === text)
  if (name) return name
  const near = closest(text, managerNames)
  throw new GvError('usage', `gv imports nothing from ${quoted(text)}`, {
    reason: near === undefined ? undefined : `did you mean "${near}"?`,
    hint: `gv import takes ${managerNames.join(', ')}, or the path of a GOROOT`,
  })
}

function absolute({ cwd }: Context, path: string): string {
  return isAbsolute(path) ? resolve(path) : resolve(cwd, path)
}

function identify(goroot: string, { host }: Context): Pick<Found, 'toolchain' | 'problem'> {
  try {
    const id = identifyGoroot(goroot)
    return { toolchain: { ...id, name: toolchainName(id.version, id.platform, host) }, problem: undefined }
  } catch (error) {
    if (!(error instanceof GvError)) throw error
    return { toolchain: undefined, problem: error.reason ?? error.message }
  }
}

function defaultOf(managers: readonly Manager[]): FoundDefault | undefined {
  for (const { name, default: said } of managers) {
    const spec = said && specOf(said.text)
    if (said && spec) return { manager: name, file: said.file, spec }
  }
  return undefined
}

/** A spec that names releases; managers have words of their own besides. */
function specOf(text: string): VersionSpec | undefined {
  try {
    const spec = parseSpec(text)
    return spec.kind === 'path' || spec.kind === 'system' ? undefined : spec
  } catch {
    return undefined
  }
}
