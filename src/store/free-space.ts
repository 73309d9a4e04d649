import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { GvError, systemErrorCode } from '../errors.ts'
import { bytesText, quoted } from '../text.ts'

/** An unpacked release on a file system with blocks of 4 KiB, over its archive; 4.1 for 1.22.5, whose sources are small files. */
const unpackedRatio = 4.2
/** Files and folders of a large release. */
const neededFiles = 20_000

/** Bytes that a toolchain takes on the disk when only the size of its archive is known. */
export function unpackedBytes(archiveBytes: number): number {
  return Math.ceil(archiveBytes * unpackedRatio)
}

/**
 * Throws GvError('storage'), which names the bytes needed and free, when a file system has too few for what is to come.
 * A path that is not there yet counts as its nearest folder.
 */
export function assertFreeSpace(path: string, neededBytes: number): void {
  const { bsize, bavail, bfree, ffree, files } = spaceAt(path)
  // What is kept back for root is there for root.
  const free = bsize * (process.geteuid?.() === 0 ? bfree : bavail)
  const needs = `${bytesText(neededBytes)} are needed, ${bytesText(free)} are free`
  if (free < neededBytes) throw tooLittle(path, `${needs} there`)
  // Some file systems (btrfs) have no fixed number of files, and say 0.
  if (files > 0 && ffree < neededFiles)
    throw tooLittle(path, `${neededFiles} files are needed, it can hold ${ffree} more`)
}

function spaceAt(path: string) {
  try {
    return statfsSync(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && dirname(path) !== path) return spaceAt(dirname(path))
    // What a file system does not tell cannot be checked first.
    return { bsize: 1, bavail: Infinity, bfree: Infinity, ffree: 0, files: 0 }
  }
}

function tooLittle(path: string, reason: string): GvError {
  const hint = 'gv uninstall a version, or free space on that file system'
  return new GvError('storage', `too little space in ${quoted(path)}`, { reason, hint })
}
