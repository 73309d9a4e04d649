import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { isRelease, parseGoVersion } from '../version/go-version.ts'
import { chooseToRun } from './chosen.ts'

/**
 * `gv shim-resolve NAME [+SPEC]`: the slow path of the shims (shims/ask-node.sh), which reads one line: `goroot /…/.` or, for somebody's
 * wrapper, `program /…/.`; the end keeps a path's own line ends from being lost in `$(…)`.
 */
export async function shimResolve(context: Context, input: CommandInput): Promise<CommandResult> {
  const [name = 'go', plus] = input.args
  const asked = plus?.replace(/^\+/, '') ?? releaseNamed(name)
  const { goroot, program } = await chooseToRun(context, input, asked, context.host)
  const text = goroot === null ? `program ${program}/.` : `goroot ${goroot}/.`
  return { text, json: { goroot, program } }
}

/** The spec of the one release that a shim is named after; `go1.20` is the first of its line, which a spec writes `1.20.0`. */
function releaseNamed(name: string): string | undefined {
  const version = parseGoVersion(name)
  if (!version) return undefined
  return isRelease(version) && version.patch === undefined && !version.prerelease ? `${version.text}.0` : version.text
}
