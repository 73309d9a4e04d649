import * as openpgp from 'openpgp'

/** A PGP key of the tests' own, made like Google's: a primary key that certifies, subkeys that sign. */
export interface TestKey {
  readonly key: openpgp.PrivateKey
  readonly fingerprint: string
  /** The public half, armored. */
  readonly armored: string
}

/** When the keys of the tests were made, unless said otherwise. */
export const keysMadeAt = new Date('2023-01-01T00:00:00Z')

/** A key with one signing subkey that never expires. */
export function makePgpKey(date = keysMadeAt): Promise<TestKey> {
  return makeKey({ date, subkeys: [{ sign: true }] })
}

/** A key with a signing subkey that expires after that many days. */
export function makeExpiringPgpKey(days: number): Promise<TestKey> {
  return makeKey({ date: keysMadeAt, subkeys: [{ sign: true, keyExpirationTime: days * 24 * 3600 }] })
}

/** An RSA key, as Google's is; its subkey is for signing or for encryption. */
export async function makeRsaPgpKey({ sign }: { sign: boolean }): Promise<TestKey> {
  const { privateKey } = await openpgp.generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name: 'Test' }],
    subkeys: [{ sign }],
    date: keysMadeAt,
    format: 'object',
  })
  return asTestKey(privateKey)
}

async function makeKey(options: { date: Date; subkeys: openpgp.SubkeyOptions[] }): Promise<TestKey> {
  const { privateKey } = await openpgp.generateKey({
    type: 'curve25519',
    userIDs: [{ name: 'Test', email: 'test@example.org' }],
    format: 'object',
    ...options,
  })
  return asTestKey(privateKey)
}

export function asTestKey(key: openpgp.PrivateKey): TestKey {
  return { key, fingerprint: key.getFingerprint(), armored: key.toPublic().armor() }
}

export function subkeyOf({ key }: TestKey, index = 0): openpgp.Subkey {
  const subkey = key.subkeys[index]
  if (!subkey) throw new Error('no such subkey')
  return subkey
}

export interface Signing {
  readonly signer: openpgp.PrivateKey | openpgp.Subkey
  readonly data: string | Uint8Array
  readonly date?: Date
  readonly hash?: openpgp.enums.hash
  readonly type?: openpgp.enums.signature
}

/** A detached signature made without asking whether the key may: binary. */
export async function signDetached(signing: Signing): Promise<Uint8Array> {
  const { sha512 } = openpgp.enums.hash
  const { binary } = openpgp.enums.signature
  const { signer, data, date = new Date('2024-01-01T00:00:00Z'), hash = sha512, type = binary } = signing
  const packet = new openpgp.SignaturePacket()
  packet.signatureType = type
  packet.publicKeyAlgorithm = openpgp.enums.publicKey[signer.getAlgorithmInfo().algorithm]
  packet.hashAlgorithm = hash
  const bytes = Uint8Array.from(Buffer.from(data))
  const content = { text: null, getBytes: () => bytes }
  // The types of openpgp know neither this shape of content nor the last argument.
  const config = { ...openpgp.config, nonDeterministicSignaturesViaNotation: false }
  await Reflect.apply(packet.sign, packet, [signer.keyPacket, content, date, true, config])
  return packetBytes(packet)
}

function packetBytes(packet: openpgp.SignaturePacket): Uint8Array {
  const list = new openpgp.PacketList<openpgp.SignaturePacket>()
  list.push(packet)
  return Buffer.from(list.write())
}

/** The armored form of a binary signature. */
export async function armoredSignature(binarySignature: Uint8Array): Promise<string> {
  return (await openpgp.readSignature({ binarySignature })).armor()
}

export { openpgp }
