import { GvError } from '../errors.ts'
import { toolchainModuleVersion } from '../release/proxy-list.ts'
import type { ToolchainId } from '../store/layout.ts'
import { judgeProofs } from '../verify/policy.ts'
import type { PgpProof, Proof } from '../verify/proof.ts'
import { type ProofSituation, planProofs } from '../verify/proof-plan.ts'
import type { ProvenModule } from '../verify/sumdb.ts'
import { releaseName } from '../version/go-version.ts'
import type { FetchedArchive } from './fetch.ts'
import { openSumDatabase } from './log.ts'
import { provePgp } from './pgp.ts'
import type { Workbench } from './workbench.ts'

/** What the checksum database says of a toolchain, or why it says nothing. */
export type LogAnswer = ProvenModule | GvError

/** What is proven of an archive before it is unpacked. */
export interface Verdict {
  /** For the receipt; null for what was let through by --insecure. */
  readonly proof: Proof | null
  readonly warnings: readonly string[]
  /** Throws GvError('verification') unless the unpacked tree is the one that was proven. */
  checkTree(h1: string): void
}

/** Asks the checksum database; a failure is part of the answer, as a PGP signature may stand in for it. */
export async function askLog(work: Workbench, id: ToolchainId): Promise<LogAnswer> {
  const version = toolchainModuleVersion(id.version, id.platform)
  try {
    return await openSumDatabase(work).lookup({ module: 'golang.org/toolchain', version })
  } catch (error) {
    if (error instanceof GvError && error.code !== 'interrupted') return error
    throw error
  }
}

/**
 * Whether an archive may be unpacked and published, as the policy says. Throws GvError('verification') or ('network') when it is not
 * proven, ('usage') for settings that cannot be read.
 */
export async function judge(
  work: Workbench,
  id: ToolchainId,
  archive: FetchedArchive,
  askedLog: Promise<LogAnswer>,
): Promise<Verdict> {
  const situation = situationOf(work, id, archive)
  const plan = planProofs(situation)
  const answer = plan.log === 'required' ? await askedLog : undefined
  const module = answer instanceof GvError ? undefined : answer
  const log = answer instanceof GvError ? answer : answer?.proof
  const wantsPgp = plan.pgp === 'required' || (plan.pgp === 'instead' && answer instanceof GvError)
  const pgp = wantsPgp ? await orLack(provePgp(work, archive)) : undefined
  const { proof, warnings } = judgeProofs(situation, { log, pgp, list: archive.listed })
  return {
    proof,
    warnings,
    checkTree: (h1) => {
      if (module === undefined || module.h1 === h1) return
      throw new GvError('verification', `${releaseName(id.version)} is not the one that the Go team published`, {
        reason: `the files from ${archive.url} have the hash ${h1}, the checksum database says ${module.h1}`,
        hint: 'gv install --source go.dev, or unset GV_MIRROR and GOPROXY, to fetch it from elsewhere',
      })
    },
  }
}

function situationOf(
  { settings, options }: Workbench,
  { version }: ToolchainId,
  { source }: FetchedArchive,
): ProofSituation {
  return {
    version,
    archive: source.kind,
    source: source.url,
    goproxy: settings.GOPROXY.value,
    gosumdb: settings.GOSUMDB.value,
    gonosumdb: settings.GONOSUMDB.value,
    gpg: options.gpg,
    insecure: options.insecure,
  }
}

async function orLack(proving: Promise<PgpProof>): Promise<PgpProof | GvError> {
  try {
    return await proving
  } catch (error) {
    if (error instanceof GvError && error.code !== 'interrupted') return error
    throw error
  }
}
