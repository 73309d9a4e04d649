/** What a toolchain's archive may hold at most; counted while unpacking, never believed from a header. */
export interface UnpackLimits {
  /** Bytes of all contents; for a tarball of the tar stream, headers and padding included. */
  readonly totalBytes: number
  /** Files and folders, also those that are only implied by a path. */
  readonly entries: number
  /** Segments of a path. */
  readonly depth: number
  /** Bytes of a path's segment, as file systems limit it. */
  readonly segmentBytes: number
  /** Bytes of a path. */
  readonly pathBytes: number
}

/** The largest releases have 0.3 GB, 15,000 entries and 15 levels. */
export const unpackLimits: UnpackLimits = {
  totalBytes: 1_500_000_000,
  entries: 60_000,
  depth: 64,
  segmentBytes: 255,
  pathBytes: 1024,
}
