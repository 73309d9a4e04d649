import { dirname } from 'node:path'
import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { goEnvironment } from '../exec/environment.ts'
import { findProgram } from '../exec/find-program.ts'
import { type RunOutcome, runProgram } from '../exec/run.ts'
import { type Platform, platformName, samePlatform } from '../platform.ts'
import { quoted } from '../text.ts'
import { chooseToRun } from './chosen.ts'
import { isForeignProgram } from './foreign-program.ts'
import { platformAskedFor } from './platform-flags.ts'
import { isSpec } from './spec-word.ts'

/** `gv exec [SPEC] [--] CMD…`: runs a program with a version of Go first in PATH; its exit status becomes gv's. */
export async function exec(context: Context, input: CommandInput): Promise<CommandResult> {
  const { spec, command, args } = readWords(input.args)
  const platform = platformAskedFor(context, input)
  const { program: go, goroot } = await chooseToRun(context, input, spec, platform)
  const env = goEnvironment(context.env, goroot, dirname(go))
  const program = findProgram(command, env.PATH ?? '', context.cwd)
  const isForeign =
    !samePlatform(platform, context.host) && program !== undefined && isForeignProgram(program, context.host)
  const outcome = isForeign ? cannotRun : await runProgram(program ?? command, args, env, context.cwd)
  if (outcome.startError !== undefined) {
    context.stderr.write(`gv: cannot run ${quoted(command)}: ${startFailure(outcome.startError, platform)}\n`)
  }
  return { text: '', json: null, exitStatus: outcome.exitStatus }
}

/** As a shell has it for what the kernel will not run. */
const cannotRun = { exitStatus: 126, startError: 'ENOEXEC' } satisfies RunOutcome

function readWords(words: readonly string[]): { spec: string | undefined; command: string; args: readonly string[] } {
  const [first = ''] = words
  const spec = first !== '--' && isSpec(first) ? first : undefined
  const rest = spec === undefined ? words : words.slice(1)
  const [command, ...args] = rest[0] === '--' ? rest.slice(1) : rest
  if (command === undefined) {
    throw new GvError('usage', 'exec needs a program to run', { hint: 'gv exec 1.22.5 go version' })
  }
  return { spec, command, args }
}

function startFailure(code: string, platform: Platform): string {
  if (code === cannotRun.startError) return `this machine does not run programs for ${platformName(platform)}`
  if (code === 'ENOENT') return 'there is no such program in PATH'
  if (code === 'EACCES') return 'it may not be executed'
  return code
}
