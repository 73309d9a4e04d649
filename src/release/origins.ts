/** A place that lists and serves toolchains. */
export type Origin =
  | {
      readonly kind: 'downloads'
      /** As people know it: `go.dev`, `GV_MIRROR`, or the host given to --source. */
      readonly name: string
      /** A URL shaped like https://go.dev/dl. */
      readonly base: URL
      readonly fallBackOnAnyError: boolean
    }
  | {
      readonly kind: 'module-proxy'
      /** `GOPROXY`, or `go.dev` for GOPROXY=direct. */
      readonly name: string
      /** The URL of a GOPROXY. */
      readonly base: URL
      readonly fallBackOnAnyError: boolean
    }
