import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Environment } from '../../src/context.ts'
import { type HttpClient, type HttpSettings, openHttpClient } from '../../src/net/client.ts'
import type { Timings } from '../../src/net/timings.ts'

/** Tests of how long the time-outs last use their own. */
const quickTries: Partial<Timings> = { idleMs: 2000, backOffMs: 5 }

export interface ClientCase {
  readonly client: HttpClient
  /** What the user was told about retries. */
  readonly notices: string[]
  /** Interrupts, as Ctrl-C does. */
  interrupt(): void
}

export interface CaseOptions extends Partial<Omit<HttpSettings, 'signal' | 'onRetry'>> {
  readonly env?: Environment
}

/** A client of the running test. */
export function openClient(options: CaseOptions = {}): ClientCase {
  const notices: string[] = []
  const interruption = new AbortController()
  const client = openHttpClient({
    env: {},
    home: '/nonexistent',
    now: () => new Date(),
    allowHttp: () => true,
    ...options,
    timings: { ...quickTries, ...options.timings },
    signal: interruption.signal,
    onRetry: (line) => notices.push(line),
  })
  onTestFinished(() => client.close())
  return { client, notices, interrupt: () => interruption.abort() }
}

/** An empty folder, gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gv-net-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Bytes of which no two pieces are alike. */
export function randomFile(size: number): { bytes: Buffer; sha256: string } {
  const bytes = randomBytes(size)
  return { bytes, sha256: sha256Of(bytes) }
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
