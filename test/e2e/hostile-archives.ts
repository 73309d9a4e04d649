import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type TarEntry, tarOf, type ZipEntrySpec, zipBytes } from '../support/archive-writer.ts'
import { altered } from '../support/go-faults.ts'
import type { GoSite } from '../support/go-site.ts'
import { archiveName, type FakeToolchain, moduleVersion, sha256Hex } from '../support/toolchain-factory.ts'

/** An archive that no release has, and what is wrong with it. */
export interface HostileArchive {
  readonly what: string
  readonly archive: Buffer
  /** What the log has to say so that an unpacker without rules would find nothing wrong. */
  readonly h1: string
  readonly says: RegExp
}

/** Publishes an archive as a release of a toolchain, with a list and a record in the log that fit it, whatever it is. */
export function publishArchive(
  site: GoSite,
  toolchain: FakeToolchain,
  { archive, h1 }: Pick<HostileArchive, 'archive' | 'h1'>,
): void {
  const { version, platform } = toolchain
  site.publishAsIs({
    version,
    platform,
    archiveName: archiveName(toolchain),
    archive,
    moduleVersion: moduleVersion(toolchain),
    moduleZip: archive,
    h1,
  })
}

const body = 'x'

/** Tarballs with one thing wrong. What is wrong lies where the log's hash does not reach, so that only the archive rule can tell. */
export function hostileTarballs(toolchain: FakeToolchain): HostileArchive[] {
  const honest = tarEntries(toolchain)
  const plain = gzip(tarOf(honest))
  const withEntry = (what: string, entry: TarEntry, says: RegExp) => ({
    what,
    archive: gzip(tarOf([...honest, entry])),
    says,
  })
  const archives = [
    withEntry(
      'a symbolic link',
      { name: 'go/doc/evil', type: '2', linkName: '/etc/passwd' },
      /"go\/doc\/evil" is a symbolic link/,
    ),
    withEntry('a hard link', { name: 'go/doc/evil', type: '1', linkName: 'go/bin/go' }, /is a hard link/),
    withEntry('a character device', { name: 'go/doc/evil', type: '3' }, /is a character device/),
    withEntry('a block device', { name: 'go/doc/evil', type: '4' }, /is a block device/),
    withEntry('a FIFO', { name: 'go/doc/evil', type: '6' }, /is a FIFO/),
    withEntry('a path with ..', { name: 'go/doc/../../../evil', body }, /has a path with \.\./),
    withEntry('an absolute path', { name: '/go/doc/evil', body }, /has an absolute path/),
    withEntry('a backslash', { name: 'go/doc/..\\evil', body }, /has a backslash/),
    withEntry('a NUL in a name', { name: Buffer.from('go/doc/evil\0\nx'), body }, /has a malformed text/),
    withEntry(
      'a control character in a name',
      { name: 'go/doc/\u001b[2Jevil', body },
      /"go\/doc\/\\x1b\[2Jevil" has a control/,
    ),
    withEntry('a name that is not UTF-8', { name: Buffer.from('go/doc/\xff', 'latin1'), body }, /invalid UTF-8/),
    withEntry('a file twice', { name: 'go/doc/README.md', body }, /"doc\/README\.md" is there twice/),
    withEntry('a file in the place of a folder', { name: 'go/doc', body }, /"doc" is both a file and a folder/),
    withEntry('a file within a file', { name: 'go/doc/README.md/evil', body }, /is both a file and a folder/),
    withEntry('a file outside of go/', { name: 'evil', body }, /"evil" lies outside of go\//),
    withEntry(
      'a bad header sum',
      { name: 'go/doc/evil', body, spoil: (header) => header.write('f', 3) },
      /has a bad header checksum/,
    ),
    { what: 'a bad gzip checksum', archive: altered(plain, plain.length - 8), says: /its gzip checksum is wrong/ },
    { what: 'its end missing', archive: plain.subarray(0, -200), says: /its compressed data is cut off/ },
    { what: 'its last bytes missing', archive: plain.subarray(0, -3), says: /its compressed data is cut off/ },
    { what: 'the end of its tar stream missing', archive: gzip(tarOf(honest, Buffer.alloc(0))), says: /is cut off/ },
    {
      what: 'something behind its end',
      archive: Buffer.concat([plain, Buffer.from('evil')]),
      says: /something behind its compressed data/,
    },
    {
      what: 'a second archive behind its end',
      archive: Buffer.concat([plain, plain]),
      says: /something behind its compressed data/,
    },
    { what: 'no bytes', archive: Buffer.alloc(0), says: /too short for a gzip file/ },
    { what: 'something else in it', archive: Buffer.from('<!DOCTYPE html>'), says: /too short for a gzip file/ },
  ]
  const h1 = h1Of(zipEntries(toolchain))
  return archives.map((archive) => ({ ...archive, h1 }))
}

/** Module zips with one thing wrong. The log's hash covers all of a zip, so that it is that of all entries, the wrong one too. */
export function hostileZips(toolchain: FakeToolchain): HostileArchive[] {
  const honest = zipEntries(toolchain)
  const prefix = prefixOf(toolchain)
  const plain = zipBytes(honest)
  const withEntry = (what: string, entry: ZipEntrySpec, says: RegExp): HostileArchive => ({
    what,
    archive: zipBytes([...honest, entry]),
    h1: h1Of([...honest, entry]),
    says,
  })
  const unix = (mode: number) => ({ madeBy: 0x0314, attributes: (mode << 16) >>> 0 })
  const h1 = h1Of(honest)
  return [
    withEntry(
      'a symbolic link',
      { name: `${prefix}evil`, body: '/etc/passwd', ...unix(0o120777) },
      /evil" is a symbolic link/,
    ),
    withEntry('a device', { name: `${prefix}evil`, body, ...unix(0o060644) }, /is neither a file nor a folder/),
    withEntry('a FIFO', { name: `${prefix}evil`, body, ...unix(0o010644) }, /is neither a file nor a folder/),
    withEntry('a path with ..', { name: `${prefix}../../../evil`, body }, /has a path with \.\./),
    withEntry('an absolute path', { name: '/evil', body }, /has an absolute path/),
    withEntry('a backslash', { name: `${prefix}..\\evil`, body }, /has a backslash/),
    withEntry('a NUL in a name', { name: `${prefix}evil\0x`, body }, /has a control/),
    withEntry('a control character in a name', { name: `${prefix}\u001b[2J`, body }, /has a control/),
    withEntry(
      'a name that is not UTF-8',
      { name: Buffer.from(`${prefix}\xff`, 'latin1'), body },
      /has a name of unknown encoding/,
    ),
    withEntry(
      'a file twice',
      { name: `${prefix}VERSION`, body: `go${toolchain.version}\n` },
      /"VERSION" is there twice/,
    ),
    withEntry('a file in the place of a folder', { name: `${prefix}src`, body }, /"src" is both a file and a folder/),
    withEntry('a file within a file', { name: `${prefix}VERSION/evil`, body }, /is both a file and a folder/),
    withEntry('a file outside of its prefix', { name: 'evil', body }, /"evil" lies outside of golang\.org\/toolchain@/),
    withEntry('a wrong checksum', { name: `${prefix}evil`, body, crc: 1 }, /has a wrong CRC/),
    withEntry(
      'a size that is not true',
      { name: `${prefix}evil`, body: 'x'.repeat(100), size: 10 },
      /has another size than it says/,
    ),
    withEntry('encryption', { name: `${prefix}evil`, body, flags: 1 }, /is encrypted/),
    withEntry(
      'two names for one entry',
      { name: `${prefix}evil`, body, editLocal: (header) => header.writeUInt16LE(3, 26) },
      /has a local header that differs from the central directory/,
    ),
    { what: 'its end missing', archive: plain.subarray(0, -200), h1, says: /does not end as a zip file does/ },
    { what: 'its last bytes missing', archive: plain.subarray(0, -3), h1, says: /does not end as a zip file does/ },
    {
      what: 'something behind its end',
      archive: Buffer.concat([plain, Buffer.from('evil')]),
      h1,
      says: /does not end as a zip file does/,
    },
    {
      what: 'something before its beginning',
      archive: zipBytes(honest, { before: Buffer.from('evil') }),
      h1,
      says: /something before its first entry/,
    },
    { what: 'no bytes', archive: Buffer.alloc(0), h1, says: /too short for a zip file/ },
    { what: 'something else in it', archive: Buffer.from('<!DOCTYPE html>'), h1, says: /too short for a zip file/ },
  ]
}

export function tarEntries({ files }: FakeToolchain): TarEntry[] {
  return files.map(({ path, data, mode }) => ({ name: `go/${path}`, body: data, mode }))
}

/** What the module zip of a toolchain holds. */
export function zipEntries(toolchain: FakeToolchain): ZipEntrySpec[] {
  const prefix = prefixOf(toolchain)
  return toolchain.files
    .filter(({ path }) => !/^(?:api|doc|misc|test)\//.test(path))
    .map(({ path, data }) => ({
      name: `${prefix}${path.replace(/(^|\/)go\.mod$/, '$1_go.mod')}`,
      body: data,
      flags: 8,
    }))
}

export function prefixOf(toolchain: FakeToolchain): string {
  return `golang.org/toolchain@${moduleVersion(toolchain)}/`
}

/** The hash that the log would have of a module with these entries, by golang.org/x/mod/sumdb/dirhash. */
export function h1Of(entries: readonly ZipEntrySpec[]): string {
  const lines = entries.map(({ name, body: content = '' }) => ({
    name: Buffer.from(name),
    sum: sha256Hex(Buffer.from(content)),
  }))
  lines.sort((a, b) => Buffer.compare(a.name, b.name))
  const hash = createHash('sha256')
  for (const { name, sum } of lines) hash.update(`${sum}  `).update(name).update('\n')
  return `h1:${hash.digest('base64')}`
}

export function gzip(tar: Buffer): Buffer {
  return gzipSync(tar, { level: 1 })
}
