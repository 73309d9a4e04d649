import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemStoreLayout } from '../../src/store/layout.ts'
import { assertUsablePlaces, protectedPrefixOf } from '../../src/system/prefix.ts'
import { temporaryFolder } from '../store/unpacking.ts'
import { gvErrorOf } from '../support/expect-error.ts'

const mac = { os: 'darwin', arch: 'arm64' }
const linux = { os: 'linux', arch: 'amd64' }

describe('a prefix', () => {
  test.each([
    ['/System/go', '/System'],
    ['/system/go', '/System'],
    ['/SYSTEM/Volumes/Data/opt/go', '/System'],
    ['/usr', '/usr'],
    ['/usr/go', '/usr'],
    ['/USR/lib/go', '/usr'],
    ['/usr/localx/go', '/usr'],
    ['/bin/go', '/bin'],
    ['/sbin', '/sbin'],
    ['/var/db/go', '/var/db'],
    ['/private/var/db/go', '/private/var/db'],
    ['/Private/Var/DB/go', '/private/var/db'],
    ['/Library/Apple/go', '/Library/Apple'],
    ['/go', '/'],
    ['/', '/'],
  ])('%s is protected on macOS, by %s', (path, prefix) => {
    expect(protectedPrefixOf(path, mac)).toBe(prefix)
  })

  test.each([
    '/opt/go',
    '/Opt/Go',
    '/usr/local/go',
    '/usr/Local/go',
    '/Library/Go',
    '/Users/Shared/go',
    '/Systems/go',
    '/private/var/dbx/go',
  ])('%s is not protected on macOS', (path) => {
    expect(protectedPrefixOf(path, mac)).toBeUndefined()
  })

  test.each([
    ['/usr/lib/go', '/usr'],
    ['/usr', '/usr'],
    ['/bin', '/bin'],
    ['/lib64/go', '/lib64'],
    ['/etc/go', '/etc'],
    ['/proc/self/fd', '/proc'],
    ['/dev/go', '/dev'],
    ['/', '/'],
  ])('%s belongs to the system on Linux, by %s', (path, prefix) => {
    expect(protectedPrefixOf(path, linux)).toBe(prefix)
  })

  test.each(['/opt/go', '/usr/local/go', '/srv/go', '/go', '/var/opt/go', '/USR/go', '/dev/shm/go', '/home/shared/go'])(
    '%s may be used on Linux',
    (path) => {
      expect(protectedPrefixOf(path, linux)).toBeUndefined()
    },
  )
})

function placesOf(root: string, link: string) {
  return systemStoreLayout({ env: { GV_SYSTEM_ROOT: root, GV_SYSTEM_LINK: link } })
}

describe('the places of the system store', () => {
  test('that are usual are right on either system', () => {
    for (const host of [mac, linux]) assertUsablePlaces(systemStoreLayout({ env: {} }), host)
  })

  test('that are protected are refused with the reason and the two that work', async () => {
    const error = await gvErrorOf('usage', () => assertUsablePlaces(placesOf('/System/go', '/usr/local/go'), mac))
    expect(error).toMatchObject({
      message: 'GV_SYSTEM_ROOT is "/System/go"',
      reason: 'macOS protects /System from everyone (System Integrity Protection)',
      hint: expect.stringMatching(/\/opt\/go and \/usr\/local\/go work/),
    })
    const onLinux = await gvErrorOf('usage', () => assertUsablePlaces(placesOf('/opt/go', '/usr/bin/go'), linux))
    expect(onLinux).toMatchObject({
      message: 'GV_SYSTEM_LINK is "/usr/bin/go"',
      reason: '/usr belongs to the operating system',
    })
  })

  test('are looked at behind every link, also where the last parts are not there yet', async () => {
    const folder = temporaryFolder()
    symlinkSync('/usr/lib', join(folder, 'innocent'))
    symlinkSync('innocent', join(folder, 'again'))
    const error = await gvErrorOf('usage', () =>
      assertUsablePlaces(placesOf(join(folder, 'again/a/b'), '/usr/local/go'), linux),
    )
    expect(error.reason).toBe('it leads to "/usr/lib/a/b", and /usr belongs to the operating system')
  })

  test.each([
    ['in a toolchain', '/opt/go', '/opt/go/go1.22.5/bin', /within a toolchain/],
    ['in the place of a toolchain', '/opt/go', '/opt/go/go1.22.5', /the place of a toolchain/],
    ["in gv's own folder", '/opt/go', '/opt/go/.gv/tmp', /keeps its own files/],
    ['in the place of the store', '/opt/go', '/opt/go', /would lie behind it/],
    ['above the store', '/opt/x/go', '/opt/x', /would lie behind it/],
  ])('must not put the link %s', async (_what, root, link, says) => {
    expect((await gvErrorOf('usage', () => assertUsablePlaces(placesOf(root, link), linux))).reason).toMatch(says)
  })

  test('may put the link beside the toolchains', () => {
    assertUsablePlaces(placesOf('/opt/go', '/opt/go/current'), linux)
  })

  test.each([
    ['GV_SYSTEM_ROOT', { GV_SYSTEM_ROOT: 'opt/go' }],
    ['GV_SYSTEM_LINK', { GV_SYSTEM_LINK: './go' }],
  ])('are absolute: %s', async (name, env) => {
    expect((await gvErrorOf('usage', () => systemStoreLayout({ env }))).message).toMatch(name)
  })
})
