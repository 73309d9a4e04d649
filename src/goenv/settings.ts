import { delimiter, join, resolve } from 'node:path'
import type { Environment } from '../context.ts'
import type { Platform } from '../platform.ts'
import { type EnvFile, readPackagedEnvFile, readUserEnvFile, userEnvFilePath } from './env-file.ts'
import { type GoSetting, type GoSettings, type GoVariable, goVariables } from './go-setting.ts'
import { gorootCandidates, usualGoroots } from './goroots.ts'

export interface GoSettingsContext {
  readonly env: Environment
  /** Absolute. */
  readonly home: string
  readonly host: Platform
  /** Absolute; a relative GOENV counts from here. */
  readonly cwd?: string
  /** GOROOTs of gv's own toolchains, newest first: their go.env counts when no other Go is on the machine. */
  readonly gvGoroots?: readonly string[]
  /** Where else a Go may lie; for tests. */
  readonly places?: readonly string[]
  /** Whether the go.env of a GOROOT may count; if not said, every one may. */
  readonly isTrusted?: (goroot: string) => boolean
}

/** Without a go.env the go command has no GOPROXY, and gv invents none: it would ask a host that nobody named. */
const defaults: Readonly<Partial<Record<GoVariable, string>>> = { GOSUMDB: 'sum.golang.org', GOAUTH: 'netrc' }

/**
 * What `go env` would print, without running go: first the environment, where a variable set to nothing counts as
 * unset, then the file of `go env -w`, then the go.env of a Go on this machine. Files are read when a value is first
 * asked for. Throws GvError('failed') when the file of `go env -w` is too big. Source: cmd/go/internal/cfg. Unlike
 * there, a GOROOT without a go.env (Go before 1.21, or one that is gone) leads to the next Go on the machine, and an
 * empty GOSUMDB is the default one.
 */
export function readGoSettings(context: GoSettingsContext): GoSettings {
  const reader = new SettingsReader(context)
  const settings: Partial<GoSettings> = {}
  for (const name of goVariables) {
    Object.defineProperty(settings, name, { enumerable: true, get: () => reader.get(name) })
  }
  if (!hasAll(settings)) throw new Error('a setting was left out')
  return settings
}

function hasAll(settings: Partial<GoSettings>): settings is GoSettings {
  return goVariables.every((name) => name in settings)
}

class SettingsReader {
  readonly #context: GoSettingsContext
  readonly #found = new Map<GoVariable, GoSetting>()
  #userFile: { readonly file: EnvFile | undefined } | undefined
  #packagedFile: { readonly file: EnvFile | undefined } | undefined

  constructor(context: GoSettingsContext) {
    this.#context = context
  }

  get(name: GoVariable): GoSetting {
    const known = this.#found.get(name)
    if (known) return known
    const setting = this.#stated(name) ?? this.#default(name)
    this.#found.set(name, setting)
    return setting
  }

  #stated(name: GoVariable): GoSetting | undefined {
    const inEnvironment = this.#context.env[name]
    if (inEnvironment) return { value: inEnvironment, from: 'environment', file: undefined, userSet: true }
    const user = this.#user()
    const byUser = user?.values.get(name)
    if (user && byUser) return { value: byUser, from: 'go env -w', file: user.path, userSet: true }
    // `go env -w GOPROXY=` leaves an empty line, which hides the one of go.env.
    if (byUser !== undefined) return undefined
    const packaged = this.#packaged()
    const inPackage = packaged?.values.get(name)
    if (packaged && inPackage) return { value: inPackage, from: 'go.env', file: packaged.path, userSet: false }
    return undefined
  }

  #default(name: GoVariable): GoSetting {
    if (name === 'GONOPROXY' || name === 'GONOSUMDB') return this.get('GOPRIVATE')
    if (name === 'GOPATH') return byDefault(this.#defaultGopath())
    if (name === 'GOMODCACHE') return this.#modCacheInGopath()
    return byDefault(defaults[name] ?? '')
  }

  /** Source: cfg.gopathDir. */
  #modCacheInGopath(): GoSetting {
    const gopath = this.get('GOPATH')
    const [first] = gopath.value.split(delimiter)
    return { ...gopath, value: first ? join(first, 'pkg/mod') : '' }
  }

  /** Not when that is where GOROOT lies. Source: go/build.defaultGOPATH. */
  #defaultGopath(): string {
    const { HOME, GOROOT } = this.#context.env
    if (!HOME) return ''
    const gopath = join(HOME, 'go')
    return GOROOT && resolve(GOROOT) === gopath ? '' : gopath
  }

  #user(): EnvFile | undefined {
    this.#userFile ??= { file: this.#readUser() }
    return this.#userFile.file
  }

  #readUser(): EnvFile | undefined {
    const { env, host, cwd } = this.#context
    const path = userEnvFilePath(env, host, cwd ?? '')
    return path === undefined ? undefined : readUserEnvFile(path)
  }

  #packaged(): EnvFile | undefined {
    this.#packagedFile ??= { file: this.#readPackaged() }
    return this.#packagedFile.file
  }

  #readPackaged(): EnvFile | undefined {
    const { isTrusted = () => true } = this.#context
    for (const goroot of this.#goroots()) {
      const file = isTrusted(goroot) ? readPackagedEnvFile(goroot) : undefined
      if (file) return file
    }
    return undefined
  }

  /**
   * For finding go.env, a GOROOT of `go env -w` comes before the environment's (cfg.findGOROOT): so it is in cmd/go.
   */
  *#goroots(): Generator<string> {
    const { env, home, host, places = usualGoroots(home), gvGoroots = [] } = this.#context
    const stated = this.#user()?.values.get('GOROOT') || env.GOROOT
    if (stated) yield stated
    yield* gorootCandidates(env, host, places)
    yield* gvGoroots
  }
}

function byDefault(value: string): GoSetting {
  return { value, from: 'default', file: undefined, userSet: false }
}
