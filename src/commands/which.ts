import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'
import { chooseDefault, chooseInstalled } from './chosen.ts'
import { platformAskedFor } from './platform-flags.ts'
import { isSpec } from './spec-word.ts'

/** `gv which [NAME] [SPEC]`: the path of the program that a name stands for in a version. */
export async function which(context: Context, input: CommandInput): Promise<CommandResult> {
  const { name, spec } = readWords(input.args)
  const platform = platformAskedFor(context, input)
  const toolchain = spec === undefined ? chooseDefault(context, platform) : chooseInstalled(context, spec, platform)
  const path = join(toolchain.goroot, 'bin', toolchain.platform.os === 'windows' ? `${name}.exe` : name)
  if (!existsSync(path)) {
    throw new GvError('failed', `Go ${toolchain.version.text} has no program ${quoted(name)}`, {
      hint: `ls ${join(toolchain.goroot, 'bin')}`,
    })
  }
  return { text: path, json: { name, path, version: toolchain.version.text, goroot: toolchain.goroot } }
}

/** A name and a spec in either order; no program of Go's is called like a version. */
function readWords(words: readonly string[]): { name: string; spec: string | undefined } {
  const specs = words.filter(isSpec)
  const names = words.filter((word) => !isSpec(word))
  const [name = 'go'] = names
  if (names.length > 1 || specs.length > 1) {
    throw new GvError('usage', 'which takes one name and one version', { hint: 'gv which gofmt 1.22.5' })
  }
  if (!/^[A-Za-z0-9_][\w.-]{0,99}$/.test(name)) {
    throw new GvError('usage', `${quoted(name)} is no name of a program`, { hint: 'gv which gofmt 1.22.5' })
  }
  return { name, spec: specs[0] }
}
