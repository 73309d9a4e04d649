import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { printable } from '../../src/text.ts'
import { paxEntry, paxRecord, type TarEntry, tarEnd, tarOf } from '../support/archive-writer.ts'
import { gz, honestTar, refusalOf, unpack } from './unpacking.ts'

/** An honest tarball with one thing more in it. */
function withEntries(...entries: TarEntry[]): Buffer {
  return gz(tarOf([...honestTar, ...entries]))
}

const body = 'x'

describe('a tarball', () => {
  test('that is honest is unpacked', async () => {
    const { files } = await unpack('tar.gz', withEntries())
    expect(files).toBe(honestTar.length)
  })

  test.each<[string, TarEntry, RegExp]>([
    ['a symbolic link', { name: 'go/evil', type: '2', linkName: '/etc/passwd' }, /"go\/evil" is a symbolic link/],
    ['a hard link', { name: 'go/evil', type: '1', linkName: 'go/bin/go' }, /"go\/evil" is a hard link/],
    ['a character device', { name: 'go/evil', type: '3' }, /"go\/evil" is a character device/],
    ['a block device', { name: 'go/evil', type: '4' }, /"go\/evil" is a block device/],
    ['a FIFO', { name: 'go/evil', type: '6' }, /"go\/evil" is a FIFO/],
    ['a contiguous file', { name: 'go/evil', type: '7' }, /"go\/evil" is of an unknown type/],
    ['a file of the oldest kind', { name: 'go/evil', type: '\0' }, /"go\/evil" is of an unknown type/],
    ['a sparse file', { name: 'go/evil', type: 'S', magic: 'ustar  \0' }, /"go\/evil" is a sparse file/],
    ['a global header', { ...paxEntry({ path: 'go/evil' }), type: 'g' }, /is a global header/],
    ['a long link name', { name: '././@LongLink', type: 'K', body: 'x\0' }, /is a link with a long name/],
    ['a file with a link name', { name: 'go/evil', linkName: 'x' }, /"go\/evil" has a malformed text/],
    ['..', { name: 'go/../evil', body }, /"go\/\.\.\/evil" has a path with \.\./],
    ['.. at the end', { name: 'go/src/..', type: '5' }, /has a path with \.\./],
    ['.. only', { name: '..', type: '5' }, /"\.\." has a path with \.\./],
    ['a dot', { name: 'go/./evil', body }, /"go\/\.\/evil" has a path that is not clean/],
    ['a dot in front', { name: './go/evil', body }, /"\.\/go\/evil" lies outside/],
    ['an empty segment', { name: 'go//evil', body }, /"go\/\/evil" has a path that is not clean/],
    ['an absolute path', { name: '/go/evil', body }, /"\/go\/evil" has an absolute path/],
    ['an absolute path of Windows', { name: 'C:/go/evil', body }, /"C:\/go\/evil" lies outside/],
    ['a file beside go/', { name: 'evil', body }, /"evil" lies outside of go\//],
    ['a folder beside go/', { name: 'gone/', type: '5' }, /"gone" lies outside of go\//],
    ['an empty name', { name: '', body }, /entry "" lies outside/],
    ['a backslash', { name: 'go/src\\evil', body }, /has a backslash/],
    ['a control character', { name: 'go/e\x1b[31mvil', body }, /"go\/e\\x1b\[31mvil" has a control/],
    ['a line feed', { name: 'go/e\nvil', body }, /"go\/e\\nvil" has a control/],
    ['text of the other direction', { name: 'go/e\u202evil', body }, /has a control or invisible/],
    ['invalid UTF-8', { name: Buffer.from('go/\xff', 'latin1'), body }, /invalid UTF-8/],
    ['text behind the NUL of a name', { name: Buffer.from('go/evil\0\nx'), body }, /has a malformed text/],
    ['a duplicate', { name: 'go/VERSION', body }, /"VERSION" is there twice/],
    ['a file that is a folder', { name: 'go/src', body }, /"src" is both a file and a folder/],
    ['a file in a file', { name: 'go/VERSION/evil', body }, /"VERSION\/evil" is both a file and a folder/],
    ['a folder that is a file', { name: 'go/VERSION/', type: '5' }, /"VERSION" is both a file and a folder/],
    ['another case', { name: 'go/version', body }, /"version" cannot lie beside "VERSION"/],
    ['another case of a folder', { name: 'go/SRC/x.go', body }, /"SRC" cannot lie beside "src"/],
    ['a top that is a file', { name: 'go', body }, /top folder is not a folder/],
    ['a file with a slash at its end', { name: 'go/evil/', body }, /"go\/evil\/" has a path that is not clean/],
    ['a folder with contents', { name: 'go/evil/', type: '5', body }, /"go\/evil" is a folder with contents/],
    ['the name of a renamed go.mod', { name: 'go/src/_go.mod', body }, /"go\/src\/_go\.mod" has a name that only/],
    [
      'a wrong checksum',
      { name: 'go/evil', body, spoil: (h) => h.write('7', 149) },
      /"go\/evil" has a bad header checksum/,
    ],
    ['a changed byte', { name: 'go/evil', body, spoil: (h) => h.write('f', 3) }, /has a bad header checksum/],
    ['an odd number', { name: 'go/evil', body, edit: (h) => h.write('0x1', 124) }, /has a malformed number/],
    ['a size of base 256', { name: 'go/evil', body, edit: (h) => h.writeUInt8(0x80, 124) }, /has a malformed number/],
    ['a size that is missing', { name: 'go/evil', edit: (h) => h.fill(0, 124, 136) }, /has a malformed number/],
    ['no format', { name: 'go/evil', body, magic: '' }, /has a header in a format/],
    ['the star format', { name: 'go/evil', body, edit: (h) => h.write('tar\0', 508) }, /has a header in a format/],
    [
      'a GNU header with a prefix',
      { name: 'evil', prefix: 'go', body, magic: 'ustar  \0' },
      /has a header in a format/,
    ],
  ])('with %s is refused', async (_what, entry, reason) => {
    const error = await refusalOf('tar.gz', withEntries(entry))
    expect(error.message).toBe('the archive is refused')
    expect(error.reason).toMatch(reason)
    expect(error.reason).toBe(printable(error.reason ?? ''))
  })

  test('two names that one file system composes and another does not are refused', async () => {
    const both = withEntries({ name: 'go/\u00e9', body }, { name: 'go/e\u0301', body })
    expect((await refusalOf('tar.gz', both)).reason).toMatch(/cannot lie beside/)
  })

  test('two entries for one folder are refused', async () => {
    const twice = withEntries({ name: 'go/x/', type: '5' }, { name: 'go/x/', type: '5' })
    expect((await refusalOf('tar.gz', twice)).reason).toMatch(/"x" is there twice/)
  })

  test('a folder may have its entry behind its files', async () => {
    await unpack('tar.gz', withEntries({ name: 'go/src/', type: '5' }, { name: 'go/', type: '5' }))
  })
})

describe('an extended header', () => {
  const after = { name: 'go/short', body }

  test('gives a path', async () => {
    const { goroot } = await unpack('tar.gz', withEntries(paxEntry({ path: 'go/long', mtime: '1.5' }), after))
    expect(readdirSync(goroot)).toContain('long')
  })

  test.each<[string, TarEntry[], RegExp]>([
    ['with a link', [paxEntry({ linkpath: '/etc/passwd' }), after], /unusual extended header/],
    ['of a sparse file', [paxEntry({ 'GNU.sparse.major': '1' }), after], /unusual extended header/],
    ['with attributes', [paxEntry({ 'SCHILY.xattr.user.x': 'y' }), after], /unusual extended header/],
    ['with an escaping path', [paxEntry({ path: '../evil' }), after], /"\.\.\/evil" has a path with \.\./],
    ['with an empty path', [paxEntry({ path: '' }), after], /unusual extended header/],
    ['with a NUL in its path', [paxEntry({ path: 'go/a\0b' }), after], /unusual extended header/],
    [
      'with a path twice',
      [paxEntry(Buffer.concat([paxRecord(['path', 'go/a']), paxRecord(['path', 'go/b'])])), after],
      /unusual extended header/,
    ],
    ['with a negative size', [paxEntry({ size: '-1' }), after], /unusual extended header/],
    ['with a wrong length', [paxEntry(Buffer.from('99 path=go/a\n')), after], /unusual extended header/],
    ['with a length of its own spelling', [paxEntry(Buffer.from('013 path=go/a\n')), after], /unusual extended header/],
    ['without its line end', [paxEntry(Buffer.from('12 path=go/ab')), after], /unusual extended header/],
    [
      'behind another',
      [paxEntry({ path: 'go/a' }), paxEntry({ path: 'go/b' }), after],
      /follows another extended header/,
    ],
    [
      'behind a long name',
      [{ name: '././@LongLink', type: 'L', body: 'go/a\0' }, paxEntry({ path: 'go/b' }), after],
      /follows another/,
    ],
    ['of a link', [paxEntry({ path: 'go/a' }), { name: 'go/b', type: '2', linkName: 'x' }], /is a symbolic link/],
    ['of nothing', [paxEntry({ path: 'go/a' })], /its last entry is missing/],
    ['that is huge', [{ ...paxEntry({ path: 'go/a' }), size: 1e9 }, after], /of unusual length/],
    ['with a name of 256 bytes', [paxEntry({ path: `go/${'x'.repeat(256)}` }), after], /more than 255 bytes/],
    [
      'with a path of 2,000 bytes',
      [paxEntry({ path: `go${'/abc'.repeat(60)}${'/abcdefghijklmnopqrstuvwxyz'.repeat(70)}` }), after],
      /folders deep/,
    ],
    [
      'with a size over a file of a folder',
      [paxEntry({ size: '512' }), { name: 'go/f/', type: '5' }],
      /is a folder with contents/,
    ],
    ['a long name without its NUL', [{ name: '././@LongLink', type: 'L', body: 'go/a' }, after], /malformed long name/],
    [
      'a long name with two NULs',
      [{ name: '././@LongLink', type: 'L', body: 'go/a\0b\0' }, after],
      /malformed long name/,
    ],
  ])('%s is refused', async (_what, entries, reason) => {
    expect((await refusalOf('tar.gz', withEntries(...entries))).reason).toMatch(reason)
  })

  test('gives a name that is a folder without its letters outside of ASCII, as Go writes it', async () => {
    const entries = [paxEntry({ path: 'go/src/\u65e5\u672c' }), { name: 'go/src/', body: 'kept' }]
    const { goroot } = await unpack('tar.gz', withEntries(...entries))
    expect(readFileSync(`${goroot}/src/\u65e5\u672c`, 'utf8')).toBe('kept')
  })

  test('a size that hides a header in the contents is read as Go reads it', async () => {
    const hidden = tarOf([{ name: 'go/hidden', body }], Buffer.alloc(0))
    // The header says 0 bytes, the extended header the true size.
    const entry = { name: 'go/outer', body: hidden, size: 0 }
    const { goroot } = await unpack('tar.gz', withEntries(paxEntry({ size: String(hidden.length) }), entry))
    expect(readdirSync(goroot)).toContain('outer')
    expect(readdirSync(goroot)).not.toContain('hidden')
  })
})

describe('the end of a tar stream', () => {
  test.each<[string, Buffer, RegExp]>([
    ['missing', Buffer.alloc(0), /is cut off/],
    ['one block short', Buffer.alloc(512), /is cut off/],
    ['with half a block', Buffer.alloc(1024 + 100), /is cut off/],
    ['with a file behind it', Buffer.concat([tarEnd, tarOf([{ name: 'go/evil', body }])]), /something behind its end/],
    [
      'with a file behind its first block',
      Buffer.concat([Buffer.alloc(512), tarOf([{ name: 'go/evil', body }])]),
      /something behind/,
    ],
    ['with bytes behind it', Buffer.concat([tarEnd, Buffer.alloc(512, 1)]), /something behind its end/],
    ['too long', Buffer.alloc(2_000_000 - (2_000_000 % 512)), /something behind its end/],
  ])('%s is refused', async (_what, end, reason) => {
    expect((await refusalOf('tar.gz', gz(tarOf(honestTar, end)))).reason).toMatch(reason)
  })

  test('may be padded to a record, as GNU tar does', async () => {
    await unpack('tar.gz', gz(tarOf(honestTar, Buffer.alloc(10_240))))
  })

  test('cut within an entry is refused', async () => {
    const tar = tarOf(honestTar)
    for (const length of [1, 511, 512, 700, tar.length - 1025]) {
      const { reason } = await refusalOf('tar.gz', gz(tar.subarray(0, length)))
      expect(reason, String(length)).toMatch(/is cut off/)
    }
  })
})
