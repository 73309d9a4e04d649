import type { Config, PublicKey, Signature, SignaturePacket, Subkey } from 'openpgp'
import { GvError, messageOf } from '../errors.ts'
import { printable } from '../text.ts'
import type { PgpProof } from './proof.ts'

type OpenPgp = typeof import('openpgp')

/** Whom a signature has to be from. */
export interface PgpTrust {
  /** Key material, armored, from whatever source: what the pinned keys do not vouch for counts for nothing. */
  readonly armoredKeys: readonly string[]
  /** The primary keys that are trusted; 40 or 64 hex digits. */
  readonly primaryFingerprints: readonly string[]
}

export interface PgpQuestion {
  /** What is signed, for messages: the name of an archive. */
  readonly what: string
  /** The detached signature, armored or binary. */
  readonly signature: Uint8Array
  /** The signed bytes, from the beginning; pieces of about a megabyte are best. Asked for once for each signature that may count. */
  readonly content: () => AsyncIterable<Uint8Array>
  readonly trust: PgpTrust
  readonly now: Date
}

/** Real ones have less than a kilobyte. */
const maxSignatureBytes = 64 * 1024
/** Each one that may count costs a run over the content. */
const maxSignatures = 8

/** The primary fingerprints of the keys in an armored text; none when it holds no key. */
export async function primaryFingerprintsOf(armored: string): Promise<string[]> {
  const openpgp = await import('openpgp')
  try {
    const keys = await openpgp.readKeys({ armoredKeys: armored, config: strictConfig(openpgp) })
    return keys.map((key) => key.getFingerprint())
  } catch {
    return []
  }
}

/**
 * Checks a detached signature over bytes of any size; they are hashed natively and never held as a whole. It counts when a pinned key made
 * it, or a subkey that this key vouched for as one for signing, valid at the time of the signature, and when neither was revoked.
 * Throws GvError('verification').
 */
export async function verifyPgpSignature(question: PgpQuestion): Promise<PgpProof> {
  const openpgp = await import('openpgp')
  const config = strictConfig(openpgp)
  const signature = await readSignature(openpgp, config, question)
  const keys = await readPinnedKeys(openpgp, config, question.trust)
  const reasons: string[] = []
  for (const packet of signature.packets.slice(0, maxSignatures)) {
    try {
      const signer = await signerOf(openpgp, config, packet, keys)
      await checkContent(openpgp, config, packet, signer, question)
      return {
        primaryFingerprint: signer.primary,
        signingFingerprint: signer.key.getFingerprint(),
        signedAt: signer.signedAt.toISOString(),
        signature: signature.armor(),
      }
    } catch (error) {
      if (error instanceof GvError) throw error
      reasons.push(printable(messageOf(error)))
    }
  }
  throw refused(question, reasons[0] ?? 'it holds no signature')
}

/** openpgp's own defaults may change, and so may its global configuration: what counts here is said here. */
function strictConfig(openpgp: OpenPgp): Config {
  const { hash, publicKey } = openpgp.enums
  return {
    ...openpgp.config,
    minRSABits: 2047,
    allowMissingKeyFlags: false,
    allowInsecureVerificationWithReformattedKeys: false,
    ignoreMalformedPackets: false,
    knownNotations: [],
    // SHA-1 stays allowed between keys: Google's subkeys of 2016 and 2017 confirm their primary key with it.
    rejectHashAlgorithms: new Set([hash.md5, hash.ripemd]),
    rejectMessageHashAlgorithms: new Set([hash.md5, hash.ripemd, hash.sha1, hash.sha224]),
    rejectPublicKeyAlgorithms: new Set([publicKey.elgamal, publicKey.dsa]),
  }
}

async function readSignature(openpgp: OpenPgp, config: Config, question: PgpQuestion): Promise<Signature> {
  const bytes = question.signature
  if (bytes.length > maxSignatureBytes) throw refused(question, `it has more than ${maxSignatureBytes} bytes`)
  const text = Buffer.from(bytes).toString('latin1')
  try {
    return text.includes('-----BEGIN PGP')
      ? await openpgp.readSignature({ armoredSignature: text, config })
      : await openpgp.readSignature({ binarySignature: Uint8Array.from(bytes), config })
  } catch {
    throw refused(question, 'it is malformed')
  }
}

const keyBlock = /-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g

/**
 * The pinned keys among all that were given, each as often as it is there. A file may hold several blocks (Google's does), and keys
 * that openpgp cannot read; those that are not pinned do not matter.
 */
async function readPinnedKeys(openpgp: OpenPgp, config: Config, trust: PgpTrust): Promise<PublicKey[]> {
  const pinned = new Set(trust.primaryFingerprints.map((fingerprint) => fingerprint.toLowerCase()))
  const blocks = trust.armoredKeys.flatMap((text) => text.match(keyBlock) ?? [])
  const keys = await Promise.all(
    blocks.map((armoredKeys) => openpgp.readKeys({ armoredKeys, config }).catch((): PublicKey[] => [])),
  )
  const found = keys.flat().filter((key) => pinned.has(key.getFingerprint()))
  if (found.length > 0) return found
  throw new GvError('verification', 'no PGP key to check signatures with', {
    reason: `none of the keys at hand has the fingerprint ${printable(trust.primaryFingerprints.join(' or '))}`,
  })
}

interface Signer {
  /** The fingerprint of the pinned key. */
  readonly primary: string
  readonly key: PublicKey | Subkey
  readonly signedAt: Date
}

/** Who made a signature; throws Error with the reason when it cannot count, whatever it signs. */
async function signerOf(
  openpgp: OpenPgp,
  config: Config,
  packet: SignaturePacket,
  keys: readonly PublicKey[],
): Promise<Signer> {
  // A signature over text holds for all line ends, and so for many files.
  if (packet.signatureType !== openpgp.enums.signature.binary) throw new Error('it is not a signature over a file')
  const { issuerKeyID, created } = packet
  if (!created) throw new Error('it does not say when it was made')
  const copies = keys.filter((key) => key.getKeys(issuerKeyID).length > 0)
  if (copies.length === 0) throw new Error(`it was made with an unknown key, ${issuerKeyID.toHex()}`)
  const { primary, key } = await signingKey(packet, created, config, copies)
  for (const copy of keys) await checkNotRevoked(copy, key, created, config)
  return { primary, key, signedAt: created }
}

/** The key that signed, out of the first copy of a pinned key that vouched for it at that time. */
async function signingKey(packet: SignaturePacket, created: Date, config: Config, keys: readonly PublicKey[]) {
  let reason: unknown
  for (const copy of keys) {
    try {
      const key = await copy.getSigningKey(packet.issuerKeyID, created, undefined, config)
      return { primary: copy.getFingerprint(), key }
    } catch (error) {
      reason ??= error
    }
  }
  throw reason
}

/** A revocation counts in whichever copy it stands, so that newer key material can take back what older says. */
async function checkNotRevoked(copy: PublicKey, key: PublicKey | Subkey, at: Date, config: Config): Promise<void> {
  if (await copy.isRevoked(undefined, undefined, at, config)) throw new Error('its primary key was revoked')
  for (const subkey of copy.subkeys) {
    if (subkey.getFingerprint() !== key.getFingerprint()) continue
    for (const binding of subkey.bindingSignatures) {
      if (await subkey.isRevoked(binding, copy.keyPacket, at, config)) throw new Error('its key was revoked')
    }
  }
}

/** Throws Error with the reason unless the signature is one over the content, by that key. */
async function checkContent(
  openpgp: OpenPgp,
  config: Config,
  packet: SignaturePacket,
  { key }: Signer,
  { content, now }: PgpQuestion,
): Promise<void> {
  // A stream is hashed by node:crypto piece by piece; openpgp's own messages would be read as a whole.
  const data = { text: null, getBytes: () => ReadableStream.from(content()) }
  try {
    await packet.verify(key.keyPacket, openpgp.enums.signature.binary, data, now, true, config)
  } catch (error) {
    const mismatch = /digest did not match|verification failed/.test(messageOf(error))
    throw mismatch ? new Error('it is not the signature of this file') : error
  }
}

function refused({ what }: PgpQuestion, reason: string): GvError {
  return new GvError('verification', `the PGP signature of ${printable(what)} does not hold`, { reason })
}
