import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { googlePrimaryFingerprint, googleSigningKey } from '../../src/verify/google-signing-key.ts'
import { type PgpQuestion, verifyPgpSignature } from '../../src/verify/pgp.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import {
  armoredSignature,
  asTestKey,
  keysMadeAt,
  makeExpiringPgpKey,
  makePgpKey,
  makeRsaPgpKey,
  openpgp,
  signDetached,
  subkeyOf,
  type TestKey,
} from '../support/pgp-keys.ts'

const now = new Date('2026-06-01T00:00:00Z')
const data = 'go1.20.14.linux-amd64.tar.gz\n'
const key = await makePgpKey()
const good = await signDetached({ signer: subkeyOf(key), data })

type Overrides = Partial<Omit<PgpQuestion, 'content' | 'signature'>> & {
  readonly content?: string | Uint8Array
  readonly signature?: string | Uint8Array
  readonly keys?: readonly string[]
}

function verify({ content = data, signature = good, keys = [key.armored], ...rest }: Overrides = {}) {
  return verifyPgpSignature({
    what: 'the archive',
    now,
    trust: { armoredKeys: keys, primaryFingerprints: [key.fingerprint] },
    ...rest,
    signature: Buffer.from(signature),
    content: () => pieces(Buffer.from(content)),
  })
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20))
}

const refusal = (overrides: Overrides) => gvErrorOf('verification', () => verify(overrides))

describe('a good signature', () => {
  test('is accepted, armored or not, and says who made it', async () => {
    const proof = await verify()
    expect(proof).toMatchObject({
      primaryFingerprint: key.fingerprint,
      signingFingerprint: subkeyOf(key).getFingerprint(),
      signedAt: '2024-01-01T00:00:00.000Z',
    })
    expect(await verify({ signature: await armoredSignature(good) })).toEqual(proof)
    // What goes into the receipt is the signature itself.
    expect(await verify({ signature: proof.signature })).toEqual(proof)
  })

  test('by the pinned key itself', async () => {
    const proof = await verify({ signature: await signDetached({ signer: key.key, data }) })
    expect(proof.signingFingerprint).toBe(key.fingerprint)
  })

  test('beside others that do not count', async () => {
    const stranger = await makePgpKey()
    const strange = await signDetached({ signer: subkeyOf(stranger), data })
    expect(await verify({ signature: Buffer.concat([strange, good, strange]) })).toBeDefined()
  })

  test('with a fingerprint in capitals, among several pinned ones, in a file of several blocks', async () => {
    const other = await makePgpKey()
    const trust = {
      armoredKeys: [`some words\n${other.armored}\n${brokenBlock}\n${key.armored}`],
      primaryFingerprints: [other.fingerprint, key.fingerprint.toUpperCase()],
    }
    expect(await verify({ trust })).toBeDefined()
  })

  test('of RSA, as Google makes them', async () => {
    const rsa = await makeRsaPgpKey({ sign: true })
    const hash = openpgp.enums.hash.sha256
    const trust = { armoredKeys: [rsa.armored], primaryFingerprints: [rsa.fingerprint] }
    const large = Buffer.alloc(3_000_000, 'gv')
    const signature = await signDetached({ signer: subkeyOf(rsa), data: large, hash })
    expect(await verify({ trust, signature, content: large })).toBeDefined()
    large[2_500_000] = 0
    await refusal({ trust, signature, content: large })
  })
})

const brokenBlock = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxxxx\n-----END PGP PUBLIC KEY BLOCK-----\n'

describe('a signature is refused', () => {
  test('over other content', async () => {
    for (const content of ['', data.slice(0, -1), `${data} `, data.replace('\n', '\r\n'), data.toUpperCase()]) {
      expect((await refusal({ content })).reason).toBe('it is not the signature of this file')
    }
  })

  test('by a stranger, also when the stranger lies beside the pinned key', async () => {
    const stranger = await makePgpKey()
    const signature = await signDetached({ signer: subkeyOf(stranger), data })
    expect((await refusal({ signature })).reason).toMatch(/unknown key/)
    expect((await refusal({ signature, keys: [key.armored, stranger.armored] })).reason).toMatch(/unknown key/)
    expect((await refusal({ signature, keys: [stranger.armored] })).reason).toMatch(/fingerprint/)
  })

  test('without any key', async () => {
    await refusal({ keys: [] })
    await refusal({ keys: ['', 'x', brokenBlock] })
  })

  test('by a subkey that the pinned key does not vouch for', async () => {
    const stranger = await makePgpKey()
    const stolen = await openpgp.readKey({ armoredKey: key.armored })
    // The stranger's subkey with the stranger's binding, under the pinned primary key.
    stolen.subkeys.push(...(await openpgp.readKey({ armoredKey: stranger.armored })).subkeys)
    const signature = await signDetached({ signer: subkeyOf(stranger), data })
    expect(await verify({ keys: [stolen.armor()] })).toBeDefined()
    await refusal({ keys: [stolen.armor()], signature })
  })

  test('by a subkey whose binding was tampered with', async () => {
    const changed = await openpgp.readKey({ armoredKey: key.armored })
    const bytes = Buffer.from(changed.write())
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
    const keys = [(await openpgp.readKey({ binaryKey: Uint8Array.from(bytes) })).armor()]
    await refusal({ keys })
  })

  test('by a subkey for encryption', async () => {
    const other = await makeRsaPgpKey({ sign: false })
    const trust = { armoredKeys: [other.armored], primaryFingerprints: [other.fingerprint] }
    const signedBy = (signer: TestKey['key'] | openpgp.Subkey) => signDetached({ signer, data })
    expect(await verify({ trust, signature: await signedBy(other.key) })).toBeDefined()
    await refusal({ trust, signature: await signedBy(subkeyOf(other)) })
  })

  test('over text, which would hold for other line ends too', async () => {
    const signature = await signDetached({ signer: subkeyOf(key), data, type: openpgp.enums.signature.text })
    expect((await refusal({ signature })).reason).toBe('it is not a signature over a file')
  })

  test('over a weak hash', async () => {
    const rsa = await makeRsaPgpKey({ sign: true })
    const trust = { armoredKeys: [rsa.armored], primaryFingerprints: [rsa.fingerprint] }
    const { sha1, sha224, sha256, md5 } = openpgp.enums.hash
    const signedWith = (hash: openpgp.enums.hash) => signDetached({ signer: subkeyOf(rsa), data, hash })
    expect(await verify({ trust, signature: await signedWith(sha256) })).toBeDefined()
    for (const weak of [md5, sha1, sha224]) {
      expect((await refusal({ trust, signature: await signedWith(weak) })).reason).toMatch(/^Insecure (message )?hash/)
    }
  })

  test('that is no detached signature', async () => {
    const message = await openpgp.createMessage({ binary: Buffer.from(data) })
    const inline = await openpgp.sign({ message, signingKeys: key.key, date: new Date('2024-01-01') })
    const cleartext = await openpgp.sign({
      message: await openpgp.createCleartextMessage({ text: data }),
      signingKeys: key.key,
      date: new Date('2024-01-01'),
    })
    for (const signature of ['', 'x', key.armored, inline, cleartext, '<html>404</html>', Buffer.alloc(65_537)]) {
      await refusal({ signature })
    }
  })

  test('of more than 64 KiB', async () => {
    const times = (count: number) => Buffer.concat(Array.from({ length: count }, () => good))
    expect(await verify({ signature: times(Math.floor(65_536 / good.length)) })).toBeDefined()
    expect((await refusal({ signature: times(Math.ceil(65_537 / good.length)) })).reason).toMatch(/65536 bytes/)
  })

  test('when any bit of it is flipped that counts', async () => {
    const { packets } = await openpgp.readSignature({ binarySignature: good })
    const unhashed = packets[0]?.unhashedSubpackets.length ?? 0
    expect(unhashed).toBe(0)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: good.length * 8 - 1 }), async (bit) => {
        const flipped = Buffer.from(good)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const outcome = await verify({ signature: flipped }).catch(() => undefined)
        // The length of a number may be spelled in two ways; what it says then is the same.
        if (outcome) expect(outcome).toEqual(await verify())
      }),
      { numRuns: 200 },
    )
  })

  test('whatever junk it is', async () => {
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map((text) => Buffer.from(`-----BEGIN PGP SIGNATURE-----\n\n${text}\n-----END PGP SIGNATURE-----`)),
    )
    await fc.assert(
      fc.asyncProperty(junk, async (signature) => {
        await refusal({ signature })
      }),
    )
  })
})

describe('time', () => {
  const day = 24 * 3600 * 1000
  const at = (days: number) => new Date(keysMadeAt.getTime() + days * day)

  test('a signature counts for ever when its subkey was valid then, and not when it had expired', async () => {
    const expiring = await makeExpiringPgpKey(100)
    // What is told is about the key that signed, not about another that is trusted, too.
    const trusted = [key, expiring]
    const trust = {
      armoredKeys: trusted.map(({ armored }) => armored),
      primaryFingerprints: trusted.map(({ fingerprint }) => fingerprint),
    }
    const signedOn = (days: number) => signDetached({ signer: subkeyOf(expiring), data, date: at(days) })
    expect(await verify({ trust, signature: await signedOn(99) })).toBeDefined()
    expect((await refusal({ trust, signature: await signedOn(101) })).reason).toMatch(/expired/)
    expect((await refusal({ trust, signature: await signedOn(-1) })).reason).toBeDefined()
  })

  test('a signature from the future is refused', async () => {
    const signature = await signDetached({ signer: subkeyOf(key), data, date: at(10) })
    expect(await verify({ signature, now: at(11) })).toBeDefined()
    expect((await refusal({ signature, now: at(9) })).reason).toMatch(/future/)
  })

  test('a compromised subkey or primary key makes all signatures void, a retired one only later ones', async () => {
    const { keyCompromised, keyRetired } = openpgp.enums.reasonForRevocation
    const early = await signDetached({ signer: subkeyOf(key), data, date: at(10) })
    const late = await signDetached({ signer: subkeyOf(key), data, date: at(30) })
    for (const [flag, earlyCounts] of [
      [keyCompromised, false],
      [keyRetired, true],
    ] as const) {
      for (const revoked of [
        await revokedSubkey(key, flag, at(20)),
        (await key.key.revoke({ flag }, at(20))).toPublic().armor(),
      ]) {
        // Newer material takes back what the older says, in whatever order they come.
        for (const keys of [[revoked], [key.armored, revoked], [revoked, key.armored]]) {
          if (earlyCounts) expect(await verify({ keys, signature: early })).toBeDefined()
          else expect((await refusal({ keys, signature: early })).reason).toMatch(/revoked/)
          expect((await refusal({ keys, signature: late })).reason).toMatch(/revoked/)
        }
      }
    }
  })

  test('a subkey that only newer key material knows counts when the pinned key vouches for it', async () => {
    const grown = asTestKey(await key.key.addSubkey({ sign: true, date: at(50) }))
    const signature = await signDetached({ signer: subkeyOf(grown, 1), data, date: at(60) })
    expect((await refusal({ signature })).reason).toMatch(/unknown key/)
    expect(await verify({ signature, keys: [key.armored, grown.armored] })).toBeDefined()
  })
})

async function revokedSubkey({ key }: TestKey, flag: openpgp.enums.reasonForRevocation, date: Date): Promise<string> {
  const copy = await openpgp.readKey({ armoredKey: key.toPublic().armor() })
  const [subkey] = copy.subkeys
  const { keyPacket } = key
  if (!subkey || !('decrypt' in keyPacket)) throw new Error('not a private key')
  copy.subkeys = [await subkey.revoke(keyPacket, { flag, string: '' }, date)]
  return copy.armor()
}

test('an interruption while reading is passed on as it is', async () => {
  const { GvError } = await import('../../src/errors.ts')
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x')
    throw new GvError('interrupted', 'interrupted')
  }
  const trust = { armoredKeys: [key.armored], primaryFingerprints: [key.fingerprint] }
  await gvErrorOf('interrupted', () => verifyPgpSignature({ what: 'x', signature: good, content, trust, now }))
})

describe("Google's key", () => {
  test('has the pinned fingerprint, and signing subkeys it vouches for at all times since 2016', async () => {
    const published = await openpgp.readKey({ armoredKey: googleSigningKey })
    expect(published.getFingerprint()).toBe(googlePrimaryFingerprint)
    for (const year of [2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026]) {
      const subkey = await published.getSigningKey(undefined, new Date(`${year}-02-01T00:00:00Z`))
      expect(subkey.getFingerprint()).not.toBe(googlePrimaryFingerprint)
      expect(subkey.getAlgorithmInfo()).toMatchObject({ algorithm: 'rsaEncryptSign', bits: 4096 })
    }
  })

  test('is what the pin alone lets through', async () => {
    const trust = { armoredKeys: [googleSigningKey, key.armored], primaryFingerprints: [googlePrimaryFingerprint] }
    expect((await refusal({ trust })).reason).toMatch(/unknown key/)
  })
})

const gpg = gpgProgram()

describe.skipIf(!gpg)('GnuPG', () => {
  test('makes signatures that hold, and agrees on those that do not', { timeout: 60_000 }, async () => {
    const home = mkdtempSync(join(tmpdir(), 'gv-gpg-'))
    const run = (...args: string[]) =>
      execFileSync(
        'gpg',
        ['--homedir', home, '--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback', ...args],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
          encoding: 'utf8',
        },
      )
    try {
      run('--quick-generate-key', 'Test <test@example.org>', 'rsa2048', 'cert', '0')
      const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(run('--with-colons', '--list-keys'))?.[1] ?? ''
      run('--quick-add-key', fingerprint, 'rsa2048', 'sign', '1y')
      const file = join(home, 'file')
      writeFileSync(file, data)
      run('--armor', '--detach-sign', file)
      const trust = { armoredKeys: [run('--armor', '--export')], primaryFingerprints: [fingerprint] }
      const signature = readFileSync(`${file}.asc`)
      const today = new Date(Date.now() + 1000)
      expect((await verify({ trust, signature, now: today })).primaryFingerprint).toBe(fingerprint.toLowerCase())
      await refusal({ trust, signature, now: today, content: `${data}x` })
    } finally {
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'])
      rmSync(home, { recursive: true, force: true })
    }
  })
})

function gpgProgram(): boolean {
  try {
    execFileSync('gpg', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('skipped: there is no gpg on this machine')
    return false
  }
}
