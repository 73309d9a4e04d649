import { appendFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type CommandInput, type CommandResult, flagSet, flagValue } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { goEnvironment } from '../exec/environment.ts'
import { parseShellName, quoteFor, type ShellName } from '../shell/quote.ts'
import { storageError } from '../store/storage-error.ts'
import { quoted } from '../text.ts'
import { chooseToRun } from './chosen.ts'

/** `gv env [SPEC]`: what puts a version into an environment, for eval, for programs, or for a GitHub workflow. */
export async function env(context: Context, input: CommandInput): Promise<CommandResult> {
  const shell = shellAskedFor(input)
  const { program, goroot } = await chooseToRun(context, input, input.args[0], context.host)
  const bin = dirname(program)
  const values = goEnvironment(context.env, goroot, bin)
  const json = { GOROOT: values.GOROOT ?? null, PATH: values.PATH ?? '' }
  if (flagSet(input, 'github')) return { text: tellGithub(context, bin, json.GOROOT), json }
  return { text: assignments(shell, json).join('\n'), json }
}

function shellAskedFor(input: CommandInput): ShellName {
  const text = flagValue(input, 'shell') ?? 'sh'
  const shell = parseShellName(text)
  if (shell) return shell
  throw new GvError('usage', `--shell ${quoted(text)} is no shell that gv knows`, {
    hint: 'one of sh, bash, zsh, fish',
  })
}

function assignments(shell: ShellName, { GOROOT, PATH }: { GOROOT: string | null; PATH: string }): string[] {
  // fish knows PATH as a list, and takes it apart at the colons itself.
  const set = (name: string, value: string) =>
    shell === 'fish' ? `set -gx ${name} ${quoteFor(shell, value)};` : `export ${name}=${quoteFor(shell, value)};`
  const unset = shell === 'fish' ? 'set -e GOROOT;' : 'unset GOROOT;'
  return [GOROOT === null ? unset : set('GOROOT', GOROOT), set('PATH', PATH)]
}

/** Source: GitHub's "Workflow commands"; the files take lines, so that a value with a line end in it is refused. */
function tellGithub({ env: { GITHUB_PATH, GITHUB_ENV } }: Context, bin: string, goroot: string | null): string {
  if (!GITHUB_PATH || !GITHUB_ENV) {
    throw new GvError('usage', 'this is no GitHub workflow', {
      reason: 'GITHUB_PATH and GITHUB_ENV are not set',
      hint: 'eval "$(gv env)"',
    })
  }
  if (/[\r\n]/.test(`${bin}${goroot}`))
    throw new GvError('failed', 'a path has a line end in it', { reason: quoted(bin) })
  try {
    appendFileSync(GITHUB_PATH, `${bin}\n`)
    if (goroot !== null) appendFileSync(GITHUB_ENV, `GOROOT=${goroot}\n`)
  } catch (error) {
    throw storageError(error, 'cannot tell the workflow', GITHUB_PATH)
  }
  return ''
}
