import { homedir } from 'node:os'
import { type Platform, platformOfNode } from './platform.ts'

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
  /** The platform that gv runs on. */
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
  return {
    env,
    cwd: process.cwd(),
    home: env.HOME || homedir(),
    host: platformOfNode(process.platform, process.arch),
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    now: () => new Date(),
    signal,
  }
}

function output(stream: NodeJS.WriteStream): TextOutput {
  return {
    write: (text) => stream.write(text),
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns || 80
    },
  }
}
