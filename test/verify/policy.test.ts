import { describe, expect, test } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { HttpStatusError } from '../../src/net/http-error.ts'
import { judgeProofs, type Obtained } from '../../src/verify/policy.ts'
import type { LogProof, PgpProof } from '../../src/verify/proof.ts'
import { type ProofSituation, planProofs } from '../../src/verify/proof-plan.ts'
import { NotInLogError } from '../../src/verify/sumdb.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { h1Of, toolchain } from '../support/sumlog.ts'
import { versionOf } from '../support/versions.ts'

const log: LogProof = {
  ...toolchain('1.22.5'),
  log: 'sum.golang.org',
  h1: h1Of('x'),
  record: 1,
  recordText: 'x',
  inclusion: [],
  head: 'x',
}
const pgp: PgpProof = {
  primaryFingerprint: 'a'.repeat(40),
  signingFingerprint: 'b'.repeat(40),
  signedAt: '2024-01-01T00:00:00.000Z',
  signature: 'x',
}
const list = { url: 'https://go.dev/dl/', sha256: 'c'.repeat(64), sizeBytes: 5 }

const down = new GvError('network', 'sum.golang.org cannot be reached', {
  reason: 'no route',
  hint: 'do without --offline',
})
const absentSignature = new HttpStatusError('cannot get the signature', 404, 'https://go.dev/dl/x.asc')
const notInLog = new NotInLogError('verification', 'sum.golang.org does not know it')
const forked = new GvError('verification', 'sum.golang.org contradicts itself')
const badSignature = new GvError('verification', 'the PGP signature does not hold')

function situation(
  changes: Partial<Omit<ProofSituation, 'version' | 'source'>> & { version?: string; source?: string } = {},
): ProofSituation {
  const { version = '1.22.5', source = 'https://go.dev/dl/x', ...rest } = changes
  return {
    archive: 'tarball',
    goproxy: 'https://proxy.example,direct',
    gosumdb: 'sum.golang.org',
    gonosumdb: '',
    gpg: false,
    insecure: false,
    ...rest,
    version: versionOf(version),
    source: new URL(source),
  }
}

const zip = { archive: 'zip', source: 'https://proxy.example/golang.org/toolchain/x.zip' } as const
const fileZip = {
  archive: 'zip',
  source: 'file:///srv/proxy/golang.org/toolchain/x.zip',
  goproxy: 'file:///srv/proxy',
} as const

describe('what has to be proven', () => {
  test.each<[string, ProofSituation, string, string]>([
    ['a tarball from 1.21.0 on', situation(), 'required', 'instead'],
    ['the first reproducible one', situation({ version: '1.21.0' }), 'required', 'instead'],
    ['a release candidate after it', situation({ version: '1.22rc1' }), 'required', 'instead'],
    ['a release candidate before it', situation({ version: '1.21rc4' }), 'none', 'required'],
    ['an older tarball', situation({ version: '1.20.14' }), 'none', 'required'],
    ['the oldest', situation({ version: '1.4' }), 'none', 'required'],
    ['a tarball of a mirror', situation({ source: 'https://mirror.example/go/x' }), 'required', 'instead'],
    ['a tarball with --gpg', situation({ gpg: true }), 'required', 'required'],
    ['a zip', situation(zip), 'required', 'none'],
    ['an old zip', situation({ ...zip, version: '1.20.14' }), 'required', 'none'],
    ['a zip with --gpg', situation({ ...zip, gpg: true }), 'required', 'required'],
    ['anything with GOSUMDB=off', situation({ gosumdb: 'off' }), 'required', 'instead'],
    ['a zip with GOSUMDB=off', situation({ ...zip, gosumdb: 'off' }), 'required', 'none'],
    ['a zip that GONOSUMDB names', situation({ ...zip, gonosumdb: 'golang.org/toolchain' }), 'required', 'none'],
    ['a zip with --insecure', situation({ ...zip, insecure: true }), 'required', 'none'],
    ['a file:// zip', situation(fileZip), 'required', 'none'],
    ['a file:// zip with GOSUMDB=off', situation({ ...fileZip, gosumdb: 'off' }), 'none', 'none'],
    ['a file:// zip that GONOSUMDB names', situation({ ...fileZip, gonosumdb: '*.corp,golang.org' }), 'none', 'none'],
    [
      'a file:// zip that GONOSUMDB does not name',
      situation({ ...fileZip, gonosumdb: 'example.com' }),
      'required',
      'none',
    ],
    [
      'a file:// zip, of a list of two',
      situation({ ...fileZip, goproxy: 'file:///srv/proxy,direct', gosumdb: 'off' }),
      'required',
      'none',
    ],
    [
      'a file:// zip, of a list with |',
      situation({ ...fileZip, goproxy: 'file:///srv/proxy|off', gosumdb: 'off' }),
      'required',
      'none',
    ],
    [
      'a zip from elsewhere with a file:// GOPROXY',
      situation({ ...zip, goproxy: 'file:///srv/proxy', gosumdb: 'off' }),
      'required',
      'none',
    ],
    [
      'a tarball from a folder',
      situation({ source: 'file:///srv/dl/x', goproxy: 'file:///srv/proxy', gosumdb: 'off' }),
      'required',
      'instead',
    ],
  ])('%s', (_, asked, wantLog, wantPgp) => {
    expect(planProofs(asked)).toMatchObject({ log: wantLog, pgp: wantPgp })
  })
})

describe('enough is', () => {
  test.each<[string, ProofSituation, Obtained, object]>([
    ['the log, for a tarball', situation(), { log, list }, { proof: { log, list }, warnings: [] }],
    ['the log, for a zip', situation(zip), { log }, { proof: { log }, warnings: [] }],
    [
      'the signature, for an old tarball',
      situation({ version: '1.20' }),
      { pgp, list },
      { proof: { pgp, list }, warnings: [] },
    ],
    ['both, with --gpg', situation({ gpg: true }), { log, pgp }, { proof: { log, pgp }, warnings: [] }],
    ['the log for --insecure too', situation({ insecure: true }), { log }, { proof: { log }, warnings: [] }],
  ])('%s', (_, asked, obtained, verdict) => {
    expect(judgeProofs(asked, obtained)).toEqual(verdict)
  })

  test('a signature instead of the log, which is said', () => {
    for (const lack of [down, notInLog, undefined]) {
      const { proof, warnings } = judgeProofs(situation({ gosumdb: 'off' }), { log: lack, pgp, list })
      expect(proof).toEqual({ pgp, list })
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toMatch(/^go1\.22\.5 is proven by its PGP signature alone/)
    }
    expect(judgeProofs(situation({ gpg: true }), { log: down, pgp }).proof).toEqual({ pgp })
  })

  test("nothing, where cmd/go's one exception holds, which is said", () => {
    const asked = situation({ ...fileZip, gosumdb: 'off' })
    const { proof, warnings } = judgeProofs(asked, {})
    expect(proof).toEqual({ file: { url: 'file:///srv/proxy', setting: 'GOSUMDB' } })
    expect(warnings[0]).toMatch(/not proven.*GOSUMDB/)
    // A proof is better than an excuse.
    expect(judgeProofs(asked, { log })).toEqual({ proof: { log }, warnings: [] })
  })

  test('nothing, with --insecure, which is said', () => {
    const { proof, warnings } = judgeProofs(situation({ insecure: true }), { log: down, pgp: absentSignature, list })
    expect(proof).toBeNull()
    expect(warnings[0]).toMatch(/--insecure.*cannot be reached.*404/)
    // Half of what was asked for is still a proof.
    expect(judgeProofs(situation({ gpg: true, insecure: true }), { log, pgp: absentSignature })).toMatchObject({
      proof: { log },
    })
  })
})

describe('not enough is', () => {
  test.each<[string, ProofSituation, Obtained, 'verification' | 'network', RegExp]>([
    [
      'a list alone',
      situation(),
      { list, log: notInLog, pgp: absentSignature },
      'verification',
      /does not know it.*404/,
    ],
    [
      'a list alone, of an old release',
      situation({ version: '1.20' }),
      { list, pgp: absentSignature },
      'verification',
      /404/,
    ],
    ['the log, for an old tarball', situation({ version: '1.20' }), { log, list }, 'verification', /no PGP signature/],
    ['nothing with GOSUMDB=off', situation({ ...zip, gosumdb: 'off' }), {}, 'verification', /GOSUMDB=off/],
    ['nothing of what GONOSUMDB names', situation({ ...zip, gonosumdb: '*' }), {}, 'verification', /not asked/],
    ['a signature for a zip', situation({ ...zip, gpg: true }), { log }, 'verification', /no PGP signature/],
    ['a log that cannot be reached', situation(zip), { log: down }, 'network', /no route/],
    [
      'a log that cannot be reached, and no signature',
      situation(),
      { log: down, pgp: absentSignature },
      'network',
      /no route.*404/,
    ],
    ['the log alone, with --gpg', situation({ gpg: true }), { log, pgp: absentSignature }, 'verification', /404/],
    [
      'an excuse alone, with --gpg',
      situation({ ...fileZip, gosumdb: 'off', gpg: true }),
      {},
      'verification',
      /no PGP signature/,
    ],
  ])('%s', async (_, asked, obtained, code, reason) => {
    const error = await gvErrorOf(code, () => judgeProofs(asked, obtained))
    expect(error.reason).toMatch(reason)
    expect(error.hint).toMatch(code === 'network' ? /do without --offline/ : /--insecure/)
  })
})

describe('what was shown to be false', () => {
  test.each<[string, Obtained]>([
    ['a log that contradicts itself', { log: forked, pgp }],
    ['a wrong signature, beside a good log', { log, pgp: badSignature }],
  ])('is refused whatever else there is, --insecure or not: %s', async (_, obtained) => {
    for (const insecure of [false, true]) {
      await gvErrorOf('verification', () => judgeProofs(situation({ insecure }), obtained))
    }
  })

  test('is not asked of the log for what it does not cover', () => {
    expect(judgeProofs(situation({ version: '1.20' }), { log: forked, pgp })).toMatchObject({ proof: { pgp } })
  })

  test('is told from what went wrong besides', async () => {
    for (const code of ['storage', 'interrupted', 'usage', 'failed'] as const) {
      await gvErrorOf(code, () => judgeProofs(situation({ insecure: true }), { log: new GvError(code, 'x') }))
    }
  })
})
