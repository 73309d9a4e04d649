import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { folderMode, modeOf } from './published-tree.ts'

/** Where the files of an archive go. Paths are relative, and have been checked. */
export interface FileTarget {
  makeFolder(path: string): void
  writeFile(path: string, contents: Buffer): void
  openFile(path: string): { write(bytes: Buffer): void; close(): void }
}

/** For archives that are only hashed. */
export const nowhere: FileTarget = {
  makeFolder: () => {},
  writeFile: () => {},
  openFile: () => ({ write: () => {}, close: () => {} }),
}

/** `wx`, as numbers: a file that is there already is an error, and a link is never followed. */
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * Writes into an existing, empty folder, synchronously: ten thousand small files drown in promises (measured on
 * a tmpfs: 0.6 of the time of asynchronous writes). Each file gets its mode when it is created: the modes of
 * releases have no bit that a umask of 022 takes off, so that open(2) makes them right under any umask.
 */
export function folderTarget(folder: string, umask: number): FileTarget {
  const mustSet = takesOtherModes(folder, umask)
  const create = (path: string) => {
    const mode = modeOf(path)
    const fd = openSync(`${folder}/${path}`, createFlags, mode)
    if (mustSet) fchmodSync(fd, mode & ~umask)
    return fd
  }
  return {
    makeFolder: (path) => {
      mkdirSync(`${folder}/${path}`, folderMode)
      if (mustSet) chmodSync(`${folder}/${path}`, folderMode & ~umask)
    },
    writeFile: (path, contents) => {
      const fd = create(path)
      try {
        writeAll(fd, contents)
      } finally {
        closeSync(fd)
      }
    },
    openFile: (path) => {
      const fd = create(path)
      return { write: (bytes) => writeAll(fd, bytes), close: () => closeSync(fd) }
    },
  }
}

/** Whether what is created in a folder gets another mode than asked for: below set-gid folders and default ACLs. */
function takesOtherModes(folder: string, umask: number): boolean {
  // Without the folder's own set-gid bit nothing below it gets one.
  chmodSync(folder, folderMode & ~umask)
  const probe = `${folder}/.probe`
  mkdirSync(probe, folderMode)
  const madeFolderMode = lstatSync(probe).mode & 0o7777
  rmdirSync(probe)
  const fd = openSync(probe, createFlags, 0o644)
  const madeFileMode = fstatSync(fd).mode & 0o7777
  closeSync(fd)
  unlinkSync(probe)
  return madeFolderMode !== (folderMode & ~umask) || madeFileMode !== (0o644 & ~umask)
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at)
}
