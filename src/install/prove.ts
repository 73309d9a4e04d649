import { GvError } from '../errors.ts'
import { toolchainModuleVersion } from '../release/proxy-list.ts'
import type { ToolchainId } from '../store/layout.ts'
import type { Proof } from '../verify/proof.ts'
import type { ProvenModule } from '../verify/sumdb.ts'
import { releaseName } from '../version/go-version.ts'
import type { FetchedArchive } from './fetch.ts'
import { openSumDatabase } from './log.ts'
import type { Workbench } from './workbench.ts'

/** What could be learned of a toolchain without its archive. */
export interface Evidence {
  readonly log: ProvenModule | GvError
}

export interface Verdict {
  readonly proof: Proof | null
  /** Throws GvError('verification') unless the unpacked tree is the one that was proven. */
  checkTree(h1: string): void
}

export async function gatherEvidence(work: Workbench, id: ToolchainId): Promise<Evidence> {
  const version = toolchainModuleVersion(id.version, id.platform)
  try {
    return { log: await openSumDatabase(work).lookup({ module: 'golang.org/toolchain', version }) }
  } catch (error) {
    if (error instanceof GvError) return { log: error }
    throw error
  }
}

export async function judge(
  _work: Workbench,
  id: ToolchainId,
  archive: FetchedArchive,
  { log }: Evidence,
): Promise<Verdict> {
  if (log instanceof GvError) throw log
  return {
    proof: { log: log.proof, ...(archive.listed && { list: archive.listed }) },
    checkTree: (h1) => {
      if (h1 === log.h1) return
      throw new GvError('verification', `${releaseName(id.version)} is not the one that the Go team published`, {
        reason: `its files have the hash ${h1}, the checksum database says ${log.h1}`,
      })
    },
  }
}
