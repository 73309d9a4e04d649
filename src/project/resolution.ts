/** The answer to "which Go is meant here?" and what it is found from. */
import type { Environment } from '../context.ts'
import type { GoVersion } from '../version/go-version.ts'
import type { VersionSpec } from '../version/spec.ts'
import type { InstalledToolchain } from './choice.ts'
import type { ForeignGo } from './goroot.ts'
import type { FoundRequirement, ModuleSettings } from './module-file.ts'

/** Who decided. Files are absolute, lines begin with 1. */
export type Source =
  | { readonly kind: 'pin' | 'go.mod' | 'go.work'; readonly file: string; readonly line: number }
  /** The spec of this call (`+1.22`); GV_VERSION; `current`; the Go that gv did not install; nobody. */
  | {
      readonly kind: 'argument' | 'environment' | 'default' | 'system' | 'none'
      readonly file: undefined
      readonly line: undefined
    }

export interface Resolution {
  readonly source: Source
  /** What was written there, without `go` or a custom suffix where a module file says it; null if nobody decided. */
  readonly spec: string | null
  /** What runs, or what is to be installed; null where only the list of releases can tell, or a Go has no version. */
  readonly version: GoVersion | null
  /** Whether there is something to run. */
  readonly installed: boolean
  /** The program `go` to run, absolute; null if there is none. */
  readonly program: string | null
  /** Its GOROOT; null also for somebody's wrapper of which it is not known. */
  readonly goroot: string | null
  /** What is to be installed; null if there is something to run, or nobody decided. */
  readonly wanted: VersionSpec | null
  /** What go.work or go.mod ask for, whether it decided or not; undefined if nothing, or if it was overridden and is broken. */
  readonly requirement: FoundRequirement | undefined
  /** An installed toolchain that would do for the requirement that decided, if what it asks for cannot be installed. */
  readonly substitute: InstalledToolchain | undefined
  /** One sentence without a full stop, fit for a terminal. */
  readonly reason: string
  /** Each a sentence without a full stop, fit for a terminal. */
  readonly warnings: readonly string[]
}

export interface ResolveInput {
  /** As getcwd gives it; $PWD of `env` says how it was reached. */
  readonly cwd: string
  /** GV_VERSION, PWD and TMPDIR count. */
  readonly env: Environment
  readonly home: string
  /** The effective user; undefined where there are none, and then no file is distrusted. */
  readonly uid: number | undefined
  /** The spec of this call: `+1.22`, `gv exec 1.22`. */
  readonly asked: string | undefined
  /** The user's settings of the go command; an empty GOTOOLCHAIN is `auto`. */
  readonly settings: ModuleSettings & { readonly GOTOOLCHAIN: string }
  /** Toolchains of this machine's platform: the user's store first, then the system store. */
  readonly installed: readonly InstalledToolchain[]
  /** What the store's `current` leads to. */
  readonly current: InstalledToolchain | undefined
  /** Asked only when needed. */
  readonly findSystemGo: () => ForeignGo | undefined
  /** `minimum`: the default is preferred where it is new enough for go.mod. */
  readonly gomod: 'requirement' | 'minimum'
  /** Warnings from gathering all this. */
  readonly notes: readonly string[]
  /** Whether pins above the project may belong to anyone (RELIABILITY.md, "Shared hosts"). */
  readonly trustsSharedFiles: boolean
}
