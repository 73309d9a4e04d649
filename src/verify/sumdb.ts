import { GvError } from '../errors.ts'
import { printable } from '../text.ts'
import {
  type LookupAnswer,
  lookupPath,
  type ModuleHashes,
  type ModuleVersion,
  openTreeHead,
  parseLookupAnswer,
  parseRecord,
  type TreeHead,
} from './log-format.ts'
import { type LogStorage, readTiles } from './log-tiles.ts'
import type { NoteKey } from './note.ts'
import type { LogProof } from './proof.ts'
import { completeSubtrees, inclusionRanges, joinSubtrees, provesInclusion, recordHash } from './tlog.ts'
import { advanceHead } from './tree-history.ts'

/** The log has no record of a module: an answer, not a failure. */
export class NotInLogError extends GvError {}

/** What is known of a module once the log proved it. */
export interface ProvenModule extends ModuleHashes {
  readonly proof: LogProof
}

/**
 * A client of one checksum database that believes nothing: whatever serves the log (a proxy, a cache, a file) can
 * withhold answers, but cannot make one up. Everything is checked before it is used or cached.
 * Source: golang.org/design/25530-sumdb.
 */
export class SumDatabase {
  readonly #key: NoteKey
  readonly #storage: LogStorage

  constructor(key: NoteKey, storage: LogStorage) {
    this.#key = key
    this.#storage = storage
  }

  /**
   * The hashes of a module, with the proof that they are in the log and that this log is the one seen before. What
   * was looked up once is answered from the cache, without network, after the same checks. Throws {@link NotInLogError},
   * GvError('verification') for an answer that does not hold, and whatever the storage throws.
   */
  async lookup(wanted: ModuleVersion): Promise<ProvenModule> {
    const path = lookupPath(wanted)
    const cached = await this.#storage.readCache(path)
    const known = cached && (await this.#proveCached(cached, wanted))
    if (known) return known
    if (cached) await this.#storage.dropCache(path)
    const answer = await this.#storage.readRemote(path)
    if (!answer) throw notInLog(wanted, this.#key)
    const claim = readClaim(answer, wanted, this.#key)
    await advanceHead(this.#storage, this.#key, claim.head)
    const proven = await this.#prove(claim, wanted)
    await this.#storage.writeCache(path, answer)
    return proven
  }

  /** An answer from the cache, after the same checks as a fresh one; undefined when the file is damaged. */
  async #proveCached(answer: Buffer, wanted: ModuleVersion): Promise<ProvenModule | undefined> {
    let claim: Claim
    let proven: ProvenModule
    try {
      claim = readClaim(answer, wanted, this.#key)
      proven = await this.#prove(claim, wanted)
    } catch (error) {
      if (error instanceof GvError && error.code === 'verification') return undefined
      throw error
    }
    await advanceHead(this.#storage, this.#key, claim.head)
    return proven
  }

  /** Proves that the record is in the very tree whose head came with it. */
  async #prove({ answer, head, hashes }: Claim, wanted: ModuleVersion): Promise<ProvenModule> {
    const { record, recordText } = answer
    const leaf = { level: 0, index: record }
    const ranges = inclusionRanges(head.size, record).map(completeSubtrees)
    const { hashOf } = await readTiles(this.#storage, head, [leaf, ...ranges.flat()])
    const inclusion = ranges.map((nodes) => joinSubtrees(nodes.map(hashOf)))
    if (!provesInclusion(inclusion, head, record, recordHash(recordText))) {
      throw untrusted(wanted, `record ${record} of ${printable(this.#key.name)} is another one`)
    }
    const proof: LogProof = {
      log: this.#key.name,
      ...wanted,
      h1: hashes.h1,
      record,
      recordText,
      inclusion: inclusion.map((hash) => hash.toString('base64')),
      head: head.note,
    }
    return { ...hashes, proof }
  }
}

/** An answer that is well formed, signed and about the module asked for; whether the record is in the log is not known yet. */
interface Claim {
  readonly answer: LookupAnswer
  readonly head: TreeHead
  readonly hashes: ModuleHashes
}

function readClaim(bytes: Buffer, wanted: ModuleVersion, key: NoteKey): Claim {
  const answer = parseLookupAnswer(bytes)
  if (!answer) throw untrusted(wanted, 'the answer is malformed')
  const head = openTreeHead(answer.head, key)
  const hashes = parseRecord(answer.recordText, wanted)
  if (!hashes) throw untrusted(wanted, 'the answer holds a record that is not that of the module, or more than that')
  if (answer.record >= head.size) {
    throw untrusted(wanted, `record ${answer.record} is said to be in a log of ${head.size} records`)
  }
  return { answer, head, hashes }
}

function untrusted({ module, version }: ModuleVersion, reason: string): GvError {
  return new GvError('verification', `the checksum database did not prove ${printable(`${module}@${version}`)}`, {
    reason,
  })
}

function notInLog({ module, version }: ModuleVersion, key: NoteKey): NotInLogError {
  return new NotInLogError(
    'verification',
    `${printable(key.name)} does not know ${printable(`${module}@${version}`)}`,
    {
      reason: 'the log has no record of it',
    },
  )
}
