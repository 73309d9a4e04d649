import { constants } from 'node:os'
import { execa } from 'execa'
import type { Environment } from '../context.ts'
import { handInterruptsTo } from './signals.ts'

/** Exit statuses of a shell for a program that cannot be started. */
const notExecutable = 126
const notFound = 127

export interface RunOutcome {
  /** The program's own exit status; 128 + n when signal n ended it; 126 or 127 when it could not be started. */
  readonly exitStatus: number
  /** Why it could not be started (a system error code such as ENOENT). */
  readonly startError?: string
}

/** Runs a program on this process's own terminal until it ends, and hands it the signals that come in. */
export async function runProgram(
  file: string,
  args: readonly string[],
  env: Environment,
  cwd: string,
): Promise<RunOutcome> {
  const child = execa(file, args, {
    stdio: 'inherit',
    reject: false,
    env: { ...env },
    extendEnv: false,
    cwd,
    cleanup: false,
  })
  handInterruptsTo((name) => child.kill(name))
  const result = await child
  if (result.exitCode !== undefined) return { exitStatus: result.exitCode }
  if (result.signal !== undefined) return { exitStatus: 128 + constants.signals[result.signal] }
  const code = result.code ?? 'unknown'
  return { exitStatus: code === 'ENOENT' ? notFound : notExecutable, startError: code }
}

/** Runs a program that asks nothing and says little; its exit status (127 when it could not be started) and what it said. */
export async function captureProgram(
  file: string,
  args: readonly string[],
  env: Environment,
  cwd: string,
): Promise<{ readonly exitStatus: number; readonly stdout: string; readonly stderr: string }> {
  const options = {
    reject: false,
    env: { ...env },
    extendEnv: false,
    cwd,
    stdin: 'ignore',
    maxBuffer: 1_000_000,
  } as const
  const { exitCode, stdout, stderr, shortMessage } = await execa(file, args, options)
  return exitCode === undefined
    ? { exitStatus: notFound, stdout, stderr: shortMessage ?? '' }
    : { exitStatus: exitCode, stdout, stderr }
}
