import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { gorootOf, type Store, storeAt } from '../../src/store/layout.ts'
import { readManifests, summaryOf } from '../../src/store/manifests.ts'
import { deliverReceipt, readReceipt, writePendingReceipt } from '../../src/store/receipt.ts'
import { parseReceipt, type Receipt, receiptText } from '../../src/store/receipt-format.ts'
import { h1OfManifest } from '../../src/verify/dirhash.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { temporaryFolder, toolchainId } from './unpacking.ts'

const manifest = `${'a'.repeat(64)}  golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64/VERSION\n`
const extra = `${'b'.repeat(64)}  golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64/doc/x\n`

function makeReceipt(more: Partial<Receipt> = {}): Receipt {
  return {
    ...toolchainId('1.22.5'),
    source: 'https://go.dev.example/dl/go1.22.5.linux-amd64.tar.gz',
    archive: { sha256: 'c'.repeat(64), sizeBytes: 68_988_925 },
    tree: summaryOf({ manifest, h1: h1OfManifest(manifest), extra, files: 2, sizeBytes: 10 }),
    proof: { list: { url: 'https://go.dev.example/dl', sha256: 'c'.repeat(64), sizeBytes: 68_988_925 } },
    insecure: false,
    installedAt: '2026-11-22T17:00:00.000Z',
    gvVersion: '0.1.0',
    umask: 0o022,
    ...more,
  }
}

const name = 'go1.22.5'

function toolchainIn(store: Store) {
  return { ...toolchainId('1.22.5'), name, goroot: gorootOf(store, name) }
}

/** A store with this receipt in it. */
async function storeWith(receipt: Receipt, manifests = { manifest, extra }): Promise<Store> {
  const store = storeAt(temporaryFolder())
  const pending = join(store.tmp, 'pending')
  for (const folder of [pending, store.receipts]) mkdirSync(folder, { recursive: true })
  writePendingReceipt(pending, receipt, manifests)
  await deliverReceipt(store, name, pending)
  expect(readdirSync(pending)).toEqual([])
  return store
}

describe('a receipt', () => {
  test('is read as it was written', async () => {
    const receipt = makeReceipt()
    const store = await storeWith(receipt)
    expect(readReceipt(store, toolchainIn(store))).toEqual(receipt)
    expect(readManifests(store, toolchainIn(store), receipt)).toEqual({ manifest, extra })
  })

  test('of a zip and without a proof, too', async () => {
    const tree = summaryOf({ manifest, h1: h1OfManifest(manifest), extra: '', files: 1, sizeBytes: 5 })
    const receipt = makeReceipt({ tree, proof: null, insecure: true, umask: 0o077 })
    const store = await storeWith(receipt, { manifest, extra: '' })
    expect(readdirSync(store.receipts).sort()).toEqual(['go1.22.5.h1', 'go1.22.5.json'])
    expect(readReceipt(store, toolchainIn(store))).toEqual(receipt)
    expect(readManifests(store, toolchainIn(store), receipt)).toEqual({ manifest, extra: '' })
  })

  test('that is not there is none', () => {
    const store = storeAt(temporaryFolder())
    expect(readReceipt(store, toolchainIn(store))).toBeUndefined()
  })

  test('that is delivered again, after a crash, stays as it is', async () => {
    const store = await storeWith(makeReceipt())
    await deliverReceipt(store, name, join(store.tmp, 'pending'))
    expect(readReceipt(store, toolchainIn(store))).toBeDefined()
  })

  test('of another toolchain is not used', async () => {
    const store = await storeWith(makeReceipt(toolchainId('1.22.6')))
    const error = await gvErrorOf('storage', () => readReceipt(store, toolchainIn(store)))
    expect(error).toMatchObject({
      reason: 'it is that of another toolchain',
      hint: expect.stringContaining('gv uninstall'),
    })
  })

  test.each<[string, (json: Record<string, unknown>) => void]>([
    ['of another format', (json) => (json.format = 2)],
    ['without a version', (json) => delete json.version],
    ['of a bare line', (json) => (json.version = '1.22')],
    ['with a platform that is none', (json) => (json.platform = '../..')],
    ['with a hash that is none', (json) => (json.archive = { sha256: 'xyz', sizeBytes: 1 })],
    ['with a negative size', (json) => (json.archive = { sha256: 'c'.repeat(64), sizeBytes: -1 })],
    ['without its tree', (json) => (json.tree = null)],
    ['with an h1 that is none', (json) => (json.tree = { h1: 'h2:x', extraSha256: null, files: 1, sizeBytes: 1 })],
    ['with a proof that is none', (json) => (json.proof = 'trust me')],
    ['without a proof', (json) => delete json.proof],
    ['with a word for insecure', (json) => (json.insecure = 'no')],
    ['with a time that is none', (json) => (json.installedAt = 'yesterday')],
    ['with a umask that is none', (json) => (json.umask = '999')],
  ])('%s is refused', async (_what, spoil) => {
    const json: Record<string, unknown> = JSON.parse(receiptText(makeReceipt()))
    spoil(json)
    await gvErrorOf('storage', () => parseReceipt(JSON.stringify(json)))
  })

  test('that is any JSON is read or refused, and never crashes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          parseReceipt(text)
        } catch (error) {
          expect(error).toBeInstanceOf(GvError)
        }
      }),
    )
  })

  test.each(['h1', 'extra'])('with a changed %s is not used', async (ending) => {
    const receipt = makeReceipt()
    const store = await storeWith(receipt)
    writeFileSync(join(store.receipts, `${name}.${ending}`), `${manifest}${extra}`)
    const error = await gvErrorOf('storage', () => readManifests(store, toolchainIn(store), receipt))
    expect(error.reason).toMatch(/its hash is not the one in the receipt/)
  })

  test('without its manifest is not used', async () => {
    const receipt = makeReceipt()
    const store = await storeWith(receipt, { manifest: '', extra })
    await gvErrorOf('storage', () => readManifests(store, toolchainIn(store), receipt))
  })

  test('that is huge, or a folder, is not read', async () => {
    const store = await storeWith(makeReceipt())
    writeFileSync(join(store.receipts, `${name}.json`), ' '.repeat(2_000_000))
    await gvErrorOf('storage', () => readReceipt(store, toolchainIn(store)))
    const other = storeAt(temporaryFolder())
    mkdirSync(join(other.receipts, `${name}.json`), { recursive: true })
    await gvErrorOf('storage', () => readReceipt(other, toolchainIn(other)))
  })
})
