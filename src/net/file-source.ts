import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkpoint } from '../checkpoint.ts'
import { GvError, systemErrorCode } from '../errors.ts'
import { bytesText, shownUrl } from '../text.ts'
import type { DownloadOptions, DownloadResult } from './download.ts'
import type { GetOptions, GetResult } from './get.ts'
import { HttpStatusError } from './http-error.ts'
import { PartialFile, removePartial } from './partial-file.ts'
import { interruption } from './requester.ts'

const chunkBytes = 1024 * 1024

/** `get` for a file: URL, as of a GOPROXY that is a folder. A file that is not there is a 404, as for the go command. */
export function getFile(url: URL, options: GetOptions): GetResult {
  const message = `cannot get ${options.what}`
  const { fd, size } = openFile(url, message)
  try {
    if (size > options.maxBytes) throw tooLong(message, url, options.maxBytes)
    return { status: 200, body: readFileSync(fd), url }
  } finally {
    closeSync(fd)
  }
}

/** `download` for a file: URL: a copy of our own, so that what was hashed stays as it is. */
export async function downloadFile(url: URL, options: DownloadOptions, signal: AbortSignal): Promise<DownloadResult> {
  const message = `cannot download ${options.what}`
  const { fd, size } = openFile(url, message)
  try {
    if (size > options.maxBytes) throw tooLong(message, url, options.maxBytes)
    const file = PartialFile.create(options.partial)
    try {
      await copy(fd, size, file, options, signal, message)
      return finished(file, url, options, message)
    } catch (error) {
      removePartial(file.path)
      file.close()
      throw error
    }
  } finally {
    closeSync(fd)
  }
}

async function copy(
  fd: number,
  size: number,
  file: PartialFile,
  options: DownloadOptions,
  signal: AbortSignal,
  message: string,
): Promise<void> {
  checkpoint('download-started')
  const buffer = Buffer.allocUnsafe(chunkBytes)
  let isHalf = false
  while (file.sizeBytes < size) {
    await yieldToOthers()
    if (signal.aborted) throw interruption(message)
    const read = readSync(fd, buffer, 0, Math.min(chunkBytes, size - file.sizeBytes), file.sizeBytes)
    if (read === 0) break
    file.append(buffer.subarray(0, read))
    if (!isHalf && file.sizeBytes * 2 >= size) {
      isHalf = true
      checkpoint('download-half')
    }
    options.onProgress?.(file.sizeBytes, size)
  }
}

function finished(file: PartialFile, url: URL, { expected }: DownloadOptions, message: string): DownloadResult {
  const { sizeBytes, path } = file
  const sha256 = file.sha256()
  const wrong = (reason: string): GvError =>
    new GvError('verification', message, { reason: `${reason} (${shownUrl(url)})` })
  if (expected?.sizeBytes !== undefined && expected.sizeBytes !== sizeBytes) {
    throw wrong(`it has ${sizeBytes} bytes, but ${expected.sizeBytes} were expected`)
  }
  if (expected?.sha256 !== undefined && expected.sha256.toLowerCase() !== sha256) {
    throw wrong(`its sha256 is ${sha256}, but ${expected.sha256} was expected`)
  }
  const fd = file.release()
  checkpoint('download-done')
  return { fd, path, sha256, sizeBytes, resumedAtBytes: 0 }
}

function openFile(url: URL, message: string): { fd: number; size: number } {
  const path = pathOf(url, message)
  try {
    // A FIFO without a writer shall not hold gv up.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = fstatSync(fd)
    if (stat.isFile()) return { fd, size: stat.size }
    closeSync(fd)
  } catch (error) {
    throw openError(error, url, message)
  }
  throw new GvError('network', message, { reason: `${shownUrl(url)} is not a regular file` })
}

function openError(error: unknown, url: URL, message: string): unknown {
  const code = systemErrorCode(error)
  const shown = shownUrl(url)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new HttpStatusError(message, 404, shown, { reason: `there is no ${shown}`, cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new HttpStatusError(message, 403, shown, { reason: `${shown} may not be read`, cause: error })
  }
  return code === undefined ? error : new GvError('network', message, { reason: `${shown}: ${code}`, cause: error })
}

function pathOf(url: URL, message: string): string {
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw new GvError('network', message, { reason: `${shownUrl(url)} is no path of this machine`, cause: error })
  }
}

function tooLong(message: string, url: URL, maxBytes: number): GvError {
  return new GvError('network', message, { reason: `${shownUrl(url)} has more than ${bytesText(maxBytes)}` })
}
