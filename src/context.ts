import { writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { exitStatuses, GvError, messageOf, systemErrorCode } from './errors.ts'
import { nativePlatform, type Platform, platformOfNode } from './platform.ts'

/** Environment variables; a variable that is set to nothing counts as unset, as it does for Go. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A stream that text is written to, and what gv needs to know about it. */
export interface TextOutput {
  write(text: string): unknown
  readonly isTTY: boolean
  /** Width in columns; 80 where it is not a terminal. */
  readonly columns: number
}

/** All that gv takes from the process it runs in. Nothing below reads `process.env`, the clock or the streams itself. */
export interface Context {
  readonly env: Environment
  /** Absolute. */
  readonly cwd: string
  /** The user's home folder, absolute. */
  readonly home: string
  /** The machine's own platform, which need not be that of the Node that gv runs on. */
  readonly host: Platform
  readonly stdout: TextOutput
  readonly stderr: TextOutput
  now(): Date
  /** Aborted when the user interrupts (SIGINT, SIGTERM, SIGHUP); everything that waits must heed it. */
  readonly signal: AbortSignal
}

/** The context of this very process. */
export function processContext(signal: AbortSignal): Context {
  const env: Environment = process.env
  let host: Platform | undefined
  return {
    env,
    get cwd() {
      return workingFolder()
    },
    home: env.HOME || homedir(),
    get host() {
      host ??= nativePlatform(platformOfNode(process.platform, process.arch), readSysctl)
      return host
    },
    stdout: output(1),
    stderr: output(2),
    now: () => new Date(),
    signal,
  }
}

/** Asked only where it is needed: what does not depend on it works also in a folder that is gone. Throws GvError('failed'). */
function workingFolder(): string {
  try {
    return process.cwd()
  } catch (error) {
    throw new GvError('failed', 'the working directory cannot be used', {
      reason: systemErrorCode(error) === 'ENOENT' ? 'it was removed' : messageOf(error),
      hint: 'cd to another folder',
      cause: error,
    })
  }
}

/** Where macOS has its program; one in PATH may be anyone's. */
const sysctlProgram = '/usr/sbin/sysctl'

/**
 * A value of sysctl(8); undefined where there is none of that name. The module that starts programs is loaded only then.
 * @param program another one, for tests
 */
export function readSysctl(name: string, program: string = sysctlProgram): string | undefined {
  const { execFileSync } = process.getBuiltinModule('node:child_process')
  try {
    return execFileSync(program, ['-n', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 2000 })
  } catch {
    return undefined
  }
}

/**
 * A stream of this process, written to at once. Node's own stream objects take 5 ms to load, and can lose the end of a
 * text when the process ends; they are asked only for what a terminal is like.
 */
function output(fd: 1 | 2): TextOutput {
  const stream = () => (fd === 1 ? process.stdout : process.stderr)
  return {
    write: (text) => writeWhole(fd, Buffer.from(text)),
    get isTTY() {
      return stream().isTTY === true
    },
    get columns() {
      return stream().columns || 80
    },
  }
}

/** A full pipe that does not block makes the process wait; one that nobody reads any more ends it (`gv list | head -1`). */
function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const code = systemErrorCode(error)
      if (code !== 'EAGAIN') giveUpWriting(fd, code)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** Nobody is told of a reader that is gone. */
function giveUpWriting(fd: number, code: string | undefined): never {
  if (fd === 1 && code !== 'EPIPE') writeWhole(2, Buffer.from(`gv: cannot write the output: ${code}\n`))
  process.exit(exitStatuses.failed)
}
