import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Platform } from '../../src/platform.ts'
import { assertKnownFormat, migrateStore } from '../../src/store/format.ts'
import { heal } from '../../src/store/heal.ts'
import { listInstalled } from '../../src/store/installed.ts'
import { type Store, storeAt, toolchainName } from '../../src/store/layout.ts'
import { readReceipt } from '../../src/store/receipt.ts'
import { receiptText } from '../../src/store/receipt-format.ts'
import { assertTrustedStore, prepareStore } from '../../src/store/store-folders.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { receiptFor } from './installing.ts'
import { temporaryFolder, toolchainId } from './unpacking.ts'

const intel: Platform = { os: 'darwin', arch: 'amd64' }
const silicon: Platform = { os: 'darwin', arch: 'arm64' }

/** A store as an older gv left it on a machine: each toolchain with its receipt, and no number. */
function storeOf(host: Platform, toolchains: readonly [version: string, platform: Platform][]): Store {
  const store = storeAt(temporaryFolder())
  prepareStore(store)
  writeFileSync(join(store.root, 'archive'), '')
  for (const [version, platform] of toolchains) {
    const id = toolchainId(version, platform.os, platform.arch)
    const name = toolchainName(id.version, platform, host)
    mkdirSync(join(store.versions, name))
    writeFileSync(join(store.versions, name, 'VERSION'), `${version} ${platform.arch}`)
    const tree = { manifest: '', h1: `h1:${'A'.repeat(43)}=`, extra: '', files: 0, sizeBytes: 0 }
    const receipt = receiptFor(id, join(store.root, 'archive'), tree, 0o022)
    writeFileSync(join(store.receipts, `${name}.json`), receiptText(receipt))
    writeFileSync(join(store.receipts, `${name}.h1`), '')
  }
  return store
}

/** What is installed, with what lies in its folder and whether its receipt fits. */
function seen(store: Store, host: Platform): string[] {
  return listInstalled(store, host).map((toolchain) => {
    const text = readFileSync(join(toolchain.goroot, 'VERSION'), 'utf8')
    return `${toolchain.name}: ${text}, ${readReceipt(store, toolchain) ? 'receipt' : 'no receipt'}`
  })
}

describe('a store of before there was a number', () => {
  test('gets one, and stays as it is otherwise', async () => {
    const store = storeOf(silicon, [
      ['1.22.5', silicon],
      ['1.22.5', intel],
    ])
    const before = seen(store, silicon)
    await heal({ store, host: silicon, command: 'test' })
    expect(JSON.parse(readFileSync(join(store.root, 'store.json'), 'utf8'))).toEqual({
      format: 1,
      host: 'darwin-arm64',
    })
    expect(seen(store, silicon)).toEqual(before)
    assertKnownFormat(store)
  })

  test('that was made on a machine of another architecture gets the names of this one, and keeps its receipts', async () => {
    const store = storeOf(intel, [
      ['1.22.5', intel],
      ['1.22.5', silicon],
      ['1.21.13', intel],
    ])
    const moved = [
      'go1.22.5: 1.22.5 arm64, receipt',
      'go1.22.5.darwin-amd64: 1.22.5 amd64, receipt',
      'go1.21.13.darwin-amd64: 1.21.13 amd64, receipt',
    ]
    await migrateStore(store, silicon)
    expect(seen(store, silicon)).toEqual(moved)
    await heal({ store, host: silicon, command: 'test' })
    expect(seen(store, silicon)).toEqual(moved)
    expect(readdirSync(store.receipts)).toHaveLength(6)
  })

  test('is brought on where the migration was cut off', async () => {
    const store = storeOf(intel, [['1.22.5', intel]])
    // Cut off after the receipt was copied, and after the folder was renamed.
    for (const ending of ['json', 'h1']) {
      writeFileSync(
        join(store.receipts, `go1.22.5.darwin-amd64.${ending}`),
        readFileSync(join(store.receipts, `go1.22.5.${ending}`)),
      )
    }
    await migrateStore(store, silicon)
    expect(seen(store, silicon)).toEqual(['go1.22.5.darwin-amd64: 1.22.5 amd64, receipt'])
    rmSync(join(store.root, 'store.json'))
    writeFileSync(join(store.receipts, 'go1.22.5.h1'), '')
    await heal({ store, host: silicon, command: 'test' })
    expect(readdirSync(store.receipts)).toEqual(['go1.22.5.darwin-amd64.h1', 'go1.22.5.darwin-amd64.json'])
  })

  test('keeps what has no receipt, or one that cannot be believed, where it is', async () => {
    const store = storeOf(silicon, [['1.22.5', silicon]])
    mkdirSync(join(store.versions, 'go1.20'))
    mkdirSync(join(store.versions, 'go1.21.0'))
    writeFileSync(join(store.receipts, 'go1.21.0.json'), readFileSync(join(store.receipts, 'go1.22.5.json')))
    await migrateStore(store, intel)
    expect(readdirSync(store.versions)).toEqual(['go1.20', 'go1.21.0', 'go1.22.5.darwin-arm64'])
  })
})

test('a store that a newer gv made is read, and not changed', async () => {
  const store = storeOf(silicon, [['1.22.5', silicon]])
  writeFileSync(join(store.root, 'store.json'), '{"format":2}')
  for (const work of [() => prepareStore(store), () => assertTrustedStore(store)]) {
    const error = await gvErrorOf('storage', work)
    expect(error.reason).toMatch(/a newer gv made it \(format 2, this one knows up to 1\)/)
  }
  expect(seen(store, silicon)).toHaveLength(1)
  expect(existsSync(join(store.root, 'store.json'))).toBe(true)
})
