/** The worker thread that unpacks: an entry of its own, started by `unpackInWorker`. */
import { parentPort, workerData } from 'node:worker_threads'
import { GvError, messageOf } from '../../errors.ts'
import type { UnpackMessage } from '../unpack.ts'
import { type ArchiveJob, unpackArchive } from './unpack-core.ts'

/** How often the main thread is told, in milliseconds. */
const tellEveryMs = 100

// Never rejects: what fails is sent.
// oxlint-disable-next-line typescript/no-unsafe-argument -- what unpackInWorker hands over
void run(workerData)

async function run(job: ArchiveJob): Promise<void> {
  try {
    send({ kind: 'done', tree: await unpackArchive(job, tellNowAndThen()) })
  } catch (error) {
    send({ kind: 'failed', ...described(error) })
  }
}

function tellNowAndThen(): (readBytes: number) => void {
  let toldAt = 0
  return (readBytes) => {
    const now = performance.now()
    if (now - toldAt < tellEveryMs) return
    toldAt = now
    send({ kind: 'progress', readBytes })
  }
}

/** An error loses its class on the way to another thread; its parts do not. */
function described(error: unknown): Omit<Extract<UnpackMessage, { kind: 'failed' }>, 'kind'> {
  if (!(error instanceof GvError)) return { code: 'failed', message: messageOf(error), stack: stackOf(error) }
  const { code, message, reason, hint } = error
  return { code, message, reason, hint, stack: stackOf(error) }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined
}

function send(message: UnpackMessage): void {
  parentPort?.postMessage(message)
}
