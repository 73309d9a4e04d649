import { Worker } from 'node:worker_threads'
import { checkpoint } from '../checkpoint.ts'
import { type ErrorCode, GvError } from '../errors.ts'
import type { ArchiveJob } from './archive/unpack-core.ts'
import { processUmask } from './umask.ts'
import type { UnpackedTree } from './unpacked-tree.ts'

/** An archive to unpack. What is hashed is what is unpacked: all is read from this one descriptor, by position. */
export interface UnpackJob extends Omit<ArchiveJob, 'umask'> {
  readonly signal: AbortSignal
  /** Bytes of the archive that have been read so far; at most ten times a second. */
  readonly onProgress?: ((readBytes: number) => void) | undefined
}

/** Measured with a zip: V8's own choice takes 28 MB more memory, and as much of the processor's time. */
const youngGenerationMb = 4

/** What the worker says. */
export type UnpackMessage =
  | { readonly kind: 'progress'; readonly readBytes: number }
  | { readonly kind: 'done'; readonly tree: UnpackedTree }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly reason?: string | undefined
      readonly hint?: string | undefined
      readonly stack: string | undefined
    }

/**
 * Unpacks and checks an archive in a worker thread, so that the main thread goes on renewing locks and heeding signals.
 * When it settles, the worker is gone and writes no more. Throws GvError('verification') for anything that a release of
 * Go does not hold, ('storage') when the disk fails, ('interrupted') on abort.
 */
export function unpackInWorker({ signal, onProgress, ...archive }: UnpackJob): Promise<UnpackedTree> {
  const job: ArchiveJob = { ...archive, umask: processUmask() }
  // Bundled, this file and the worker lie side by side.
  const url = new URL('./unpack-worker.js', import.meta.url)
  const worker = new Worker(url, { workerData: job, resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb } })
  return new Promise<UnpackedTree>((resolve, reject) => {
    let last: UnpackMessage | undefined
    const abort = () => void worker.terminate()
    worker.on('message', (message: UnpackMessage) => {
      last = message
      if (message.kind === 'progress') onProgress?.(message.readBytes)
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      signal.removeEventListener('abort', abort)
      if (signal.aborted) reject(new GvError('interrupted', 'interrupted while unpacking'))
      else if (last?.kind === 'done') {
        checkpoint('unpacked')
        resolve(last.tree)
      } else if (last?.kind === 'failed') reject(failure(last))
      else reject(new Error('the unpacking thread ended without a word'))
    })
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
}

function failure({ code, message, reason, hint, stack }: Extract<UnpackMessage, { kind: 'failed' }>): Error {
  const error = code === 'failed' ? new Error(message) : new GvError(code, message, { reason, hint })
  if (stack !== undefined) error.stack = stack
  return error
}
