import { GvError } from '../errors.ts'
import type { Workbench } from '../install/workbench.ts'
import { toolchainModuleVersion } from '../release/proxy-list.ts'
import type { Receipt } from '../store/receipt-format.ts'
import { quoted } from '../text.ts'
import { logKeyNamed } from '../verify/gosumdb.ts'
import { verifyLogProof } from '../verify/log-proof.ts'
import { releaseName } from '../version/go-version.ts'

/**
 * Checks the proof in a receipt again, without network: true when a proof stands behind it, false when the toolchain was
 * installed without one (--insecure, a file:// GOPROXY). A receipt whose proof is of something else, or does not
 * hold, was tampered with. Throws GvError('verification').
 */
export function checkProof(work: Workbench, receipt: Receipt): boolean {
  const { proof, tree } = receipt
  if (!proof?.log) return proof?.pgp !== undefined
  const name = releaseName(receipt.version)
  const key = logKeyNamed(proof.log.log, work.settings.GOSUMDB.value)
  if (!key) {
    throw new GvError('verification', `the proof of ${name} cannot be checked`, {
      reason: `it is from the checksum database ${quoted(proof.log.log)}, whose key is not known here`,
      hint: 'set GOSUMDB to that database, with its key',
    })
  }
  const { h1 } = verifyLogProof(proof.log, key)
  const version = toolchainModuleVersion(receipt.version, receipt.platform)
  if (proof.log.module === 'golang.org/toolchain' && proof.log.version === version && h1 === tree.h1) return true
  throw new GvError('verification', `the receipt of ${name} does not fit its proof`, {
    reason: 'the proof is of another toolchain',
    hint: `gv uninstall ${name} && gv install ${name}`,
  })
}
