/** The settings of the go command that gv heeds. */
export const goVariables = [
  'GO111MODULE',
  'GOAUTH',
  'GOFLAGS',
  'GOINSECURE',
  'GOMODCACHE',
  'GONOPROXY',
  'GONOSUMDB',
  'GOPATH',
  'GOPRIVATE',
  'GOPROXY',
  'GOSUMDB',
  'GOTOOLCHAIN',
  'GOWORK',
] as const

export type GoVariable = (typeof goVariables)[number]

/** One setting as `go env` would print it, and where it was found. */
export interface GoSetting {
  /** Empty when nobody set it and it has no default. Text from outside. */
  readonly value: string
  readonly from: 'environment' | 'go env -w' | 'go.env' | 'default'
  /** The file that says so: `go env -w`'s own, or the go.env of a Go on this machine. */
  readonly file: string | undefined
  /** Whether the user said so (the environment, `go env -w`) and not only whoever packed that Go. */
  readonly userSet: boolean
}

/**
 * The user's settings; a value is looked for when it is asked for, once. `GOWORK` is what was set, not the file that
 * `go` found.
 */
export type GoSettings = Readonly<Record<GoVariable, GoSetting>>
