/**
 * Which proofs a toolchain needs before it is published (DESIGN.md, "Installing"). Pure.
 *
 * cmd/go's rule, which is ours where the log is concerned (go1.26, cmd/go/internal/modfetch/sumdb.go, useSumDB): for golang.org/toolchain
 * the log is asked even with GOSUMDB=off and although GONOSUMDB or GOPRIVATE name it, unless GOPROXY as a whole is one file:// URL: then
 * those settings count. GOINSECURE is about transport (repo.go, lookupDirect), never about the log; GOFLAGS=-insecure is no
 * flag any more since Go 1.17; and go.sum cannot stand in, as gv reads none.
 */
import { matchesPatterns } from '../goenv/patterns.ts'
import { shownUrl } from '../text.ts'
import { compareGoVersions, type GoVersion } from '../version/go-version.ts'
import type { FileExcuse } from './proof.ts'

export interface ProofSituation {
  readonly version: GoVersion
  readonly archive: 'tarball' | 'zip'
  /** Where the archive came from. */
  readonly source: URL
  /** Go's own settings, as `go env` would give them. */
  readonly goproxy: string
  readonly gosumdb: string
  readonly gonosumdb: string
  /** --gpg: a PGP signature as well. */
  readonly gpg: boolean
  /** --insecure: without a proof, if there is none. */
  readonly insecure: boolean
}

/** `instead`: only where the log cannot be had. */
type Need = 'required' | 'instead' | 'none'

export interface ProofPlan {
  readonly log: Exclude<Need, 'instead'>
  readonly pgp: Need
  /** What excuses the log. */
  readonly excuse: FileExcuse | undefined
}

/** The release from which on archives are made reproducibly, so that the log's hash covers tarballs too. */
const firstReproducible: GoVersion = { text: '1.21.0', major: 1, minor: 21, patch: 0, prerelease: undefined }

/** Which proofs are to be got, before anything was got. */
export function planProofs(situation: ProofSituation): ProofPlan {
  const { version, archive, gpg } = situation
  const isTarball = archive === 'tarball'
  const isLogged = !isTarball || compareGoVersions(version, firstReproducible) >= 0
  const excuse = isTarball ? undefined : fileExcuse(situation)
  return {
    log: isLogged && !excuse ? 'required' : 'none',
    pgp: gpg || !isLogged ? 'required' : isTarball ? 'instead' : 'none',
    excuse,
  }
}

/** cmd/go's one exception: a GOPROXY that is a single file:// URL, with the log switched off for toolchains. */
function fileExcuse({ source, goproxy, gosumdb, gonosumdb }: ProofSituation): FileExcuse | undefined {
  if (source.protocol !== 'file:' || !goproxy.startsWith('file://') || /[,|]/.test(goproxy)) return undefined
  const url = shownUrl(goproxy)
  if (gosumdb === 'off') return { url, setting: 'GOSUMDB' }
  return matchesPatterns(gonosumdb, 'golang.org/toolchain') ? { url, setting: 'GONOSUMDB' } : undefined
}
