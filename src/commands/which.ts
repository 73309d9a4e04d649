import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import type { RunnableGo } from '../install/ensure.ts'
import { type Platform, samePlatform } from '../platform.ts'
import { quoted, typed } from '../text.ts'
import { chooseInstalled, resolveHere } from './chosen.ts'
import { platformAskedFor } from './platform-flags.ts'
import { isSpec } from './spec-word.ts'

/** `gv which [NAME] [SPEC]`: the path of the program that a name stands for in a version. */
export async function which(context: Context, input: CommandInput): Promise<CommandResult> {
  const { name, spec } = readWords(input.args)
  const platform = platformAskedFor(context, input)
  const { goroot, version, program } = locate(context, spec, platform)
  const path =
    goroot === null && name === 'go'
      ? program
      : join(goroot ?? '/', 'bin', platform.os === 'windows' ? `${name}.exe` : name)
  if (!existsSync(path)) {
    throw new GvError('failed', `Go ${version?.text ?? ''} has no program ${quoted(name)}`, {
      hint: goroot === null ? 'gv current' : `ls ${join(goroot, 'bin')}`,
    })
  }
  return { text: path, json: { name, path, version: version?.text ?? null, goroot } }
}

/** Where the Go lies that is meant; nothing is installed for a question. */
function locate(context: Context, spec: string | undefined, platform: Platform): RunnableGo {
  if (spec !== undefined || !samePlatform(platform, context.host)) {
    const { goroot, version } = chooseInstalled(context, spec ?? 'latest', platform)
    return { program: join(goroot, 'bin/go'), goroot, version }
  }
  const { program, goroot, version, reason, wanted } = resolveHere(context)
  if (program !== null) return { program, goroot, version }
  throw new GvError('no-such-version', `there is no Go to run here`, {
    reason,
    hint: wanted ? `gv install ${typed(wanted.text)}` : 'gv install latest',
  })
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
