import type { Command } from './command.ts'

export interface FlagSpec {
  /** `--json`, `--os <os>`: an option that takes a value names it in angle brackets. */
  readonly flag: string
  readonly help: string
}

/** What the command line knows of a command before its code is loaded. */
export interface CommandSpec {
  readonly name: string
  /** Positional arguments in cac's notation: `<spec>` required, `[spec]` optional, `[...specs]` any number. */
  readonly args: string
  /** How the arguments are shown in the help, where cac's notation does not say it. */
  readonly usage?: string
  readonly summary: string
  readonly flags: readonly FlagSpec[]
  readonly examples: readonly string[]
  /** Everything after the first word that is not a flag belongs to the program that is run. */
  readonly passesThrough?: boolean
  /** Not for people: left out of the help. */
  readonly isInternal?: boolean
  readonly load: () => Promise<Command>
}

const json: FlagSpec = { flag: '--json', help: 'print one JSON value instead of text' }
const platform: readonly FlagSpec[] = [
  { flag: '--os <os>', help: 'for this operating system (GOOS), not the one of this machine' },
  { flag: '--arch <arch>', help: 'for this architecture (GOARCH), not the one of this machine' },
]
const source: FlagSpec = {
  flag: '--source <source>',
  help: 'take archives from here only: go.dev, goproxy, mirror, or a URL',
}
const offline: FlagSpec = { flag: '--offline', help: 'use no network; only what is in the store' }

const system: FlagSpec = { flag: '--system', help: 'in the store of all users of this machine (/opt/go); as root' }

/** All commands, in the order of the help. Data only: the code of a command is loaded when it runs. */
export const commandTable: readonly CommandSpec[] = [
  {
    name: 'install',
    args: '[...specs]',
    summary: 'Install Go releases (or what the project asks for), each proven by the checksum database',
    flags: [
      ...platform,
      source,
      { flag: '--gpg', help: "demand Google's PGP signature as well (tarballs)" },
      { flag: '--insecure', help: 'install even without a proof; shown ever after' },
      system,
      offline,
      json,
    ],
    examples: [
      'gv install 1.22.5',
      'gv install 1.22 latest',
      'gv install 1.22.5 --os darwin --arch arm64',
      'sudo gv install --system 1.22.5',
    ],
    load: async () => (await import('./commands/install.ts')).install,
  },
  {
    name: 'uninstall',
    args: '<...versions>',
    summary: 'Remove installed releases',
    flags: [{ flag: '--force', help: 'also your default, and what a pin asks for' }, system, ...platform, json],
    examples: ['gv uninstall 1.22.5', 'sudo gv uninstall --system 1.22.5'],
    load: async () => (await import('./commands/uninstall.ts')).uninstall,
  },
  {
    name: 'use',
    args: '[spec]',
    summary: "Make a version the one that counts: in the project's pin, or as your default",
    flags: [
      { flag: '--global', help: 'as your default, where no project says otherwise' },
      { flag: '--mod', help: "in go.mod's go line, through go itself" },
      { flag: '--shell', help: 'in this shell only (needs gv init)' },
      { flag: '--system', help: 'for all users of this machine (/usr/local/go); as root' },
      { flag: '--adopt', help: 'with --system: take a Go that stands in the place of the link into the store' },
      {
        flag: '--force',
        help: 'also a version that is too old for go.mod; with --adopt also a Go that is not as published',
      },
      source,
      offline,
      json,
    ],
    examples: ['gv use 1.22', 'gv use', 'gv use --global latest', 'gv use --mod 1.23.0', 'sudo gv use --system 1.22.5'],
    load: async () => (await import('./commands/use.ts')).use,
  },
  {
    name: 'list',
    args: '',
    summary: 'Show what is installed, and how it was proven',
    flags: [
      { ...system, help: 'only the store of all users of this machine (/opt/go)' },
      { flag: '--size', help: 'also what each takes on the disk, and what of that is its own' },
      json,
    ],
    examples: ['gv list', 'gv list --size', 'gv list --json'],
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    name: 'ls-remote',
    args: '[spec]',
    summary: 'Show what can be installed',
    flags: [
      { flag: '--all', help: 'every release, not only the newest of each line' },
      ...platform,
      source,
      offline,
      json,
    ],
    examples: ['gv ls-remote', 'gv ls-remote 1.22 --all', 'gv ls-remote "^1.21"'],
    load: async () => (await import('./commands/ls-remote.ts')).lsRemote,
  },
  {
    name: 'current',
    args: '',
    summary: 'Show which Go is meant here, and why',
    flags: [json],
    examples: ['gv current', 'gv current --json'],
    load: async () => (await import('./commands/current.ts')).current,
  },
  {
    name: 'which',
    args: '[...words]',
    summary: 'Show the path of the program that a name stands for',
    flags: [...platform, json],
    examples: ['gv which', 'gv which gofmt', 'gv which go 1.22.5'],
    load: async () => (await import('./commands/which.ts')).which,
  },
  {
    name: 'exec',
    args: '[...words]',
    usage: '[spec] [--] command [args…]',
    summary: 'Run a program with a version of Go first in PATH',
    flags: platform,
    examples: ['gv exec 1.22.5 go version', 'gv exec 1.22 -- go test ./...'],
    passesThrough: true,
    load: async () => (await import('./commands/exec.ts')).exec,
  },
  {
    name: 'env',
    args: '[spec]',
    summary: 'Print what puts a version into an environment',
    flags: [
      { flag: '--shell <shell>', help: 'for eval in this shell: sh (the default), bash, zsh, fish' },
      { flag: '--github', help: 'for the later steps of a GitHub workflow (GITHUB_PATH, GITHUB_ENV)' },
      json,
    ],
    examples: ['eval "$(gv env)"', 'gv env 1.22.5 --shell fish | source', 'gv env --github'],
    load: async () => (await import('./commands/env.ts')).env,
  },
  {
    name: 'init',
    args: '<shell>',
    summary: 'Print what makes a shell follow the project: bash, zsh, fish or sh',
    flags: [json],
    examples: ['eval "$(gv init bash)"', 'gv init fish | source'],
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'reshim',
    args: '',
    summary: 'Write the shims (go, gofmt, go1.22.5, …) and the launcher of the store',
    flags: [json],
    examples: ['gv reshim && export PATH="$HOME/.gv/shims:$PATH"'],
    load: async () => {
      const [{ reshim }, { alsoCompletions }] = await Promise.all([
        import('./commands/reshim.ts'),
        import('./commands/completions.ts'),
      ])
      return alsoCompletions(reshim, commandLine())
    },
  },
  {
    name: 'outdated',
    args: '',
    summary: 'Show which installed lines have a newer patch, and which are still supported; status 1 if one is out',
    flags: [system, source, offline, json],
    examples: ['gv outdated', 'gv outdated --json'],
    load: async () => (await import('./commands/outdated.ts')).outdated,
  },
  {
    name: 'upgrade',
    args: '[...lines]',
    summary: 'Install the newest patch of each installed line, and move your default to it',
    flags: [
      { flag: '--pins', help: 'also write it into the pins of projects that gv has seen' },
      system,
      source,
      offline,
      json,
    ],
    examples: ['gv upgrade', 'gv upgrade 1.22 --pins'],
    load: async () => (await import('./commands/upgrade.ts')).upgrade,
  },
  {
    name: 'prune',
    args: '',
    summary: 'Remove what nothing asks for any more: toolchains, archives, what go left in GOMODCACHE and ~/sdk',
    flags: [
      { flag: '--dry-run', help: 'only show what would be removed' },
      { flag: '--yes', help: 'remove without asking, also what gv did not make' },
      system,
      json,
    ],
    examples: ['gv prune --dry-run', 'gv prune --yes'],
    load: async () => (await import('./commands/prune.ts')).prune,
  },
  {
    name: 'import',
    args: '[...managers]',
    usage: '[manager | goroot]…',
    summary: 'Take over what other managers installed, each file proven, and their default',
    flags: [
      { flag: '--copy', help: 'leave the originals as they are (the default)' },
      { flag: '--move', help: 'remove the originals' },
      { flag: '--link', help: "put links to gv's in their places, so that the other manager goes on working" },
      { flag: '--dry-run', help: 'only show what would be done' },
      { flag: '--yes', help: 'do it without asking' },
      offline,
      json,
    ],
    examples: ['gv import --dry-run', 'gv import asdf goenv --link', 'gv import --move ~/sdk/go1.22.5'],
    load: async () => (await import('./commands/import.ts')).importToolchains,
  },
  {
    name: 'setup',
    args: '',
    summary: 'Load gv in your shells: a block in their start-up files, shown before it is written',
    flags: [
      { flag: '--shell <shells>', help: 'for these shells: bash, zsh, fish, sh (several: bash,zsh)' },
      { flag: '--yes', help: 'write without asking' },
      { flag: '--undo', help: 'take the blocks out again; the files are then as they were' },
      json,
    ],
    examples: ['gv setup', 'gv setup --shell zsh --yes', 'gv setup --undo'],
    load: async () => (await import('./commands/setup.ts')).setupWith(commandLine()),
  },
  {
    name: 'completions',
    args: '[shell]',
    summary: 'Print what makes a shell complete gv: bash, zsh, fish (gv setup installs it)',
    flags: [json],
    examples: ['gv completions bash', 'gv completions fish | source'],
    load: async () => (await import('./commands/completions.ts')).completionsFor(commandLine()),
  },
  {
    name: 'complete-words',
    args: '<kind> [word]',
    summary: 'Answer the completions of shells',
    flags: [json],
    examples: ['gv complete-words specs 1.22.'],
    isInternal: true,
    load: async () => (await import('./commands/complete-words.ts')).completeWords,
  },
  {
    name: 'shim-resolve',
    args: '<name> [plus]',
    summary: 'Answer a shim',
    flags: [json],
    examples: ['gv shim-resolve go +1.22'],
    isInternal: true,
    load: async () => (await import('./commands/shim-resolve.ts')).shimResolve,
  },
  {
    name: 'verify',
    args: '[...targets]',
    summary: 'Check installed toolchains, or any GOROOT, file by file',
    flags: [
      { flag: '--all', help: 'everything that is installed' },
      { flag: '--repair', help: 'restore exactly the files that differ' },
      system,
      ...platform,
      source,
      offline,
      json,
    ],
    examples: ['gv verify 1.22.5', 'gv verify /usr/local/go', 'gv verify --all --json'],
    load: async () => (await import('./commands/verify.ts')).verify,
  },
]

/** Flags that every command takes. */
export const globalFlags: readonly FlagSpec[] = [
  { flag: '--quiet', help: 'say nothing but errors and the result' },
  { flag: '--help', help: 'show help, also for a command' },
  { flag: '--version', help: 'show the version of gv' },
]

/** What commands that write completions are given. */
function commandLine() {
  return { commands: commandTable, flags: globalFlags }
}
