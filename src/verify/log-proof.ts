import { GvError } from '../errors.ts'
import { printable } from '../text.ts'
import { decodeBase64 } from './base64.ts'
import { type ModuleHashes, openTreeHead, parseRecord } from './log-format.ts'
import type { NoteKey } from './note.ts'
import type { LogProof } from './proof.ts'
import { hashBytes, provesInclusion, recordHash } from './tlog.ts'

/**
 * Checks a log's proof again, without network: the signed head, the record in its tree, the module in the record.
 * Returns what the record says. Throws GvError('verification').
 */
export function verifyLogProof(proof: LogProof, key: NoteKey): ModuleHashes {
  const head = openTreeHead(proof.head, key)
  const hashes = parseRecord(proof.recordText, proof)
  if (!hashes || hashes.h1 !== proof.h1) throw broken(proof, 'its record is not that of the module')
  const inclusion = proof.inclusion.map(decodeBase64)
  const path = inclusion.filter((hash): hash is Buffer => hash?.length === hashBytes)
  if (path.length !== inclusion.length || !provesInclusion(path, head, proof.record, recordHash(proof.recordText))) {
    throw broken(proof, `record ${proof.record} is not shown to be in the log's tree of ${head.size} records`)
  }
  return hashes
}

function broken(proof: LogProof, reason: string): GvError {
  const module = printable(`${proof.module}@${proof.version}`)
  return new GvError('verification', `the log's proof for ${module} does not hold`, { reason })
}
