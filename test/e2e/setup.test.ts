import { execFile } from 'node:child_process'
import { chmod, lstat, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { gvProgram } from '../support/gv-process.ts'
import { makeSandbox, type Sandbox } from '../support/sandbox.ts'
import { findInSystem } from '../support/shells.ts'
import { startTerminal, terminalsAvailable } from '../support/terminal.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure } from './expectations.ts'
import { setStage } from './stage.ts'

const run = promisify(execFile)
const block = /^# >>> gv >>>\n# Written by gv setup \[[^\]]+\][^\n]*\n(?:.+\n)+# <<< gv <<<\n/m

/** The start-up files of a home, by name; those of the store left out. */
async function filesOf({ home }: Sandbox): Promise<Record<string, string>> {
  const { stdout } = await run('find', [home, '-type', 'f', '-o', '-type', 'l'])
  const paths = stdout.trim().split('\n').filter(Boolean).sort()
  const texts = paths.map(async (path) => [path.slice(home.length + 1), await readFile(path, 'latin1')])
  return Object.fromEntries(await Promise.all(texts))
}

async function makeHome(files: Readonly<Record<string, string | Uint8Array>>, shell = '/bin/bash'): Promise<Sandbox> {
  const sandbox = await makeSandbox({ env: { SHELL: shell } })
  for (const [name, content] of Object.entries(files)) await sandbox.write(`home/${name}`, content)
  return sandbox
}

const readsBashrc = 'if [ -f ~/.bashrc ]; then . ~/.bashrc; fi\n'

describe('gv setup', () => {
  test('shows what it would write where nobody can be asked, and writes nothing', async () => {
    const home = await makeHome({ '.bashrc': 'echo\n', '.profile': readsBashrc })
    const before = await filesOf(home)
    const shown = await home.gv(['setup'])
    expect(shown).toMatchObject({ status: exit.usage })
    expect(shown.stdout).toContain(`${home.home}/.bashrc:2\n  + # >>> gv >>>\n`)
    expect(shown.stderr).toBe('gv: nothing was written: there is no terminal to ask on\nhint: gv setup --yes\n')
    expect(await filesOf(home)).toEqual(before)
    expect(await home.list('store')).toEqual([])
  })

  test.each([
    ['files that end as they should', { '.bashrc': 'echo one\n', '.profile': readsBashrc }],
    ['a file whose last line has no end', { '.bashrc': 'echo one', '.profile': 'x=1' }],
    ['an empty file', { '.bashrc': '' }],
    ['no file at all', {}],
    ['CRLF', { '.bashrc': '# one\r\n# two\r\n', '.bash_profile': '# three\r\n# four' }],
    ['bytes that are not UTF-8', { '.bashrc': Buffer.from('# caf\xe9\n', 'latin1'), '.bash_login': '# x\n' }],
    ['zsh and fish', { '.zshrc': 'setopt prompt_subst\n', '.config/fish/config.fish': 'set -g fish_greeting\n' }],
  ])('writes once, and --undo gives back every byte: %s', async (_, files) => {
    const home = await makeHome(files)
    const before = await filesOf(home)
    expect(await home.gv(['setup', '--yes'])).toMatchObject({ status: 0, stderr: '' })
    const after = await filesOf(home)
    expect(after).not.toEqual(before)
    const again = await home.gv(['setup'])
    expect(again).toMatchObject({ status: 0, stderr: '' })
    expect(await filesOf(home)).toEqual(after)
    expect(await home.gv(['setup', '--undo'])).toMatchObject({ status: exit.usage })
    expect(await filesOf(home)).toEqual(after)
    expect(await home.gv(['setup', '--undo', '--yes'])).toMatchObject({ status: 0, stderr: '' })
    expect(await filesOf(home)).toEqual(before)
    expect((await home.gv(['setup', '--undo', '--yes'])).stdout).toBe('there is no block of gv in any start-up file\n')
  })

  test('follows links of dotfile managers, and keeps modes', async () => {
    const home = await makeHome({ 'dotfiles/bashrc': 'echo\n', '.profile': readsBashrc })
    await chmod(`${home.home}/dotfiles/bashrc`, 0o640)
    await symlink('dotfiles/bashrc', `${home.home}/.bashrc`)
    expect(await home.gv(['setup', '--yes', '--shell', 'bash'])).toMatchObject({ status: 0 })
    expect(await readlink(`${home.home}/.bashrc`)).toBe('dotfiles/bashrc')
    expect(await readFile(`${home.home}/dotfiles/bashrc`, 'utf8')).toMatch(block)
    expect((await stat(`${home.home}/dotfiles/bashrc`)).mode & 0o7777).toBe(0o640)
    expect(await home.gv(['setup', '--yes', '--undo'])).toMatchObject({ status: 0 })
    expect((await lstat(`${home.home}/.bashrc`)).isSymbolicLink()).toBe(true)
    expect(await readFile(`${home.home}/dotfiles/bashrc`, 'utf8')).toBe('echo\n')
  })

  test('says of a link to nothing what it is', async () => {
    const home = await makeHome({})
    await symlink('gone', `${home.home}/.bashrc`)
    expectFailure(await home.gv(['setup', '--yes']), exit.storage, /\.bashrc": it is a link to nothing/)
  })

  test('prints the block where a file is read-only, and writes the others', async () => {
    const home = await makeHome({ '.bashrc': 'echo\n', '.profile': '# x\n' })
    await chmod(`${home.home}/.bashrc`, 0o444)
    const result = await home.gv(['setup', '--yes'])
    expect(result).toMatchObject({ status: exit.storage })
    expect(result.stdout).toMatch(
      /\.bashrc cannot be changed: it is read-only\. Do it yourself:\n {2}\+ # >>> gv >>>\n/,
    )
    expect(await readFile(`${home.home}/.bashrc`, 'utf8')).toBe('echo\n')
    expect(await readFile(`${home.home}/.profile`, 'utf8')).toMatch(block)
  })

  test('brings a block up to date that an older gv wrote, and leaves one alone that somebody edited', async () => {
    const home = await makeHome({ '.bashrc': 'echo\n', '.profile': readsBashrc })
    await home.gv(['setup', '--yes'])
    const rc = `${home.home}/.bashrc`
    const text = await readFile(rc, 'utf8')
    // Another store is what would change gv's own lines.
    const moved = { env: { GV_ROOT: home.path('elsewhere') } }
    expect(await home.gv(['setup', '--yes'], moved)).toMatchObject({ status: 0 })
    expect(await readFile(rc, 'utf8')).toContain(`export GV_ROOT='${home.path('elsewhere')}'`)
    expect(await home.gv(['setup', '--yes'])).toMatchObject({ status: 0 })
    expect(await readFile(rc, 'utf8')).toBe(text)
    const edited = text.replace('# <<< gv', 'echo mine\n# <<< gv')
    await writeFile(rc, `${edited}echo more\n`)
    const kept = await home.gv(['setup', '--yes'])
    expect(kept).toMatchObject({ status: 0 })
    expect(kept.stdout).toMatch(/\.bashrc:2 was edited, and stays as it is; gv would write:\n {2}\+ # >>> gv >>>/)
    expect(await readFile(rc, 'utf8')).toBe(`${edited}echo more\n`)
    expect(await home.gv(['setup', '--undo', '--yes'])).toMatchObject({ status: 0 })
    expect(await readFile(rc, 'utf8')).toBe('echo\necho more\n')
  })

  test('does not guess where the marks do not fit together', async () => {
    const home = await makeHome({ '.bashrc': '# >>> gv >>>\necho\n', '.profile': readsBashrc })
    const result = await home.gv(['setup', '--yes'])
    expect(result).toMatchObject({ status: exit.storage })
    expect(result.stdout).toMatch(/\.bashrc:1 cannot be changed: the block that begins there has no end/)
    expect(await readFile(`${home.home}/.bashrc`, 'utf8')).toBe('# >>> gv >>>\necho\n')
  })

  test('names what comes after gv and would put another Go first', async () => {
    const home = await makeHome({ '.bashrc': 'echo\n', '.profile': readsBashrc })
    await home.gv(['setup', '--yes'])
    const rc = `${home.home}/.bashrc`
    await writeFile(rc, `${await readFile(rc, 'utf8')}# goenv\neval "$(goenv init -)"\n`)
    const result = await home.gv(['setup'])
    expect(result.stderr).toBe(
      `gv: ${rc}:8 comes after gv and may put another Go first (goenv): "eval \\"$(goenv init -)\\""\n`,
    )
    expect((await home.gv(['setup', '--json'])).json()).toMatchObject({
      written: true,
      shadows: [{ file: rc, line: 8, manager: 'goenv' }],
    })
  })

  test('killed while it writes leaves the file as it was, and the next one no litter', async () => {
    const home = await makeHome({ '.bashrc': 'echo\n', '.profile': readsBashrc })
    const before = await filesOf(home)
    expect(await home.gv(['setup', '--yes'], { killAt: 'profile-staged' })).toMatchObject({ signal: 'SIGKILL' })
    expect(await filesOf(home)).toMatchObject(before)
    expect(await home.gv(['setup', '--yes'])).toMatchObject({ status: 0 })
    expect(Object.keys(await filesOf(home))).toEqual(['.bashrc', '.profile'])
    expect(await home.gv(['setup', '--undo', '--yes'])).toMatchObject({ status: 0 })
    expect(await filesOf(home)).toEqual(before)
  })

  test.each([
    [['setup', '--shell', 'tcsh'], {}, /--shell "tcsh" is no shell that gv knows/],
    [['setup'], { SHELL: '/bin/tcsh' }, /which shell is to be set up\?/],
    [['completions', 'sh'], {}, /for "sh" gv has no completions/],
  ])('%j is a usage error', async (words, env, says) => {
    const { gv } = await makeSandbox({ env })
    expectFailure(await gv(words), exit.usage, says)
  })

  test.runIf(terminalsAvailable)('asks on a terminal', async () => {
    const home = await makeHome({ '.bashrc': 'echo\n', '.profile': readsBashrc })
    const start = () => startTerminal([process.execPath, gvProgram, 'setup'], { env: home.env, cwd: home.cwd })
    const refused = await start()
    await refused.until(/write this\? \[Y\/n\]/)
    await refused.type('n')
    await refused.press('Enter')
    expect(await refused.ended()).toBe(exit.failed)
    expect(await readFile(`${home.home}/.bashrc`, 'utf8')).toBe('echo\n')
    const agreed = await start()
    await agreed.until(/\+ # <<< gv <<<[\s\S]*write this\? \[Y\/n\]/)
    await agreed.press('Enter')
    expect(await agreed.ended()).toBe(0)
    expect(await readFile(`${home.home}/.bashrc`, 'utf8')).toMatch(block)
  })
})

/** The shells of this machine, and what makes each read the start-up files that a person's shell reads. */
const sessions: readonly (readonly [shell: string, how: string, words: readonly string[]])[] = [
  ['bash', 'interactive', ['-ic']],
  ['bash', 'login and interactive', ['-lic']],
  ['bash', 'login', ['-lc']],
  ['zsh', 'interactive', ['-ic']],
  ['zsh', 'login', ['-lc']],
  ['fish', 'interactive', ['-ic']],
  ['fish', 'not interactive', ['-c']],
]

describe.each(sessions)('%s, %s', (shell, _, words) => {
  const program = findInSystem(shell)

  test.runIf(program)('finds the shims and gv first, once, whatever else was put before them', async () => {
    const all: Record<string, Record<string, string>> = {
      bash: {
        '.bashrc': 'case $- in *i*) ;; *) return ;; esac\nPATH=/other/bin:$PATH\n',
        '.bash_profile': '. ~/.bashrc\n',
      },
      zsh: { '.zshrc': 'PATH=/other/bin:$PATH\n' },
      fish: { '.config/fish/config.fish': 'set -g fish_greeting\n' },
    }
    const home = await makeHome(all[shell] ?? {}, program)
    expect(await home.gv(['setup', '--yes', '--shell', shell])).toMatchObject({ status: 0, stderr: '' })
    // As an outer shell, a terminal within an editor, leaves it.
    const PATH = `/usr/bin:${home.store}/bin:/bin:${home.store}/shims`
    const script = shell === 'fish' ? 'string join : $PATH; command -v go' : 'echo "$PATH"; command -v go'
    const { stdout } = await run(program ?? '', [...words, script], {
      env: { ...home.env, PATH, TERM: 'xterm' },
      cwd: home.cwd,
    })
    const [path = '', go] = stdout.trim().split('\n')
    const [first, second, ...others] = path.split(':')
    expect([first, second]).toEqual([`${home.store}/shims`, `${home.store}/bin`])
    expect(others).toContain('/usr/bin')
    expect(others.filter((folder) => folder.startsWith(home.store))).toEqual([])
    expect(go).toBe(`${home.store}/shims/go`)
  })

  test.runIf(program)('starts as before when the store is gone', async () => {
    const home = await makeHome({}, program)
    await home.gv(['setup', '--yes', '--shell', shell])
    await run('rm', ['-r', home.store])
    const { stdout, stderr } = await run(program ?? '', [...words, 'echo here'], {
      env: { ...home.env, TERM: 'xterm' },
      cwd: home.cwd,
    })
    expect(stdout).toBe('here\n')
    expect(
      stderr.replace(/^(?:bash: (?:cannot set terminal|no job control)|warning: Could not set up terminal).*\n/gm, ''),
    ).toBe('')
  })
})

test('a login bash that is interactive has the whole session, whether .profile reads .bashrc or nothing does', async () => {
  for (const files of [{}, { '.profile': readsBashrc }, { '.bash_profile': 'x=1\n' }]) {
    const home = await makeHome(files)
    await home.gv(['setup', '--yes', '--shell', 'bash'])
    const script = 'declare -F gv; complete -p gv'
    const { stdout } = await run('bash', ['-lic', script], { env: { ...home.env, TERM: 'xterm' }, cwd: home.cwd })
    expect(stdout).toBe('gv\ncomplete -F _gv_complete gv\n')
  }
})

describe('completions', () => {
  async function setUp(shell: string) {
    const stage = await setStage('a mirror', { env: { SHELL: `/bin/${shell}` } })
    for (const version of ['1.21.13', '1.22.4', '1.22.5', '1.23rc1']) stage.server.site.publish(makeToolchain(version))
    expect(await stage.gv(['install', '1.22.4'])).toMatchObject({ status: 0 })
    await stage.gv(['ls-remote'])
    expect(await stage.gv(['setup', '--yes', '--shell', shell])).toMatchObject({ status: 0 })
    stage.server.reset()
    return stage
  }

  test.runIf(findInSystem('bash'))('of bash', async () => {
    const stage = await setUp('bash')
    const script = `set -eu; . "$GV_ROOT/lib/completion.bash"; . "$GV_ROOT/lib/completion.bash"
for line; do
  IFS='|' read -ra COMP_WORDS <<<"$line|x"; unset 'COMP_WORDS[\${#COMP_WORDS[@]}-1]'; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _gv_complete; echo "$line: \${COMPREPLY[*]-}"
done`
    const answers: Record<string, string> = {
      'gv|unin': 'uninstall',
      'gv|uninstall|': '1.22.4',
      'gv|install|1.22.': '1.22.5 1.22.4',
      'gv|install|1.23': '',
      'gv|install|1.23r': '1.23rc1',
      'gv|install|l': 'latest',
      'gv|install|--os|l': 'linux',
      'gv|install|--os|=|da': 'darwin',
      'gv|install|1.22.4|--of': '--offline',
      'gv|--quiet|unin': 'uninstall',
      'gv|use|$(touch pwned)|1.22.': '1.22.5 1.22.4',
      'gv|which|gof': 'gofmt',
      'gv|list|x': '',
      'gv|--ver': '--version',
    }
    const { stdout } = await run('bash', ['--norc', '-c', script, 'bash', ...Object.keys(answers)], stage)
    expect(stdout.trim().split('\n')).toEqual(Object.entries(answers).map(([line, words]) => `${line}: ${words}`))
    expect(await stage.list('cwd')).toEqual([])
    expect(stage.server.seen).toEqual([])
  })

  test.runIf(findInSystem('fish'))('of fish', async () => {
    const stage = await setUp('fish')
    const ask = async (line: string) => {
      const { stdout } = await run('fish', ['-c', 'complete -C $argv[1]', line], stage)
      return stdout
        .split('\n')
        .map((row) => row.split('\t')[0])
        .filter(Boolean)
    }
    expect(await ask('gv unin')).toEqual(['uninstall'])
    expect(await ask('gv uninstall ')).toEqual(['1.22.4'])
    expect(await ask('gv install 1.22.')).toEqual(['1.22.5', '1.22.4'])
    expect(await ask('gv install --os l')).toEqual(['linux'])
    expect(await ask('gv install --off')).toEqual(['--offline'])
    expect(await ask('gv exec 1.22 gv unin')).toEqual(['uninstall'])
    expect(await ask('gv list ')).toEqual([])
    expect(stage.server.seen).toEqual([])
  })

  test.runIf(findInSystem('zsh') && terminalsAvailable)('of zsh', async () => {
    const stage = await setUp('zsh')
    const rc = await readFile(`${stage.home}/.zshrc`, 'utf8')
    await writeFile(`${stage.home}/.zshrc`, `autoload -Uz compinit && compinit -u -D\nPS1='> '\n${rc}`)
    const terminal = await startTerminal([findInSystem('zsh') ?? '', '-i'], stage)
    await terminal.until(/^>$/m)
    for (const [typed, comes] of [
      ['gv unin', /> gv uninstall 1\.22\.4/],
      ['gv install --os lin', /> gv install --os linux/],
      ['gv install --offl', /> gv install --offline/],
      ['gv exec 1.22 mkdi', /> gv exec 1\.22 mkdir/],
      ['gv which gof', /> gv which gofmt/],
    ] as const) {
      await terminal.type(typed)
      await terminal.press('Tab')
      if (typed.endsWith('unin')) await terminal.press('Tab')
      await terminal.until(comes)
      await terminal.press('C-c')
    }
    await terminal.type('gv install 1.22.')
    await terminal.press('Tab')
    await terminal.until(/1\.22\.5 +1\.22\.4/)
  })
})
