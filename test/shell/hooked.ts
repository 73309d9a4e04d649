/** A home with projects, a store with toolchains, and shells that follow them. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeSandbox, type Sandbox } from '../support/sandbox.ts'
import { findInSystem } from '../support/shells.ts'

/** Shells whose hook runs at a prompt, as they are started: interactive, and with the hook and nothing else in their start-up file. */
export type HookedShell = 'bash' | 'zsh' | 'fish'

/** Those that are here. */
export const hookedShells = (['bash', 'zsh', 'fish'] as const).filter((name) => findInSystem(name) !== undefined)

export interface HookedHome extends Sandbox {
  /** `store/versions/go1.22.5/bin` */
  binOf(version: string): string
  /** PATH as the hook leaves it where it puts nothing first. */
  readonly plainPath: string
  /** What starts a shell in a terminal. */
  command(shell: HookedShell, more?: string): Promise<string[]>
  /** Has an interactive bash or zsh read lines as if they were typed; what it writes, stdout and stderr. */
  session(shell: 'bash' | 'zsh', lines: readonly string[], options?: SessionOptions): Promise<string>
  /** Runs a script that is no session, with `gv init` evaluated before it. */
  script(shell: string, text: string): Promise<string>
}

export interface SessionOptions {
  /** In the start-up file, before and behind the hook. */
  readonly before?: string
  readonly after?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Projects `p` (.tool-versions, 1.22.5), `q` (go.mod, 1.21.3), `d` (none), and a store with both toolchains. */
export async function makeHookedHome(): Promise<HookedHome> {
  const sandbox = await makeSandbox()
  for (const version of ['1.22.5', '1.21.3']) {
    await sandbox.write(`store/versions/go${version}/bin/go`, `#!/bin/sh\necho "this is go${version}"\n`, 0o755)
  }
  await sandbox.write('home/p/.tool-versions', 'golang 1.22.5\n')
  await sandbox.write('home/p/a/b/file', '')
  await sandbox.write('home/q/go.mod', 'module q\n\ngo 1.21.3\n')
  await sandbox.write('home/d/file', '')
  const made = await sandbox.gv(['reshim'])
  if (made.status !== 0) throw new Error(made.stderr)
  const path = `${sandbox.store}/bin:${sandbox.env.PATH}`
  const env = { ...sandbox.env, PATH: path, PS1: '$ ' }
  const home: HookedHome = {
    ...sandbox,
    binOf: (version) => join(sandbox.store, `versions/go${version}/bin`),
    plainPath: `${sandbox.store}/shims:${sandbox.store}/bin:${sandbox.env.PATH}`,
    command: (shell, more = '') => startCommand(sandbox, shell, more),
    session: async (shell, lines, { before = '', after = '', env: others = {} } = {}) => {
      const rc = sandbox.path(shell === 'bash' ? 'bashrc' : 'home/.zshrc')
      writeFileSync(rc, `${before}\n\\eval "$(gv init ${shell})"\n${after}\n`)
      const words = shell === 'bash' ? ['--rcfile', rc, '-i'] : ['-i']
      const all = { ...env, ...others, ZDOTDIR: sandbox.home, PROMPT: '' }
      return run(findInSystem(shell) ?? shell, words, `${lines.join('\n')}\n`, all, sandbox.home)
    },
    script: (shell, text) => {
      const [program = '', ...words] = shell.split(' ')
      const init = program === 'fish' ? 'gv init fish | source' : `eval "$(gv init ${initName(shell)})"`
      const file = sandbox.path('script')
      writeFileSync(file, `${init}\n${text}\n`)
      return run(findInSystem(program) ?? program, [...words, file], '', env, sandbox.home)
    },
  }
  return home
}

function initName(shell: string): string {
  return shell === 'bash' || shell === 'zsh' ? shell : 'sh'
}

async function startCommand(sandbox: Sandbox, shell: HookedShell, more: string): Promise<string[]> {
  const path = findInSystem(shell) ?? shell
  if (shell === 'fish') {
    const file = await sandbox.write(
      'init.fish',
      `set -g fish_autosuggestion_enabled 0\nfunction fish_prompt; echo '> '; end\ngv init fish | source\n${more}\n`,
    )
    return [path, '--no-config', '-i', '-C', `source ${file}`]
  }
  if (shell === 'bash') {
    const file = await sandbox.write('terminal.bashrc', `PS1='> '\neval "$(gv init bash)"\n${more}\n`)
    return [path, '--rcfile', file, '-i']
  }
  await sandbox.write('home/.zshrc', `PROMPT='> '\nunsetopt zle\neval "$(gv init zsh)"\n${more}\n`)
  return [path, '-i']
}

function run(
  program: string,
  words: string[],
  input: string,
  env: Record<string, string>,
  cwd: string,
): Promise<string> {
  return new Promise((resolve) => {
    // One pipe for both, so that what is said comes in its place.
    const child = execFile(
      '/bin/sh',
      ['-c', 'exec "$@" 2>&1', 'sh', program, ...words],
      { env, cwd, timeout: 30_000 },
      (_, stdout) => resolve(stdout),
    )
    child.stdin?.end(input)
  })
}
