/** Whether what could be proven of a toolchain is enough to publish it (DESIGN.md, "Installing"). Pure. */
import { GvError } from '../errors.ts'
import { isNotThere } from '../goenv/goproxy.ts'
import { printable } from '../text.ts'
import { releaseName } from '../version/go-version.ts'
import type { ListProof, LogProof, PgpProof, Proof } from './proof.ts'
import { type ProofPlan, type ProofSituation, planProofs } from './proof-plan.ts'
import { NotInLogError } from './sumdb.ts'

/** What was got: a proof, why there is none, or nothing where it was not asked for. */
export interface Obtained {
  readonly log?: LogProof | GvError | undefined
  readonly pgp?: PgpProof | GvError | undefined
  readonly list?: ListProof | undefined
}

export interface Verdict {
  /** For the receipt; null for what was let through by --insecure. */
  readonly proof: Proof | null
  /** What the user has to know about it, one line each. */
  readonly warnings: readonly string[]
}

/**
 * Whether what was got is enough. Throws what shows that the log or the archive is false (--insecure does not help against that) and
 * whatever else went wrong; for a mere lack of proof GvError('verification'), or ('network') where trying again may help.
 */
export function judgeProofs(situation: ProofSituation, obtained: Obtained): Verdict {
  const { insecure, version } = situation
  const plan = planProofs(situation)
  // What the log says of a tarball that was not made reproducibly says nothing.
  const log = plan.log === 'none' && !plan.excuse ? {} : proofOrLack(obtained.log)
  const pgp = proofOrLack(obtained.pgp)
  const name = releaseName(version)
  const lacks = [
    ...(plan.log === 'required' && !log.proof && !pgp.proof ? [lackOfLog(situation, log.lack)] : []),
    ...(plan.pgp !== 'none' && !pgp.proof && !(plan.pgp === 'instead' && log.proof)
      ? [lackOfPgp(situation, pgp.lack)]
      : []),
  ]
  const proof: Proof = {
    ...(log.proof && { log: log.proof }),
    ...(pgp.proof && { pgp: pgp.proof }),
    ...(obtained.list && { list: obtained.list }),
    ...(plan.excuse && !log.proof && { file: plan.excuse }),
  }
  if (lacks.length === 0) return { proof, warnings: warningsOf(name, plan, proof, log.lack) }
  if (!insecure) throw unproven(name, lacks)
  const warnings = [`${name} is installed although (--insecure) ${reasonOf(lacks)}`]
  return { proof: log.proof || pgp.proof ? proof : null, warnings }
}

/** A proof, or why there is none; anything worse than that is thrown. */
function proofOrLack<P extends object>(found: P | GvError | undefined): { proof?: P; lack?: GvError } {
  if (!(found instanceof GvError)) return found ? { proof: found } : {}
  if (found.code === 'network' || found instanceof NotInLogError) return { lack: found }
  throw found
}

/** Why something is not proven. */
interface Lack {
  readonly reason: string
  /** Whether it may be had another time. */
  readonly passing: boolean
  readonly hint?: string | undefined
}

function lackOfLog({ gosumdb }: ProofSituation, error: GvError | undefined): Lack {
  const off = gosumdb === 'off' ? ' (GOSUMDB=off)' : ''
  return lackOf(`the checksum database was not asked${off}`, error)
}

function lackOfPgp({ archive }: ProofSituation, error: GvError | undefined): Lack {
  if (archive === 'zip') return { reason: 'the zip of a GOPROXY has no PGP signature', passing: false }
  return lackOf('there is no PGP signature at hand', error)
}

function lackOf(otherwise: string, error: GvError | undefined): Lack {
  if (!error) return { reason: otherwise, passing: false }
  const reason = error.reason === undefined ? error.message : `${error.message} (${error.reason})`
  return { reason, passing: error.code === 'network' && !isNotThere(error), hint: error.hint }
}

function reasonOf(lacks: readonly Lack[]): string {
  return printable(lacks.map(({ reason }) => reason).join('; '), 600)
}

function unproven(name: string, lacks: readonly Lack[]): GvError {
  const passing = lacks.find((lack) => lack.passing)
  return new GvError(passing ? 'network' : 'verification', `${name} cannot be proven`, {
    reason: reasonOf(lacks),
    hint: passing
      ? (passing.hint ?? 'try again when the network is back')
      : `gv install --insecure ${name.slice(2)} takes it unproven`,
  })
}

function warningsOf(name: string, { log, excuse }: ProofPlan, proof: Proof, lack: GvError | undefined): string[] {
  if (proof.file && excuse) return [`${name} is not proven: GOPROXY is ${excuse.url}, and ${excuse.setting} excuses it`]
  if (log === 'none' || proof.log) return []
  const reason = lackOf('it was not asked', lack).reason
  return [`${name} is proven by its PGP signature alone, not by the checksum database: ${printable(reason)}`]
}
