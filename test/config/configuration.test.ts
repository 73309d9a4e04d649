import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { readConfiguration } from '../../src/config/configuration.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gv-config-'))
})

function read(text: string | undefined, env: Record<string, string> = {}) {
  if (text !== undefined) writeFileSync(join(root, 'config.toml'), text)
  return readConfiguration({ env: { GV_ROOT: root, ...env }, home: '/nowhere' })
}

test('nothing is configured where there is no file', () => {
  expect(read(undefined)).toEqual({
    autoInstall: 'automatic',
    autoInstallFrom: undefined,
    gomod: 'requirement',
    trustSharedFiles: false,
    dedupe: true,
  })
})

test('the file counts, and the environment before it', () => {
  const text = 'auto_install = "never" # quiet\ngomod = "minimum"\ntrust_shared_files = true\ndedupe = false\n'
  expect(read(text)).toEqual({
    autoInstall: 'never',
    autoInstallFrom: 'config.toml',
    gomod: 'minimum',
    trustSharedFiles: true,
    dedupe: false,
  })
  expect(read(text, { GV_AUTO_INSTALL: 'ask' })).toMatchObject({
    autoInstall: 'ask',
    autoInstallFrom: 'GV_AUTO_INSTALL',
  })
  expect(read(text, { GV_AUTO_INSTALL: '' })).toMatchObject({ autoInstall: 'never' })
  expect(read('dedupe = "reflink"')).toMatchObject({ dedupe: 'reflink' })
})

describe('what cannot be read is an error that names it', () => {
  test.each([
    ['auto_install = "maybe"', /auto_install is "maybe"; it takes automatic, ask, never/],
    ['gomod = 1', /gomod is "1"/],
    ['auto-install = "never"', /there is no setting "auto-install"; did you mean "auto_install"/],
    ['trust_shared_files = "yes"', /true or false/],
    ['dedupe = "always"', /dedupe takes true, false or "reflink"/],
    ['auto_install = ', /./],
    [`x = "${'y'.repeat(70_000)}"`, /larger than 64 KiB/],
  ])('%.40s', (text, reason) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'usage',
        reason: expect.stringMatching(reason),
        message: expect.stringContaining('config.toml'),
      }),
    )
  })

  test('a folder in its place, and a word in the environment', () => {
    mkdirSync(join(root, 'config.toml'))
    expect(() => read(undefined)).toThrow(expect.objectContaining({ reason: 'it is not a file' }))
    expect(() => readConfiguration({ env: { GV_ROOT: '/nowhere', GV_AUTO_INSTALL: 'x' }, home: '/' })).toThrow(
      /GV_AUTO_INSTALL/,
    )
  })
})
