import { readFile, rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type Answer, status } from '../support/fault-server.ts'
import { altered, endless, webPage } from '../support/go-faults.ts'
import {
  armoredSignature,
  makeExpiringPgpKey,
  makePgpKey,
  signDetached,
  subkeyOf,
  type TestKey,
} from '../support/pgp-keys.ts'
import { archiveOf, type FakeToolchain, makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectNothingInstalled } from './expectations.ts'
import { type Origin, type Stage, setStage } from './stage.ts'

/** Before 1.21 tarballs were not made reproducibly: only a signature proves them. */
const old = makeToolchain('1.20.14')
const recent = makeToolchain('1.22.5')
const key = await makePgpKey()

function signatureOf(toolchain: FakeToolchain, signer: TestKey = key): Promise<string> {
  return signDetached({ signer: subkeyOf(signer), data: archiveOf(toolchain) }).then(armoredSignature)
}

/** A stage whose user trusts the test's key beside Google's. */
async function trustingStage(origin: Origin = 'a mirror', trusted = key): Promise<Stage> {
  const stage = await setStage(origin)
  const env = { GV_PGP_KEY: await stage.write('trusted.asc', trusted.armored) }
  return { ...stage, gv: (args, options) => stage.gv(args, { ...options, env: { ...env, ...options?.env } }) }
}

describe.each<Origin>(['go.dev', 'a mirror'])('a release before 1.21 from %s', (origin) => {
  test('is proven by its signature, now and from the cache', async () => {
    const stage = await trustingStage(origin)
    stage.server.site.publish(old, { signature: await signatureOf(old), unlogged: true })
    const result = await stage.gv(['install', '1.20.14'])
    expect(result).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/, proven by a PGP signature: /),
    })
    await expectInstalled(stage, old)
    expect(JSON.parse(await readFile(stage.path('store/receipts/go1.20.14.json'), 'utf8'))).toMatchObject({
      proof: { pgp: { primaryFingerprint: key.fingerprint, signingFingerprint: subkeyOf(key).getFingerprint() } },
      insecure: false,
    })
    await stage.gv(['uninstall', '1.20.14'])
    stage.server.reset()
    expect(await stage.gv(['install', '--offline', '1.20.14'])).toMatchObject({ status: 0, stderr: '' })
    expect(stage.server.seen).toEqual([])
    expect((await stage.gv(['list', '--json'])).json()).toMatchObject([{ version: '1.20.14', proof: 'pgp' }])
    expect(await stage.gv(['verify', '--offline', '1.20.14'])).toMatchObject({ status: 0, stderr: '' })
  })

  const other = makeToolchain('1.20.14', { extra: { 'src/fmt/print.go': 'package fmt // evil\n' } })
  const broken: readonly (readonly [what: string, status: number, says: RegExp, signature: () => Promise<string>])[] = [
    ['of another archive', exit.verification, /signature/, () => signatureOf(old)],
    ['of a key that nobody trusts', exit.verification, /key/, async () => signatureOf(other, await makePgpKey())],
    ['that is no signature', exit.verification, /signature/, async () => 'Good signature from "Google Inc."\n'],
    [
      'that is of this very archive, and cut',
      exit.verification,
      /signature/,
      async () => (await signatureOf(other)).slice(0, 200),
    ],
  ]
  test.each(broken)(
    'with a signature %s is refused, and trusted when it is honest',
    async (_what, code, says, signature) => {
      const stage = await trustingStage(origin)
      stage.server.site.publish(other, { signature: await signature(), unlogged: true })
      for (const flags of [[], ['--insecure']]) {
        expectFailure(await stage.gv(['install', '1.20.14', ...flags]), code, says)
        await expectNothingInstalled(stage)
      }
      stage.server.site.withdraw('1.20.14')
      stage.server.site.publish(old, { signature: await signatureOf(old), unlogged: true })
      expect(await stage.gv(['install', '1.20.14'])).toMatchObject({ status: 0, stderr: '' })
      await expectInstalled(stage, old)
    },
  )

  test.each<[string, number, RegExp, Answer]>([
    [
      'missing',
      exit.verification,
      /go1\.20\.14 cannot be proven: .*404.*\nhint: gv install --insecure 1\.20\.14 /,
      status(404),
    ],
    ['a web page', exit.verification, /signature/, webPage],
    ['of 300 MB', exit.network, /more than/, endless],
  ])('whose signature is %s is refused soon', async (_what, code, says, answer) => {
    const stage = await trustingStage(origin)
    stage.server.site.publish(old, { signature: await signatureOf(old), unlogged: true })
    stage.server.fault(/\.asc$/, answer)
    const failed = await stage.gv(['install', '1.20.14'])
    expectFailure(failed, code, says)
    expect(failed.elapsedMs).toBeLessThan(5000)
    expect(await stage.list('store/versions')).toEqual([])
    stage.server.reset()
    expect(await stage.gv(['install', '1.20.14'])).toMatchObject({ status: 0, stderr: '' })
  })

  test('without a signature is installed with --insecure alone, and that is shown ever after', async () => {
    const stage = await trustingStage(origin)
    stage.server.site.publish(old, { unlogged: true })
    const result = await stage.gv(['install', '--insecure', '1.20.14'])
    expect(result).toMatchObject({ status: 0, stdout: expect.stringMatching(/, NOT PROVEN \(--insecure\): /) })
    expect(result.stderr).toMatch(/^gv: go1\.20\.14 is installed although \(--insecure\) .*404.*\n$/)
    await expectInstalled(stage, old)
    expect((await stage.gv(['list'])).stdout).toMatch(/^ {2}1\.20\.14 +NOT PROVEN/)
    expect((await stage.gv(['list', '--json'])).json()).toMatchObject([{ proof: 'none' }])
    expect((await stage.gv(['verify', '1.20.14'])).stdout).toMatch(/NOT PROVEN/)
    // It is no word for wrong bytes.
    await stage.gv(['uninstall', '1.20.14'])
    await rm(stage.path('store/cache'), { recursive: true })
    stage.server.fault(stage.archives, (_, response) => response.end(altered(archiveOf(old))))
    expectFailure(await stage.gv(['install', '--insecure', '1.20.14']), exit.verification, /SHA-256|sha256/i)
    await expectNothingInstalled(stage)
  })
})

test("a release before 1.21 is not taken on the log's word as a tarball, but as a module", async () => {
  const tarball = await trustingStage('a mirror')
  tarball.server.site.publish(old)
  expectFailure(await tarball.gv(['install', '1.20.14']), exit.verification, /go1\.20\.14 cannot be proven: .*404/)
  const zip = await trustingStage('a GOPROXY')
  zip.server.site.publish(old)
  expect(await zip.gv(['install', '1.20.14'])).toMatchObject({ status: 0, stderr: '' })
  await expectInstalled(zip, old)
})

test('a signature of a trusted key that had expired by then is refused', async () => {
  const expired = await makeExpiringPgpKey(30)
  const stage = await trustingStage('a mirror', expired)
  stage.server.site.publish(old, { signature: await signatureOf(old, expired), unlogged: true })
  expectFailure(await stage.gv(['install', '1.20.14']), exit.verification, /expired/)
  await expectNothingInstalled(stage)
})

describe('--gpg', () => {
  test('demands the signature as well as the record of the log', async () => {
    const stage = await trustingStage()
    stage.server.site.publish(recent)
    expectFailure(
      await stage.gv(['install', '--gpg', '1.22.5']),
      exit.verification,
      /go1\.22\.5 cannot be proven: .*404/,
    )
    stage.server.site.withdraw('1.22.5')
    stage.server.site.publish(recent, { signature: await signatureOf(old), unlogged: true })
    expectFailure(await stage.gv(['install', '--gpg', '1.22.5']), exit.verification, /signature/)
    await expectNothingInstalled(stage)
    stage.server.site.withdraw('1.22.5')
    stage.server.site.publish(recent, { signature: await signatureOf(recent), unlogged: true })
    expect(await stage.gv(['install', '--gpg', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    const receipt = JSON.parse(await readFile(stage.path('store/receipts/go1.22.5.json'), 'utf8'))
    expect(receipt.proof).toMatchObject({ log: expect.anything(), pgp: { primaryFingerprint: key.fingerprint } })
  })

  test('is not to be had from a GOPROXY', async () => {
    const stage = await trustingStage('a GOPROXY')
    stage.server.site.publish(recent)
    expectFailure(
      await stage.gv(['install', '--gpg', '1.22.5']),
      exit.verification,
      /zip of a GOPROXY has no PGP signature/,
    )
    await expectNothingInstalled(stage)
  })
})

test('a signature stands in for a log that cannot be asked, with a word', async () => {
  const stage = await trustingStage()
  stage.server.site.publish(recent, { signature: await signatureOf(recent) })
  stage.server.fault(/\/log\//, status(403))
  const result = await stage.gv(['install', '1.22.5'])
  expect(result).toMatchObject({ status: 0, stdout: expect.stringMatching(/proven by a PGP signature/) })
  expect(result.stderr).toMatch(
    /^gv: go1\.22\.5 is proven by its PGP signature alone, not by the checksum database: .*\n$/,
  )
})

test.each([
  ['is not there', undefined],
  ['is no key', 'just words\n'],
])('GV_PGP_KEY that %s is an error', async (_what, content) => {
  const stage = await setStage('a mirror')
  stage.server.site.publish(old, { signature: await signatureOf(old), unlogged: true })
  if (content !== undefined) await stage.write('key.asc', content)
  const result = await stage.gv(['install', '1.20.14'], { env: { GV_PGP_KEY: stage.path('key.asc') } })
  expectFailure(result, exit.usage, /GV_PGP_KEY names no PGP key: .*\nhint: unset GV_PGP_KEY/)
  expect(await stage.list('store/versions')).toEqual([])
})
