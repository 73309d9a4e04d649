import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { GvError } from '../errors.ts'
import { printable, quoted } from '../text.ts'
import { decodeBase64 } from './base64.ts'
import { decodeStrictText } from './strict-text.ts'

/** The public key of a log, which signs notes under a name. */
export interface NoteKey {
  /** `host[/path]`: no white space, no plus. */
  readonly name: string
  /** The first 32 bits of the hash of name and key, eight hex digits: tells keys of one name apart. */
  readonly hash: string
  /** All of it as one text, `name+hash+base64`. */
  readonly text: string
  readonly publicKey: KeyObject
}

/** The only kind of key there is: Ed25519. */
const ed25519 = 1

/**
 * Reads a verifier key, `name+hash+base64`. Throws GvError('usage') for anything else: keys come from gv itself or from the user.
 * Source: golang.org/x/mod/sumdb/note, NewVerifier.
 */
export function parseNoteKey(text: string): NoteKey {
  const match = /^([^+]*)\+([0-9a-fA-F]{8})\+(.*)$/s.exec(text)
  const [, name = '', hash = '', encoded = ''] = match ?? []
  const key = decodeBase64(encoded)
  if (!isValidName(name) || !key || key.length === 0) throw badKey(text, 'it is not of the form name+hash+key')
  if (hash.toLowerCase() !== keyHash(name, key)) throw badKey(text, 'its name, hash and key do not belong together')
  if (key[0] !== ed25519) throw badKey(text, `its kind, ${key[0]}, is unknown`)
  if (key.length !== 33) throw badKey(text, 'an Ed25519 key has 32 bytes')
  return { name, hash: hash.toLowerCase(), text, publicKey: ed25519PublicKey(key.subarray(1)) }
}

/** The most that is read of a note, in bytes; real ones have some hundred. */
const maxNoteBytes = 1_000_000
const maxSignatures = 100

/**
 * The text of a signed note, after its signature by this key was checked. Signatures by others are passed over; a wrong one by this
 * key condemns the note, whatever else stands in it. Throws GvError('verification').
 * Source: golang.org/x/mod/sumdb/note, Open.
 */
export function openNote(note: Uint8Array, key: NoteKey): string {
  const { text, signatures } = splitNote(note)
  const own = signatures.filter((s) => s.name === key.name && s.hash === key.hash)
  const [first] = own
  if (!first) throw badNote(`it is not signed by ${printable(key.name)} with the key ${key.hash}`)
  if (!verify(null, Buffer.from(text), key.publicKey, first.bytes)) {
    throw badNote(`its signature by ${printable(key.name)} is wrong`)
  }
  return text
}

interface NoteSignature {
  readonly name: string
  readonly hash: string
  readonly bytes: Buffer
}

/** Text and signature lines stand apart by the last blank line. */
function splitNote(note: Uint8Array): { text: string; signatures: NoteSignature[] } {
  if (note.length > maxNoteBytes) throw badNote(`it has more than ${maxNoteBytes} bytes`)
  const message = decodeStrictText(note)
  if (message === undefined) throw badNote('it is not UTF-8, or holds control characters')
  const split = message.lastIndexOf('\n\n')
  if (split < 0 || !message.endsWith('\n') || split + 2 === message.length) throw badNote('it has no signature lines')
  const lines = message.slice(split + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw badNote(`it has more than ${maxSignatures} signatures`)
  return { text: message.slice(0, split + 1), signatures: lines.map(parseSignatureLine) }
}

/** `— name base64`: the base64 holds the key's hash (4 bytes) and the signature. */
function parseSignatureLine(line: string): NoteSignature {
  const match = /^— ([^ ]+) ([^ ]+)$/.exec(line)
  const [, name = '', encoded = ''] = match ?? []
  const bytes = decodeBase64(encoded)
  if (!isValidName(name) || !bytes || bytes.length < 5) throw badNote('a signature line is malformed')
  return { name, hash: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) }
}

function isValidName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}\p{Surrogate}+]/u.test(name)
}

/** SHA-256(name, line end, kind and key), of which the first four bytes count; in hex. */
function keyHash(name: string, key: Uint8Array): string {
  return createHash('sha256').update(`${name}\n`).update(key).digest('hex').slice(0, 8)
}

/** Node takes a raw key only in the dress of a JWK. */
function ed25519PublicKey(raw: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })
}

function badKey(text: string, reason: string): GvError {
  return new GvError('usage', `${quoted(text)} is not the key of a checksum database`, { reason })
}

function badNote(reason: string): GvError {
  return new GvError('verification', 'a signed note of the checksum database cannot be trusted', { reason })
}
