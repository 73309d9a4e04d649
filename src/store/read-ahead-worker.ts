/** A worker thread that reads ahead: an entry of its own, started by `startReadAhead`. */
import { workerData } from 'node:worker_threads'
import { readShare } from './read-ahead-core.ts'

// oxlint-disable-next-line typescript/no-unsafe-argument -- what startReadAhead hands over
readShare(workerData)
