import { mkdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { GvError } from '../errors.ts'
import { signatureUrl, type TarballSource } from '../release/sources.ts'
import { replaceFile } from '../store/replace-file.ts'
import { quoted } from '../text.ts'
import { googlePrimaryFingerprint, googleSigningKey, googleSigningKeyUrl } from '../verify/google-signing-key.ts'
import { type PgpTrust, primaryFingerprintsOf, verifyPgpSignature } from '../verify/pgp.ts'
import type { PgpProof } from '../verify/proof.ts'
import { provenArchivePath } from './archive-cache.ts'
import type { FetchedArchive } from './fetch.ts'
import type { Workbench } from './workbench.ts'

const maxSignatureBytes = 64 * 1024
const maxKeyBytes = 256 * 1024

/**
 * Proves a tarball by its detached signature, by Google's key or the user's own (GV_PGP_KEY). Google's signing subkeys change every year or
 * two; one that gv does not know yet is fetched, and counts because the pinned primary key vouches for it.
 * Throws GvError('verification'), ('network') when there is no signature to be had, ('usage') for a GV_PGP_KEY that is none.
 */
export async function provePgp(work: Workbench, archive: FetchedArchive): Promise<PgpProof> {
  const { source, file } = archive
  if (source.kind === 'zip') throw new GvError('network', 'the zip of a GOPROXY has no PGP signature')
  const trust = await userTrust(work)
  const kept = `${provenArchivePath(work.store, source.fileName)}.asc`
  const signature = readKept(kept) ?? (await fetchSignature(work, source))
  const ask = (keys: PgpTrust) =>
    verifyPgpSignature({
      what: source.fileName,
      signature,
      content: () => contentOf(file.fd),
      trust: keys,
      now: work.context.now(),
    })
  const proof = await ask(trust).catch(async (error: unknown) => ask(await withNewestKey(work, trust, error)))
  keep(kept, signature)
  return proof
}

async function userTrust({ context }: Workbench): Promise<PgpTrust> {
  const google = { armoredKeys: [googleSigningKey], primaryFingerprints: [googlePrimaryFingerprint] }
  const { GV_PGP_KEY } = context.env
  if (!GV_PGP_KEY) return google
  const path = resolve(context.cwd, GV_PGP_KEY)
  const armored = readKept(path)?.toString('utf8')
  const fingerprints = armored === undefined ? [] : await primaryFingerprintsOf(armored)
  if (armored === undefined || fingerprints.length === 0) {
    throw new GvError('usage', `GV_PGP_KEY names no PGP key: ${quoted(path)}`, {
      reason: 'it has to be a file with an armored public key',
      hint: 'unset GV_PGP_KEY, or export the key with gpg --export --armor',
    })
  }
  return {
    armoredKeys: [googleSigningKey, armored],
    primaryFingerprints: [googlePrimaryFingerprint, ...fingerprints],
  }
}

/** Rethrows what happened where the key as it is today cannot be had. */
async function withNewestKey(work: Workbench, trust: PgpTrust, error: unknown): Promise<PgpTrust> {
  if (!(error instanceof GvError) || error.code !== 'verification' || work.plan.offline !== undefined) throw error
  try {
    const url = new URL(googleSigningKeyUrl)
    const { body } = await work.client.get(url, { what: "Google's signing key", maxBytes: maxKeyBytes })
    return { ...trust, armoredKeys: [...trust.armoredKeys, body.toString('utf8')] }
  } catch {
    throw error
  }
}

async function fetchSignature(work: Workbench, source: TarballSource): Promise<Buffer> {
  const url = signatureUrl(source)
  return (await work.client.get(url, { what: `${source.fileName}.asc`, maxBytes: maxSignatureBytes })).body
}

/** The bytes of the very file that is unpacked afterwards. */
async function* contentOf(fd: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const piece = Buffer.allocUnsafe(1024 * 1024)
    const length = readSync(fd, piece, 0, piece.length, position)
    if (length === 0) return
    yield piece.subarray(0, length)
    position += length
    await yieldToOthers()
  }
}

function readKept(path: string): Buffer | undefined {
  try {
    const stat = statSync(path)
    return stat.isFile() && stat.size <= maxKeyBytes ? readFileSync(path) : undefined
  } catch {
    return undefined
  }
}

/** Beside the archive, so that it installs again without network. That it cannot be kept is no failure. */
function keep(path: string, signature: Buffer): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    replaceFile(path, signature, 0o600)
  } catch {
    // The next install asks for it again.
  }
}
