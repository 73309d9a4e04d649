import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifyLogProof } from '../../src/verify/log-proof.ts'
import { type LogProof, type Proof, parseProof } from '../../src/verify/proof.ts'
import { SumDatabase } from '../../src/verify/sumdb.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { sha256Hex } from '../support/log-cases.ts'
import { h1Of, MemoryStorage, recordText, SumLog, toolchain } from '../support/sumlog.ts'

const log = new SumLog().growTo(300)
const wanted = toolchain('1.22.5')
log.add(wanted, h1Of('the true one'))
log.growTo(777)
const { proof } = await new SumDatabase(log.key, new MemoryStorage(log)).lookup(wanted)

const whole: Proof = {
  log: proof,
  pgp: {
    primaryFingerprint: 'eb4c1bfd4f042f6dddccec917721f63bd38b4796',
    signingFingerprint: '0f06ff86beeaf4e71866ee5232ee5355a6bc6e42',
    signedAt: '2024-07-02T17:24:43.000Z',
    signature: '-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n',
  },
  list: { url: 'https://go.dev/dl/', sha256: sha256Hex('x'), sizeBytes: 68_988_925 },
  file: { url: 'file:///srv/goproxy', setting: 'GONOSUMDB' },
}

describe("the log's proof", () => {
  test('holds by itself, also out of a receipt', () => {
    const { log: kept } = parseProof(JSON.parse(JSON.stringify(whole)))
    expect(kept).toEqual(proof)
    expect(verifyLogProof(kept ?? proof, log.key)).toEqual({ h1: h1Of('the true one'), goModH1: h1Of('go.mod') })
  })

  test('holds in a log of one record', () => {
    const small = new SumLog()
    small.add(wanted)
    const record = {
      ...wanted,
      record: 0,
      recordText: small.record(0),
      inclusion: [],
      head: small.head(),
      log: small.key.name,
    }
    expect(verifyLogProof({ ...record, h1: h1Of(`${wanted.module}@${wanted.version}`) }, small.key)).toBeDefined()
  })

  const evil = h1Of('an evil one')
  test.each<[string, Partial<LogProof>]>([
    ['another hash', { h1: evil }],
    ['another hash, in the record too', { h1: evil, recordText: recordText(wanted, evil, h1Of('go.mod')) }],
    ['another version', { version: toolchain('1.22.4').version }],
    ['another module', { module: 'golang.org/toolchains' }],
    ['another record', { record: 301 }],
    ['no hashes', { inclusion: [] }],
    ['a hash too many', { inclusion: [...proof.inclusion, proof.inclusion[0] ?? ''] }],
    ['junk behind the hashes', { inclusion: [...proof.inclusion, 'x'] }],
    ['a hash that is none', { inclusion: proof.inclusion.with(0, 'x') }],
    ['hashes in another order', { inclusion: proof.inclusion.toReversed() }],
    ['the head of a fork', { head: log.fork(299).growTo(777).head() }],
    ['an older head', { head: log.head(776) }],
    ['the head of another log', { head: new SumLog().growTo(777).head() }],
    ['no head', { head: '' }],
    ['lines around the record', { recordText: `x\n${proof.recordText}` }],
  ])('with %s does not hold', async (_, change) => {
    await gvErrorOf('verification', () => verifyLogProof({ ...proof, ...change }, log.key))
  })

  test('does not hold under another key', async () => {
    await gvErrorOf('verification', () => verifyLogProof(proof, new SumLog().key))
  })
})

describe('a proof in a receipt', () => {
  test('is read', () => {
    expect(parseProof(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
    expect(parseProof({})).toEqual({})
  })

  test('loses what could be secret', () => {
    const { list, file } = parseProof({
      ...whole,
      list: { ...whole.list, url: 'https://user:password@mirror.example/dl?token=1' },
    })
    expect(list?.url).toBe('https://mirror.example/dl')
    expect(file).toEqual(whole.file)
  })

  test.each([
    [null, undefined, 'x', 5, [], [whole]],
    [{ log: null }, { log: {} }, { log: [] }, { log: { ...proof, record: '5' } }, { log: { ...proof, record: -1 } }],
    [{ log: { ...proof, record: 1.5 } }, { log: { ...proof, record: 2 ** 53 } }, { log: { ...proof, h1: 'h1:x' } }],
    [
      { log: { ...proof, inclusion: 'x' } },
      { log: { ...proof, inclusion: [5] } },
      { log: { ...proof, inclusion: Array(65).fill(proof.inclusion[0]) } },
    ],
    [{ log: { ...proof, head: '' } }, { log: { ...proof, head: 'x'.repeat(65_537) } }],
    [
      { pgp: { ...whole.pgp, primaryFingerprint: 'EB4C' } },
      { pgp: { ...whole.pgp, signedAt: 'today' } },
      { pgp: true },
    ],
    [{ list: { ...whole.list, sha256: 'x' } }, { list: { ...whole.list, sizeBytes: Infinity } }],
    [{ file: { ...whole.file, setting: 'GOFLAGS' } }, { file: { ...whole.file, url: 'https://x.example' } }],
  ])('that gv did not write is refused (%#)', async (...proofs) => {
    for (const json of proofs) await gvErrorOf('storage', () => parseProof(json))
  })

  test('of any kind is read, or refused with a GvError', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.jsonValue(), fc.record({ log: fc.jsonValue(), pgp: fc.jsonValue() })),
        async (json) => {
          try {
            parseProof(json)
          } catch {
            await gvErrorOf('storage', () => parseProof(json))
          }
        },
      ),
    )
  })
})
