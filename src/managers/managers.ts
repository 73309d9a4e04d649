/** Where other managers of Go's versions keep what they installed, and what they say is the default. */
import { type Dirent, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { globalGoOfMise } from '../config/mise-config.ts'
import type { Environment } from '../context.ts'
import { readBoundedText } from '../goenv/bounded-file.ts'
import type { Platform } from '../platform.ts'
import { systemStoreLayout } from '../store/layout.ts'
import { inModuleCache, inSdkFolder } from '../upkeep/foreign-toolchains.ts'
import { isSpare } from './leftovers.ts'

/** Names that `gv import` takes. */
export const managerNames = [
  'asdf',
  'goenv',
  'gvm',
  'mise',
  'gobrew',
  'g',
  'sdk',
  'homebrew',
  'gomodcache',
  '/usr/local/go',
] as const

export type ManagerName = (typeof managerNames)[number]

/** What belongs to the whole machine, or to a package manager that counts its files, is copied and nothing else. */
export const machineWide: readonly ManagerName[] = ['homebrew', '/usr/local/go']

/** What a manager has on this machine. */
export interface Manager {
  readonly name: ManagerName
  /** Real folders, as the manager has them, sorted by name. They need not be a Go. */
  readonly goroots: readonly string[]
  /** The folders that those lie in, in which links may stand for them after `gv import --link`. */
  readonly folders: readonly string[]
  /** What it says is meant where no project says otherwise, and where it says so. */
  readonly default: { readonly text: string; readonly file: string } | undefined
}

export interface ManagerPlaces {
  readonly env: Environment
  readonly home: string
  readonly host: Platform
  /** GOMODCACHE; undefined where that is not known. */
  readonly moduleCache: string | undefined
}

/** The managers that have something here, in the order in which a default of theirs counts. */
export function findManagers(places: ManagerPlaces): Manager[] {
  return managerNames
    .map((name) => ({ name, ...finders[name](places) }))
    .filter(({ goroots, folders, default: said }) => goroots.length + folders.length > 0 || said !== undefined)
}

type Found = Omit<Manager, 'name'>

/** Each by the layout that its own documentation or source has. */
const finders: Readonly<Record<ManagerName, (places: ManagerPlaces) => Found>> = {
  // Its default stands in ~/.tool-versions, which gv reads as it is.
  asdf: ({ env, home }) =>
    foundIn(versionFolders(join(rootOf(env.ASDF_DATA_DIR, home, '.asdf'), 'installs/golang')), 'go'),
  goenv: ({ env, home }) => {
    const root = rootOf(env.GOENV_ROOT, home, '.goenv')
    return foundIn([join(root, 'versions')], undefined, wordIn(join(root, 'version')))
  },
  gvm: ({ env, home }) => {
    const root = rootOf(env.GVM_ROOT, home, '.gvm')
    const said = wordIn(join(root, 'environments/default'), /\bgvm_go_name="?(go[\w.]+)/)
    return foundIn([join(root, 'gos')], undefined, said)
  },
  mise: ({ env, home }) => {
    const data = rootOf(env.XDG_DATA_HOME, home, '.local/share')
    const config = join(rootOf(env.XDG_CONFIG_HOME, home, '.config'), 'mise/config.toml')
    const root = rootOf(env.MISE_DATA_DIR, data, 'mise')
    return foundIn([join(root, 'installs/go')], undefined, globalGoOfMise(env.MISE_GLOBAL_CONFIG_FILE || config))
  },
  gobrew: ({ env, home }) => {
    const root = join(env.GOBREW_ROOT || home, '.gobrew')
    return foundIn(versionFolders(join(root, 'versions')), 'go', versionBehind(join(root, 'current/go')))
  },
  g: ({ env, home }) => {
    const root = rootOf(env.G_HOME, home, '.g')
    return foundIn([join(root, 'versions')], undefined, versionBehind(join(root, 'go')))
  },
  sdk: ({ home, host }) => ({
    ...copied(inSdkFolder(home, host).map(({ goroot }) => goroot)),
    folders: [join(home, 'sdk')],
  }),
  homebrew: ({ env }) => copied(homebrewPrefixes(env).flatMap(inCellar)),
  gomodcache: ({ moduleCache }) =>
    copied(moduleCache === undefined ? [] : inModuleCache(moduleCache).flatMap(({ goroot }) => folder(goroot))),
  '/usr/local/go': ({ env }) => copied(folder(systemStoreLayout({ env }).current)),
}

/** GOROOTs that are no business of a manager with a folder of its own. */
function copied(goroots: readonly string[]): Found {
  return { goroots, folders: [], default: undefined }
}

/** A GOROOT in each folder of that name, or by any name but those that gv itself gives for a moment; links are other names of the same. */
function foundIn(folders: readonly string[], name?: string, said?: Found['default']): Found {
  const goroots = folders.flatMap((path) =>
    foldersIn(path)
      .filter((inner) => (name === undefined ? !isSpare(inner) : inner === name))
      .map((inner) => join(path, inner)),
  )
  return { goroots, folders, default: said }
}

function versionFolders(path: string): string[] {
  return foldersIn(path).map((name) => join(path, name))
}

/** Source: Homebrew's installation page; the formula keeps its GOROOT in libexec. */
function homebrewPrefixes({ HOMEBREW_PREFIX }: Environment): string[] {
  return [...new Set([HOMEBREW_PREFIX || '/opt/homebrew', '/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'])]
}

function inCellar(prefix: string): string[] {
  const cellar = join(prefix, 'Cellar')
  const formulas = foldersIn(cellar).filter((name) => /^go(?:@1\.\d+)?$/.test(name))
  return formulas.flatMap((formula) => foundIn(versionFolders(join(cellar, formula)), 'libexec').goroots)
}

function folder(path: string): string[] {
  const parent = path.replace(/\/[^/]+$/, '') || '/'
  return foldersIn(parent).some((name) => path.endsWith(`/${name}`)) ? [path] : []
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry: Dirent) => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
  } catch {
    return []
  }
}

function rootOf(said: string | undefined, base: string, name: string): string {
  return said?.startsWith('/') ? said : join(base, name)
}

/** The first word of a file, or what a pattern finds in it. */
function wordIn(file: string, pattern = /^\s*(\S+)/): Found['default'] {
  const read = readBoundedText(file, 64 * 1024)
  const text = 'text' in read ? pattern.exec(read.text)?.[1] : undefined
  return text === undefined || text === 'system' ? undefined : { text, file }
}

/** The version of the GOROOT that a link leads to. */
function versionBehind(link: string): Found['default'] {
  try {
    const text = readFileSync(join(realpathSync(link), 'VERSION'), 'utf8')
      .split('\n', 1)[0]
      ?.trim()
    return text ? { text, file: link } : undefined
  } catch {
    return undefined
  }
}
