import { GvError } from '../errors.ts'
import { printable, quoted } from '../text.ts'
import { openTreeHead, type TreeHead } from './log-format.ts'
import { type LogStorage, readTiles } from './log-tiles.ts'
import type { NoteKey } from './note.ts'
import {
  completeSubtrees,
  consistencyRanges,
  emptyTreeHash,
  type Hash,
  joinSubtrees,
  provesConsistency,
} from './tlog.ts'

/** Each try is lost only to another process that moved the head on, so that with any number of them some come through. */
const maxTries = 1000

/**
 * Takes a signed tree head up into what is known of the log: it has to continue the newest head seen so far, or be continued by it. The
 * newer of both is remembered. The very first head is trusted, as by cmd/go. Throws GvError('verification') when the log has forked,
 * which is kept as evidence.
 *
 * What an older head needs to be compared with a newer one was fetched when the newer was taken up, so that this works offline for
 * all heads that were ever seen.
 */
export async function advanceHead(storage: LogStorage, key: NoteKey, head: TreeHead): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    const stored = await storage.readHead()
    const known = stored === undefined ? undefined : await openStoredHead(storage, key, stored)
    if (known) await checkSameLog(storage, key, known, head)
    if (known && head.size <= known.size) return
    if (await storage.replaceHead(stored, head.note)) return
  }
  throw new GvError('storage', `the newest tree head of ${printable(key.name)} cannot be kept`, {
    reason: 'other processes replace it all the time',
  })
}

/** A head that cannot be read (a failing disk, another key under the same name) is put aside, and the next one is the first again. */
async function openStoredHead(storage: LogStorage, key: NoteKey, note: string): Promise<TreeHead | undefined> {
  try {
    return openTreeHead(note, key)
  } catch {
    if (note !== '') await storage.keepEvidence(`not a tree head signed with ${key.text}:\n${note}`)
    return undefined
  }
}

async function checkSameLog(storage: LogStorage, key: NoteKey, a: TreeHead, b: TreeHead): Promise<void> {
  const [older, newer] = a.size <= b.size ? [a, b] : [b, a]
  if (older.size === newer.size || older.size === 0) {
    const expected = older.size === 0 ? emptyTreeHash : newer.hash
    if (older.hash.equals(expected)) return
    throw await forked(storage, key, older, newer, { beginning: expected, proof: [] })
  }
  const beginning = completeSubtrees({ from: 0, to: older.size })
  const proofNodes = consistencyRanges(newer.size, older.size).map(completeSubtrees)
  const { hashOf } = await readTiles(storage, newer, [...beginning, ...proofNodes.flat()])
  const hash = joinSubtrees(beginning.map(hashOf))
  if (older.hash.equals(hash)) return
  const proof = proofNodes.map((nodes) => joinSubtrees(nodes.map(hashOf)))
  throw await forked(storage, key, older, newer, { beginning: hash, proof })
}

/** What the newer tree begins with, and the proof of that (RFC 6962 §2.1.2). */
interface Contradiction {
  readonly beginning: Hash
  readonly proof: readonly Hash[]
}

/** Two notes and a proof convict the log before anyone, without the log's help: it signed two histories. */
async function forked(
  storage: LogStorage,
  key: NoteKey,
  older: TreeHead,
  newer: TreeHead,
  { beginning, proof }: Contradiction,
): Promise<GvError> {
  const shown = provesConsistency(proof, newer, { size: older.size, hash: beginning })
  const path = await storage.keepEvidence(
    [
      `The checksum database ${key.name} has signed two trees of which neither continues the other.`,
      `Its key: ${key.text}`,
      `\nThe older tree head:\n\n${older.note}`,
      `The newer tree head:\n\n${newer.note}`,
      `The first ${older.size} records of the newer tree have the hash\n\n${beginning.toString('base64')}\n`,
      `Proof of that (RFC 6962 §2.1.2${shown ? '' : '; incomplete'}):\n`,
      ...proof.map((hash) => hash.toString('base64')),
      '',
    ].join('\n'),
  )
  return new GvError('verification', `the checksum database ${printable(key.name)} contradicts itself`, {
    reason: `it signed a tree of ${older.size} and one of ${newer.size} records that do not belong to one log; somebody may be showing you another log than everyone else`,
    hint: `install nothing through this network, and report the evidence in ${quoted(path)}`,
  })
}
