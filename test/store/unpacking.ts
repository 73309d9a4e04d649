import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { GvError } from '../../src/errors.ts'
import { type UnpackLimits, unpackLimits } from '../../src/store/archive/limits.ts'
import { unpackArchive } from '../../src/store/archive/unpack-core.ts'
import type { ToolchainId } from '../../src/store/layout.ts'
import type { UnpackedTree } from '../../src/store/unpacked-tree.ts'
import { parseGoVersion } from '../../src/version/go-version.ts'
import type { TarEntry, ZipEntrySpec } from '../support/archive-writer.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { fastFolder } from '../support/fast-folder.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'

export function toolchainId(version: string, os = 'linux', arch = 'amd64'): ToolchainId {
  const parsed = parseGoVersion(version)
  if (!parsed) throw new Error(`${version} is no version`)
  return { version: parsed, platform: { os, arch } }
}

export interface UnpackOptions {
  readonly toolchain?: ToolchainId
  readonly limits?: Partial<UnpackLimits>
  readonly umask?: number
  /** The folder to unpack into; a fresh one below {@link temporaryFolder}. null: hash only. */
  readonly into?: string | null
}

/** A folder for the running test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(fastFolder(), 'gv-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Unpacks an archive of 1.22.5 for linux-amd64 in this thread. */
export async function unpack(
  format: 'tar.gz' | 'zip',
  archive: Buffer,
  options: UnpackOptions = {},
): Promise<UnpackedTree & { goroot: string }> {
  const folder = temporaryFolder()
  const path = join(folder, 'archive')
  writeFileSync(path, archive)
  const goroot = options.into ?? join(folder, 'go')
  if (options.into === undefined) mkdirSync(goroot)
  const fd = openSync(path, 'r')
  try {
    const { toolchain = toolchainId('1.22.5'), umask = process.umask() } = options
    const into = options.into === null ? null : goroot
    const job = { fd, sizeBytes: archive.length, format, into, umask, ...toolchain }
    const tree = await unpackArchive(job, () => {}, { ...unpackLimits, ...options.limits })
    return { ...tree, goroot }
  } finally {
    closeSync(fd)
  }
}

/** The refusal that unpacking ends with. */
export async function refusalOf(format: 'tar.gz' | 'zip', archive: Buffer, options?: UnpackOptions): Promise<GvError> {
  return gvErrorOf('verification', () => unpack(format, archive, options))
}

/** Gzip of a tar stream. */
export function gz(tar: Buffer): Buffer {
  return gzipSync(tar, { level: 1 })
}

const honest = makeToolchain('1.22.5')

/** What a small honest tarball of 1.22.5 holds. */
export const honestTar: readonly TarEntry[] = honest.files.map(({ path, data, mode }) => ({
  name: `go/${path}`,
  body: data,
  mode,
}))

/** What all names in the module zip of 1.22.5 start with. */
export const modulePrefix = 'golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64/'

/** What a small honest module zip of 1.22.5 holds. */
export const honestZip: readonly ZipEntrySpec[] = honest.files
  .filter(({ path }) => !/^(?:api|doc|misc|test)\//.test(path))
  .map(({ path, data }) => ({
    name: `${modulePrefix}${path.replace(/(^|\/)go\.mod$/, '$1_go.mod')}`,
    body: data,
    flags: 8,
  }))
