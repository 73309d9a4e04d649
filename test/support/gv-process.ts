import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { watch, writeFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { inject } from 'vitest'
import type { Checkpoint } from '../../src/checkpoint.ts'
import { projectRoot } from './project-root.ts'

export interface GvRunOptions {
  /** Added to the sandbox's environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** What gv reads on stdin. */
  readonly input?: string
  /** The process is killed after this time; 60 seconds. */
  readonly timeoutMs?: number
  /** Ends the process, as kill -9 does, at a checkpoint (`unpack-half`, or `unpack-half:2` for its second time). */
  readonly killAt?: Checkpoint | `${Checkpoint}:${number}`
  /** Blocks the process (or its worker) at a checkpoint; `parked()` waits until it is there. */
  readonly parkAt?: Checkpoint | `${Checkpoint}:${number}`
  /** A file that gets the name of each checkpoint the process passes, a line each. */
  readonly traceTo?: string
  /** What starts gv in its own place, such as `sh -c 'umask 077; exec "$@"' sh` or `setpriv --reuid=4711`. */
  readonly through?: readonly string[]
}

/** How a run of gv ended. */
export interface GvResult {
  /** The exit status; null when a signal ended it. */
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
  /** stdout as JSON. */
  json(): unknown
}

/** A gv that runs. */
export interface GvProcess {
  readonly pid: number
  readonly result: Promise<GvResult>
  readonly stdin: Writable
  kill(signal: NodeJS.Signals): void
  /** Resolves when the process is blocked at `parkAt`; fails when it ended without coming there. */
  parked(): Promise<void>
  /** Lets a parked process go on. */
  resume(): void
  /** Resolves as soon as stdout and stderr together match; fails when the process ended without. */
  printed(pattern: RegExp): Promise<void>
}

interface Place {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

/** The built program. */
export const gvProgram = join(projectRoot, 'dist/gv.js')

/** What is preloaded to stop a program at a checkpoint. */
export const parkModule = new URL('./park.mjs', import.meta.url).href

export function runGv(args: readonly string[], place: Place, options?: GvRunOptions): Promise<GvResult> {
  return startGv(args, place, options).result
}

/** Starts the built gv with exactly the environment of the place and the options. */
export function startGv(args: readonly string[], place: Place, options: GvRunOptions = {}): GvProcess {
  const failure = inject('buildFailure')
  if (failure) throw new Error(`gv could not be built: ${failure}`)
  const marker = join(place.env.TMPDIR ?? place.cwd, `parked-${process.pid}-${counter++}`)
  const startedMs = performance.now()
  const [first = '', ...rest] = [...(options.through ?? []), process.execPath, gvProgram, ...args]
  const child = spawn(first, rest, {
    cwd: options.cwd ?? place.cwd,
    env: { ...place.env, ...options.env, ...stopEnvironment(options, marker) },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000)
  const output = collect(child)
  const result = new Promise<GvResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => {
      clearTimeout(timer)
      resolve({
        ...output(),
        status,
        signal,
        elapsedMs: performance.now() - startedMs,
        json: () => JSON.parse(output().stdout),
      })
    })
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  return {
    pid: child.pid ?? -1,
    result,
    stdin: child.stdin,
    kill: (signal) => void child.kill(signal),
    parked: () => untilParked(marker, result),
    resume: () => writeFileSync(`${marker}.resume`, ''),
    printed: (pattern) => untilPrinted(child, pattern, output, result),
  }
}

let counter = 0

/** What makes a gv stop at the checkpoint of its options, or tell of all. */
export function stopEnvironment(options: GvRunOptions, marker: string): Record<string, string> {
  const { env, killAt, parkAt, traceTo } = options
  if (!killAt && !parkAt && !traceTo) return {}
  const preload = `--import=${parkModule}`
  return {
    NODE_OPTIONS: [env?.NODE_OPTIONS ?? '', preload].join(' ').trim(),
    ...(killAt ? { GV_TEST_KILL: killAt } : {}),
    ...(parkAt ? { GV_TEST_PARK: parkAt, GV_TEST_MARKER: marker } : {}),
    ...(traceTo ? { GV_TEST_TRACE: traceTo } : {}),
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

function collect(child: Child): () => { stdout: string; stderr: string } {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  return () => ({ ...texts })
}

async function untilParked(marker: string, result: Promise<GvResult>): Promise<void> {
  const stop = new AbortController()
  try {
    await Promise.race([appearance(marker, stop.signal), endedTooEarly(result, 'coming to the checkpoint')])
    await rm(marker)
  } finally {
    stop.abort()
  }
}

/** Resolves when a file is there and has been written. */
function appearance(path: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      readFile(path, 'utf8').then(
        (text) => text && resolve(),
        () => {},
      )
    }
    watch(dirname(path), { signal }, (_, name) => name === basename(path) && look())
    look()
  })
}

async function untilPrinted(
  child: Child,
  pattern: RegExp,
  output: () => { stdout: string; stderr: string },
  result: Promise<GvResult>,
): Promise<void> {
  const seen = new Promise<void>((resolve) => {
    const look = () => pattern.test(output().stdout + output().stderr) && resolve()
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    look()
  })
  await Promise.race([seen, endedTooEarly(result, `printing ${pattern}`)])
}

async function endedTooEarly(result: Promise<GvResult>, without: string): Promise<never> {
  const { status, signal, stdout, stderr } = await result
  throw new Error(`gv ended (${signal ?? status}) without ${without}:\n${stdout}${stderr}`)
}
