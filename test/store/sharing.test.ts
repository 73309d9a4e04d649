import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { type Store, storeAt } from '../../src/store/layout.ts'
import { type Dedupe, sharingFor } from '../../src/store/sharing.ts'
import { prepareStore } from '../../src/store/store-folders.ts'
import { host } from './installing.ts'
import { mountTmpfs } from './mounts.ts'
import { temporaryFolder, toolchainId } from './unpacking.ts'

function storeWith(...names: string[]): Store {
  const store = storeAt(join(temporaryFolder(), 'store'))
  prepareStore(store)
  for (const name of names) mkdirSync(join(store.versions, name))
  return store
}

function donors(store: Store, version: string, dedupe: Dedupe = true): string[] | undefined {
  return sharingFor(store, toolchainId(version), host, dedupe)?.donors.map((goroot) => basename(goroot))
}

test('the nearest lend first, three at most, of whatever platform', () => {
  const store = storeWith('go1.20', 'go1.21.13', 'go1.22.1', 'go1.22.4.darwin-arm64', 'go1.23rc1', 'go1.24.9')
  expect(donors(store, '1.22.5')).toEqual(['go1.22.4.darwin-arm64', 'go1.22.1', 'go1.23rc1'])
  expect(donors(store, '1.19.13')).toEqual(['go1.20', 'go1.21.13', 'go1.22.4.darwin-arm64'])
})

test('nobody lends where there is nobody, or where the user does not want it', () => {
  expect(donors(storeWith(), '1.22.5')).toBeUndefined()
  const store = storeWith('go1.22.4')
  expect(donors(store, '1.22.5', false)).toBeUndefined()
  expect(readdirSync(store.tmp)).toEqual([])
})

test('hard links are not made where only copy-on-write is wanted', ({ skip }) => {
  const disk = mountTmpfs(1_000_000, 'mode=0755')
  if (disk === undefined) return skip('nothing can be mounted here')
  const store = storeAt(join(disk, 'store'))
  prepareStore(store)
  mkdirSync(join(store.versions, 'go1.22.4'))
  expect(sharingFor(store, toolchainId('1.22.5'), host, true)).toMatchObject({ how: 'link' })
  expect(donors(store, '1.22.5', 'reflink')).toBeUndefined()
  expect(readdirSync(store.tmp)).toEqual([])
})

test('what lies on another file system, or is a link, does not lend', ({ skip }) => {
  const disk = mountTmpfs(1_000_000, 'mode=0755')
  if (disk === undefined) return skip('nothing can be mounted here')
  const store = storeAt(join(temporaryFolder(), 'store'))
  mkdirSync(store.root)
  symlinkSync(disk, store.versions)
  prepareStore(store)
  mkdirSync(join(store.versions, 'go1.22.4'))
  expect(donors(store, '1.22.5')).toBeUndefined()
})
