/** Writing a pin: the file is replaced whole, by one rename, with its mode; a link is followed. */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemErrorCode } from '../errors.ts'
import { storageError } from '../store/storage-error.ts'
import { maxPinBytes } from './pin.ts'
import { withPin } from './pin-edit.ts'
import { type PinFileName, pinFileNames } from './pin-file.ts'
import { readProjectFile, unusable } from './project-file.ts'

/**
 * Writes a version into a pin file, or makes the file. Throws GvError('storage') when it cannot be read or written, and for
 * one that is longer than what counts of it.
 * @param file absolute; its name is that of a pin file
 */
export function writePin(file: string, version: string): void {
  const target = realPathOf(file)
  const name = pinFileNames.find((candidate) => candidate === basename(file)) ?? '.tool-versions'
  const text = target.exists ? textOf(file) : ''
  replaceFile(target.path, withPin(name satisfies PinFileName, text, version), target.exists)
}

function textOf(file: string): string {
  const { bytes, isCut } = readProjectFile(file, maxPinBytes)
  if (isCut) throw unusable(file, 'it is too long')
  const text = bytes.toString('utf8')
  if (bytes.includes(0) || !Buffer.from(text).equals(bytes)) throw unusable(file, 'it is not text in UTF-8')
  return text
}

function realPathOf(file: string): { path: string; exists: boolean } {
  try {
    return { path: realpathSync(file), exists: true }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { path: file, exists: false }
    throw storageError(error, 'cannot write the pin', file)
  }
}

function replaceFile(path: string, text: string, exists: boolean): void {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}`)
  try {
    const fd = openSync(fresh, 'wx', 0o666)
    try {
      writeSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    if (exists) chmodSync(fresh, statSync(path).mode & 0o7777)
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw storageError(error, 'cannot write the pin', path)
  }
}
