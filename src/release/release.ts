import type { Platform } from '../platform.ts'
import type { GoVersion } from '../version/go-version.ts'

/** A binary archive that can be had; its hash and size are known from go.dev's list only, and not for the oldest. */
export interface ReleaseArchive {
  readonly platform: Platform
  /** 64 lower-case hex digits. */
  readonly sha256: string | undefined
  readonly sizeBytes: number | undefined
}

/** A release as some list told of it. */
export interface Release {
  readonly version: GoVersion
  /** False for betas and release candidates. */
  readonly stable: boolean
  readonly archives: readonly ReleaseArchive[]
}
