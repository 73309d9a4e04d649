import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listInstalled } from '../../src/store/installed.ts'
import { parseToolchainName, storeAt, storeLayout, toolchainModule, toolchainName } from '../../src/store/layout.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { temporaryFolder, toolchainId } from './unpacking.ts'

const host = { os: 'linux', arch: 'amd64' }

describe('the store', () => {
  test('lies in GV_ROOT, else in ~/.gv; a variable that is set to nothing does not count', () => {
    expect(storeLayout({ env: { GV_ROOT: '/data/gv' }, home: '/home/me' }).versions).toBe('/data/gv/versions')
    expect(storeLayout({ env: {}, home: '/home/me' }).current).toBe('/home/me/.gv/current')
    expect(storeLayout({ env: { GV_ROOT: '' }, home: '/home/me' }).root).toBe('/home/me/.gv')
    expect(storeLayout({ env: { GV_ROOT: '/data/../gv/' }, home: '/' }).root).toBe('/gv')
  })

  test('is not taken from a relative path', async () => {
    const error = await gvErrorOf('usage', () => storeLayout({ env: { GV_ROOT: 'gv' }, home: '/home/me' }))
    expect(error.reason).toMatch(/absolute/)
  })
})

describe('the name of a toolchain', () => {
  test.each([
    ['1.22.5', 'linux', 'amd64', 'go1.22.5'],
    ['1.22.5', 'darwin', 'arm64', 'go1.22.5.darwin-arm64'],
    ['1.22.5', 'linux', 'arm64', 'go1.22.5.linux-arm64'],
    ['1.20', 'linux', 'amd64', 'go1.20'],
    ['1.20', 'windows', '386', 'go1.20.windows-386'],
    ['1.23rc1', 'plan9', 'arm', 'go1.23rc1.plan9-arm'],
    ['1.9.2rc2', 'linux', 's390x', 'go1.9.2rc2.linux-s390x'],
    ['1', 'linux', 'amd64', 'go1'],
    ['1', 'darwin', 'amd64', 'go1.darwin-amd64'],
  ])('of %s for %s-%s is %4$s', (text, os, arch, name) => {
    const id = toolchainId(text, os, arch)
    expect(toolchainName(id.version, id.platform, host)).toBe(name)
    expect(parseToolchainName(name, host)).toEqual(id)
  })

  test.each([
    'go1.22',
    '1.22.5',
    'go1.22.5.linux-amd64',
    'go1.20.0',
    'go1.22.5.',
    'go1.22.5.darwin',
    'go1.22.5.darwin-amd64.x',
    'go1.22.5/..',
    'go01.22.5',
    'go1.22.5-custom',
    'GO1.22.5',
    'go1.22.5.Darwin-amd64',
    'go1.22.5.darwin_amd64',
    ' go1.22.5',
    'go1.22.5\n',
    '..',
    '',
  ])('is not %j', (name) => {
    expect(parseToolchainName(name, host)).toBeUndefined()
  })

  test('is never read out of other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const id = parseToolchainName(text, host)
        expect(id === undefined || toolchainName(id.version, id.platform, host) === text).toBe(true)
      }),
    )
  })

  test('is another one in the log', () => {
    expect(toolchainModule(toolchainId('1.22.5'))).toBe('golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64')
  })
})

describe('what is installed', () => {
  test('are the folders with a right name, newest first, and nothing else', () => {
    const store = storeAt(temporaryFolder())
    const names = [
      'go1.9.7',
      'go1.21rc2',
      'go1.22.5',
      'go1.22.5.darwin-amd64',
      'go1.10.8',
      'go1.21.0',
      'go1.20',
      'go1.20rc1',
    ]
    for (const name of [...names, 'go1.22', 'gopher', '.go1.22.6', 'go1.22.5.linux-amd64']) {
      mkdirSync(join(store.versions, name), { recursive: true })
    }
    writeFileSync(join(store.versions, 'go1.22.7'), 'a file')
    symlinkSync('/usr/local/go', join(store.versions, 'go1.22.8'))
    expect(listInstalled(store, host).map(({ name }) => name)).toEqual([
      'go1.22.5',
      'go1.22.5.darwin-amd64',
      'go1.21.0',
      'go1.21rc2',
      'go1.20',
      'go1.20rc1',
      'go1.10.8',
      'go1.9.7',
    ])
    expect(listInstalled(store, host)[1]).toMatchObject({
      goroot: join(store.versions, 'go1.22.5.darwin-amd64'),
      platform: { os: 'darwin', arch: 'amd64' },
    })
  })

  test('is nothing where there is no store', () => {
    expect(listInstalled(storeAt(join(temporaryFolder(), 'none')), host)).toEqual([])
  })

  test('cannot be told when the folder is a file', async () => {
    const store = storeAt(temporaryFolder())
    writeFileSync(store.versions, '')
    const error = await gvErrorOf('storage', () => listInstalled(store, host))
    expect(error.reason).toMatch(/is a file and should be a folder/)
  })
})
