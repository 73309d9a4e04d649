import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { parseGoVersion } from '../version/go-version.ts'
import { chooseToRun } from './chosen.ts'

/**
 * `gv shim-resolve NAME [+SPEC]`: the slow path of the shims (shims/ask-node.sh), which reads one line: `goroot /…/.` or, for somebody's
 * wrapper, `program /…/.`; the end keeps a path's own line ends from being lost in `$(…)`.
 */
export async function shimResolve(context: Context, input: CommandInput): Promise<CommandResult> {
  const [name = 'go', plus] = input.args
  const asked = plus?.replace(/^\+/, '') ?? (parseGoVersion(name) ? name : undefined)
  const { goroot, program } = await chooseToRun(context, input, asked, context.host)
  const text = goroot === null ? `program ${program}/.` : `goroot ${goroot}/.`
  return { text, json: { goroot, program } }
}
