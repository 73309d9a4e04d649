/** The scripts that make shells complete `gv`, from the table of commands. Pure. */
import { bashCompletions } from './completions-bash.ts'
import type { CompletedCommand, CompletedFlag, Completions, WordKind } from './completions-data.ts'
import { fishCompletions } from './completions-fish.ts'
import { zshCompletions } from './completions-zsh.ts'
import { quoteFor } from './quote.ts'

/** As much of src/table.ts as matters here. */
export interface CommandLine {
  readonly commands: readonly {
    readonly name: string
    readonly args: string
    readonly summary: string
    readonly flags: readonly TableFlag[]
    readonly isInternal?: boolean
  }[]
  /** Flags that every command takes. */
  readonly flags: readonly TableFlag[]
}

interface TableFlag {
  readonly flag: string
  readonly help: string
}

export const completedShells = ['bash', 'zsh', 'fish'] as const

export type CompletedShell = (typeof completedShells)[number]

const scripts: Readonly<Record<CompletedShell, (completions: Completions) => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
}

/**
 * The script for a shell. Names of commands and flags stand in it, so that nothing is run for them; for versions the program is asked.
 * @param parts the files of shims/, by name
 * @param program gv's launcher, absolute
 */
export function completionScript(
  shell: CompletedShell,
  { commands, flags }: CommandLine,
  parts: ReadonlyMap<string, string>,
  program: string,
): string {
  const skeleton = parts.get(`completion.${shell}`)
  if (skeleton === undefined) throw new Error(`shims/completion.${shell} is missing`)
  return scripts[shell]({
    commands: commands.filter(({ isInternal }) => !isInternal).map(completed),
    flags: flags.map(flagOf),
    program: quoteFor(shell, program),
    skeleton,
  })
}

function completed({ name, args, summary, flags }: CommandLine['commands'][number]): CompletedCommand {
  const argument = /\w+/.exec(args)?.[0] ?? ''
  const words = kinds[name] ?? kinds[argument] ?? 'none'
  return { name, summary, flags: flags.map(flagOf), words, takesMany: args.includes('...') }
}

function flagOf({ flag, help }: TableFlag): CompletedFlag {
  const [name = flag, value] = flag.split(' ')
  return { name, help, value: value === undefined ? undefined : (kinds[value.slice(1, -1)] ?? 'none') }
}

/** What arguments and the values of flags are, by the names that the table gives them; for some commands by theirs. */
const kinds: Readonly<Record<string, WordKind>> = {
  spec: 'specs',
  specs: 'specs',
  versions: 'versions',
  targets: 'versions',
  lines: 'lines',
  shell: ['bash', 'zsh', 'fish', 'sh'],
  shells: ['bash', 'zsh', 'fish', 'sh'],
  exec: 'program',
  which: ['go', 'gofmt'],
  os: ['darwin', 'linux', 'windows', 'freebsd', 'netbsd', 'openbsd'],
  arch: ['amd64', 'arm64', '386', 'arm', 'ppc64le', 'riscv64', 's390x', 'loong64'],
  source: ['go.dev', 'goproxy', 'mirror'],
  managers: ['asdf', 'goenv', 'gvm', 'mise', 'gobrew', 'g', 'sdk', 'homebrew', 'gomodcache', '/usr/local/go'],
  file: 'files',
}
