import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withPin } from '../../src/project/pin-edit.ts'
import { parsePinFile } from '../../src/project/pin-file.ts'
import { writePin } from '../../src/project/pin-write.ts'
import { hasPin, pinFileToWrite } from '../../src/project/project-pin.ts'

describe('a pin is changed in place', () => {
  test.each([
    ['golang 1.21.0\n', 'golang 1.22.5\n'],
    ['nodejs 20.1.0\ngolang 1.21.0 1.20 # why\r\npython 3\n', 'nodejs 20.1.0\ngolang 1.22.5 # why\r\npython 3\n'],
    ['\tgo\t1.21\t#x', '\tgo\t1.22.5\t#x'],
    ['\ufeffgolang 1.21.0\n', '\ufeffgolang 1.22.5\n'],
    ['golang 1.21\ngolang 1.20\n', 'golang 1.22.5\ngolang 1.20\n'],
    ['golang\n', 'golang 1.22.5\n'],
    ['golang nonsense@@\n', 'golang 1.22.5\n'],
    ['nodejs 20', 'nodejs 20\ngolang 1.22.5\n'],
    ['nodejs 20\r\n', 'nodejs 20\r\ngolang 1.22.5\r\n'],
    ['', 'golang 1.22.5\n'],
    ['# golang 1.21\n', '# golang 1.21\ngolang 1.22.5\n'],
  ])('.tool-versions %j', (before, after) => {
    expect(withPin('.tool-versions', before, '1.22.5')).toBe(after)
  })

  test.each([
    ['1.21.0\n', '1.22.5\n'],
    ['# mine\n  go1.21.0  # why\r\n', '# mine\n  1.22.5  # why\r\n'],
    ['', '1.22.5\n'],
  ])('.go-version %j', (before, after) => {
    expect(withPin('.go-version', before, '1.22.5')).toBe(after)
  })

  test('whatever stands in the file, the new version is what counts afterwards, and no other line changes', () => {
    const word = fc.constantFrom('golang', 'go', 'nodejs', '1.21', '1.20.3', '#', ' ', '\t', 'x', '')
    const line = fc.array(word, { maxLength: 5 }).map((words) => words.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const before = lines.join(end)
        const after = withPin('.tool-versions', before, '1.22.5')
        expect(parsePinFile('.tool-versions', { text: after, isCut: false })).toMatchObject({ specs: ['1.22.5'] })
        const plain = (text: string) => text.split('\n').map((one) => one.replace(/\r$/, ''))
        const changed = plain(after).filter((text, i) => text !== plain(before)[i])
        expect(changed.filter((text) => text !== '').length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a pin file', () => {
  test('keeps its mode, and a link stays a link', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gv-pin-'))
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real/versions'), 'golang 1.21\n')
    chmodSync(join(folder, 'real/versions'), 0o640)
    symlinkSync('real/versions', join(folder, '.tool-versions'))
    writePin(join(folder, '.tool-versions'), '1.22')
    expect(lstatSync(join(folder, '.tool-versions')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real/versions'), 'utf8')).toBe('golang 1.22\n')
    expect(statSync(join(folder, 'real/versions')).mode & 0o7777).toBe(0o640)
  })

  test('that is not text is left alone', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'gv-pin-')), '.tool-versions')
    const utf16 = Buffer.from('\ufeffgolang 1.21\n', 'utf16le')
    writeFileSync(file, utf16)
    expect(() => writePin(file, '1.22')).toThrow(/cannot be used/)
    expect(readFileSync(file)).toEqual(utf16)
  })

  test('that decides is found upwards, also when it cannot be understood, but not in $HOME', () => {
    const home = mkdtempSync(join(tmpdir(), 'gv-pin-'))
    mkdirSync(join(home, 'a/b'), { recursive: true })
    writeFileSync(join(home, '.tool-versions'), 'golang 1.20\n')
    const where = { cwd: join(home, 'a/b'), env: {}, home }
    expect(pinFileToWrite(where)).toBe(join(home, 'a/b/.tool-versions'))
    writeFileSync(join(home, 'a/.tool-versions'), 'nodejs 20\n')
    expect(pinFileToWrite(where)).toBe(join(home, 'a/b/.tool-versions'))
    writeFileSync(join(home, 'a/.go-version'), 'what?\n')
    expect(pinFileToWrite(where)).toBe(join(home, 'a/.go-version'))
    expect(hasPin(join(home, '.tool-versions'))).toBe(true)
  })
})
