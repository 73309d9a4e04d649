import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkpoint } from '../checkpoint.ts'
import { GvError, systemErrorCode } from '../errors.ts'
import { bytesText, shownUrl } from '../text.ts'
import type { DownloadOptions, DownloadResult } from './download.ts'
import { whyNotExpected } from './expectation.ts'
import type { GetOptions, GetResult } from './get.ts'
import { HttpStatusError } from './http-error.ts'
import { PartialFile, removePartial } from './partial-file.ts'
import { DownloadProgress } from './progress.ts'
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
  const progress = new DownloadProgress((received, total) => options.onProgress?.(received, total))
  progress.start(0, size)
  const buffer = Buffer.allocUnsafe(chunkBytes)
  while (file.sizeBytes < size) {
    await yieldToOthers()
    if (signal.aborted) throw interruption(message)
    const read = readSync(fd, buffer, 0, Math.min(chunkBytes, size - file.sizeBytes), file.sizeBytes)
    if (read === 0) break
    file.append(buffer.subarray(0, read))
    progress.advance(file.sizeBytes, size)
  }
}

function finished(file: PartialFile, url: URL, { expected }: DownloadOptions, message: string): DownloadResult {
  const why = whyNotExpected(file, expected)
  if (why !== undefined) throw new GvError('verification', message, { reason: `${why} (${shownUrl(url)})` })
  const fd = file.release()
  checkpoint('download-done')
  return { fd, path: file.path, sha256: file.sha256(), sizeBytes: file.sizeBytes, resumedAtBytes: 0 }
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
