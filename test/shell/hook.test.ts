// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the shell that puts these in
import { execFile } from 'node:child_process'
import { readFile, utimes } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { writeLauncher } from '../../src/shell/launcher.ts'
import { storeLayout } from '../../src/store/layout.ts'
import { makeHookedHome } from './hooked.ts'

const shells = ['bash', 'zsh'] as const

/** The lines `name=value` of a session. */
function values(output: string): Record<string, string> {
  return Object.fromEntries(
    [...output.matchAll(/^(?:\$ )*([a-z]\w*)=(.*)$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']),
  )
}

describe.each(shells)('%s', (shell) => {
  test('follows the folder, and restores PATH byte for byte', async () => {
    const home = await makeHookedHome()
    const odd = `:/a::/b:/a:${home.binOf('1.22.5')}:/c d::`
    const output = await home.session(shell, [
      `PATH="$PATH${odd}"`,
      'before=$PATH; cd p',
      'printf "inp=%s\\n" "$PATH"; cd a/b',
      'printf "inb=%s\\n" "$PATH"; cd ~/q',
      'printf "inq=%s\\n" "$PATH"; cd ~/d',
      'printf "ind=%s\\n" "$PATH"; [ "$PATH" = "$before" ] && echo same=yes',
    ])
    const plain = home.plainPath + odd
    expect(values(output)).toEqual({
      inp: `${home.binOf('1.22.5')}:${plain}`,
      inb: `${home.binOf('1.22.5')}:${plain}`,
      inq: `${home.binOf('1.21.3')}:${plain}`,
      ind: plain,
      same: 'yes',
    })
    expect(output.match(/^(?:\$ )*gv: .*$/gm)?.map((line) => line.replace(/^(\$ )*/, ''))).toEqual([
      'gv: go1.22.5 (.tool-versions:1)',
      'gv: go1.21.3 (go.mod:3)',
    ])
  })

  test('sees at the next prompt that a pin was edited, came or went', async () => {
    const home = await makeHookedHome()
    const now = 'echo "is=$(go) for $why"'
    const output = await home.session(shell, [
      'cd ~/p/a; why=start',
      now,
      'echo golang 1.21.3 >../.tool-versions; why=edited',
      now,
      'echo 1.22.5 >.go-version; why=nearer',
      now,
      'rm .go-version; why=gone',
      now,
      'cd ~/q; why=mod',
      now,
      'echo 1.22.5 >../.tool-versions; echo go 1.22.5 >../go.work; why=work',
      now,
      'rm ../go.work; printf "module q\\n\\ngo 1.21.3\\ntoolchain go1.22.5\\n" >go.mod; why=toolchain',
      now,
    ])
    expect([...output.matchAll(/is=this is (.*)$/gm)].map((match) => match[1])).toEqual([
      ...['go1.22.5 for start', 'go1.21.3 for edited', 'go1.22.5 for nearer', 'go1.21.3 for gone'],
      ...['go1.21.3 for mod', 'go1.22.5 for work', 'go1.22.5 for toolchain'],
    ])
  })

  test('is not misled by a bar in the name of a folder that it remembers', async () => {
    const home = await makeHookedHome()
    const output = await home.session(shell, [
      'for i in 1 2 3 4 5 6 7; do mkdir ~/e$i; echo golang 1.21.3 >~/e$i/.tool-versions; cd ~/e$i; __gv_hook; done',
      'mkdir -p "$HOME/d|$HOME/p"; cd "$HOME/d|$HOME/p"',
      'cd ~/p',
      'echo "is=$(go)"',
    ])
    expect(values(output)).toEqual({ is: 'this is go1.22.5' })
  })

  test('says once that a version is missing, leaves it to the shim, and takes it when it comes', async () => {
    const home = await makeHookedHome()
    const output = await home.session(shell, [
      'echo golang 1.99.9 >p/.tool-versions; cd p',
      ':',
      'cd ~/d',
      'cd ~/p',
      'printf "go=%s\\n" "$(command -v go)"',
      `cp -r ${home.store}/versions/go1.22.5 ${home.store}/versions/go1.99.9`,
      'printf "came=%s\\n" "$(command -v go)"',
      `rm -r ${home.store}/versions/go1.99.9`,
      'printf "gone=%s\\n" "$(command -v go)"',
    ])
    expect(
      output.match(/go1\.99\.9 is not installed, and \.tool-versions:1 asks for it\nhint: gv install 1\.99\.9$/gm),
    ).toHaveLength(1)
    expect(values(output)).toEqual({
      go: `${home.store}/shims/go`,
      came: `${home.binOf('1.99.9')}/go`,
      gone: `${home.store}/shims/go`,
    })
  })

  test('follows the default, and an install that brings a newer patch of a line', async () => {
    const home = await makeHookedHome()
    const { store } = home
    const output = await home.session(shell, [
      // (The sandbox has a `-` in its path, as names of other platforms' toolchains have.)
      `ln -s versions/go1.21.3 ${store}/current; cd d`,
      'printf "path=%s\\n" "$(command -v go)"; echo "default=$(go)"',
      `rm ${store}/current; ln -s versions/go1.22.5 ${store}/current`,
      'echo "switched=$(go)"',
      'echo golang 1.22 >.tool-versions',
      'echo "line=$(go)"',
      `cp -r ${store}/versions/go1.21.3 ${store}/versions/go1.22.6`,
      'printf "newer=%s\\n" "$(command -v go)"',
    ])
    expect(values(output)).toEqual({
      path: `${home.binOf('1.21.3')}/go`,
      default: 'this is go1.21.3',
      switched: 'this is go1.22.5',
      line: 'this is go1.22.5',
      newer: `${home.binOf('1.22.6')}/go`,
    })
  })

  test('keeps $? and $_ for what comes after it', async () => {
    const home = await makeHookedHome()
    const output = await home.session(
      shell,
      ['cd p', '(exit 7)', 'echo "status=$?"', 'true one two', 'echo "last=$_"', 'false', 'cd ~/q', 'echo "ok=$?"'],
      {
        after:
          shell === 'bash'
            ? 'PROMPT_COMMAND="$PROMPT_COMMAND;  __seen=\\$?"'
            : 'seen() { __seen=$?; }; precmd_functions+=(seen)',
      },
    )
    expect(values(output)).toEqual({ status: '7', last: 'two', ok: '0' })
  })

  test('takes GOROOT away once, with a word, and never sets it', async () => {
    const home = await makeHookedHome()
    const output = await home.session(
      shell,
      [
        'echo "first=${GOROOT-unset}"',
        'cd p',
        'echo "second=${GOROOT-unset}"',
        'export GOROOT=/mine; cd ~/q',
        'echo "third=$GOROOT"',
      ],
      { env: { GOROOT: '/usr/local/go' } },
    )
    expect(values(output)).toEqual({ first: '/usr/local/go', second: 'unset', third: '/mine' })
    expect(output.match(/GOROOT was set, and is not any more/g)).toHaveLength(1)
  })

  test('gv use --shell is for this shell', async () => {
    const home = await makeHookedHome()
    const output = await home.session(shell, [
      'cd p',
      'gv use --shell 1.21.3',
      'echo "first=$(go), $GV_VERSION"',
      `gv use --shell system; echo "status=$?, $GV_VERSION"`,
      'gv use --shell --help',
      'gv use --shell nonsense; echo "failed=$?, $GV_VERSION"',
      'gv use --shell',
      'echo "undone=$(go), ${GV_VERSION-unset}"',
    ])
    expect(values(output)).toEqual({
      first: 'this is go1.21.3, 1.21.3',
      status: '0, system',
      failed: '2, system',
      undone: 'this is go1.22.5, unset',
    })
    expect(output).toMatch(/^.*the one that counts/m)
  })

  test('in a shell within a shell, and in one that takes its place, PATH does not grow', async () => {
    const home = await makeHookedHome()
    const again = shell === 'bash' ? `bash --rcfile ${home.path('bashrc')} -i` : 'zsh -i'
    const output = await home.session(shell, [
      'cd p',
      `exec ${again}`,
      'printf "exec=%s\\n" "$PATH"',
      again,
      'cd ~/q',
      'printf "inner=%s\\n" "$PATH"',
      `eval "$(gv init ${shell})"`,
      'printf "twice=%s\\n" "$PATH"',
      'cd ~/d',
      'printf "left=%s\\n" "$PATH"',
    ])
    expect(values(output)).toEqual({
      exec: `${home.binOf('1.22.5')}:${home.plainPath}`,
      inner: `${home.binOf('1.21.3')}:${home.plainPath}`,
      twice: `${home.binOf('1.21.3')}:${home.plainPath}`,
      left: home.plainPath,
    })
  })

  test('heals what others do to PATH', async () => {
    const home = await makeHookedHome()
    const output = await home.session(shell, [
      'cd p',
      'saved=$PATH; PATH=/direnv:$PATH',
      'printf "before=%s\\n" "$PATH"; cd ~/q',
      'printf "moved=%s\\n" "$PATH"; PATH=$saved',
      'printf "restored=%s\\n" "$PATH"; cd ~/p; PATH=/usr/bin:/bin',
      'printf "reset=%s\\n" "$PATH"; cd ~/d',
      'printf "left=%s\\n" "$PATH"',
    ])
    expect(values(output)).toEqual({
      before: `/direnv:${home.binOf('1.22.5')}:${home.plainPath}`,
      moved: `${home.binOf('1.21.3')}:/direnv:${home.plainPath}`,
      restored: `${home.binOf('1.21.3')}:${home.plainPath}`,
      reset: `${home.binOf('1.22.5')}:/usr/bin:/bin`,
      left: '/usr/bin:/bin',
    })
  })

  test('runs under any options, and with aliases of the builtins', async () => {
    const home = await makeHookedHome()
    const options =
      shell === 'bash'
        ? 'set -uC -o noglob; shopt -s nullglob failglob dotglob nocasematch nocaseglob expand_aliases; IFS=/.o'
        : 'setopt ksh_arrays sh_word_split no_unset no_clobber glob_subst null_glob extended_glob ignore_braces warn_create_global; IFS=/.o'
    const aliases =
      'alias local=false read=false printf=false test=false set=false export=false eval=false case=false unset=false return=false'
    const lines = [
      'cd p',
      'echo "inp=$(go)"; echo golang 1.21 >|.tool-versions',
      'echo "line=$(go)"; cd ~/d',
      '\\printf "ind=%s\\n" "$PATH"; cd ~/q',
      'echo "inq=$(go)"',
    ]
    const output = await home.session(shell, lines, { before: aliases, after: options })
    expect(output).not.toMatch(/__gv|_gv_|unbound|parameter not set|created global/)
    expect(values(output)).toEqual({
      inp: 'this is go1.22.5',
      line: 'this is go1.21.3',
      ind: home.plainPath,
      inq: 'this is go1.21.3',
    })
  })

  test('does not end a shell with set -e', async () => {
    const home = await makeHookedHome()
    const output = await home.session(
      shell,
      ['cd p', 'false || true', 'cd ~/d', 'cd ~/q', 'echo golang 9.9 >.tool-versions', 'echo "alive=yes"'],
      {
        after: 'set -eu',
      },
    )
    expect(values(output)).toEqual({ alive: 'yes' })
  })

  test('in a script it leaves all to the shims', async () => {
    const home = await makeHookedHome()
    const output = await home.script(shell, 'set -eu\ncd p\nprintf "path=%s\\n" "$PATH"\ncommand -v go')
    expect(output).toBe(`path=${home.plainPath}\n${home.store}/shims/go\n`)
  })
})

test('bash: composes with PROMPT_COMMAND as text and as an array', async () => {
  const home = await makeHookedHome()
  const say = 'echo "mine=$?"'
  for (const before of [
    `PROMPT_COMMAND='${say}'`,
    `PROMPT_COMMAND='${say};'`,
    `PROMPT_COMMAND='${say} # mine'`,
    `PROMPT_COMMAND=('${say}' ':')`,
    `PROMPT_COMMAND=(); PROMPT_COMMAND[3]='${say}'`,
    `set -u; unset PROMPT_COMMAND; PROMPT_COMMAND='${say}'`,
  ]) {
    const output = await home.session('bash', ['cd p', 'go; (exit 3)', 'declare -p PROMPT_COMMAND'], { before })
    expect(output, before).toMatch(/this is go1\.22\.5/)
    expect(output, before).toMatch(/mine=3/)
    expect(output.match(/__gv_hook/g), before).toHaveLength(1)
  }
  const alone = await home.session('bash', ['cd p', 'go'], { before: 'set -u; unset PROMPT_COMMAND' })
  expect(alone).toMatch(/this is go1\.22\.5/)
})

test('zsh: the Go of a folder counts at once, also in a subshell, and cd is its own', async () => {
  const home = await makeHookedHome()
  const output = await home.session('zsh', ['cd p && go; (cd ~/q && go); cd -q ~/q; go', 'whence -w cd'])
  expect(output.match(/this is go.*/g)).toEqual(['this is go1.22.5', 'this is go1.21.3', 'this is go1.22.5'])
  expect(output).toMatch(/cd: builtin/)
})

describe.each(['sh', 'dash', 'busybox ash', 'bash --posix'])('%s', (shell) => {
  test('has the shims first, and gv use --shell', async () => {
    const home = await makeHookedHome()
    const output = await home.script(
      shell,
      'set -eu\ncd p\ncommand -v go\ngo\ngv use --shell 1.21.3\ngo\ngv use --shell\ngo\nprintf "path=%s\\n" "$PATH"\n',
    )
    expect(output).toBe(
      `${home.store}/shims/go\nthis is go1.22.5\nthis is go1.21.3\nthis is go1.22.5\npath=${home.plainPath}\n`,
    )
  })
})

test('gv init is refused for shells that gv does not know', async () => {
  const home = await makeHookedHome()
  const other = await home.gv(['init', 'tcsh'])
  expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('"tcsh" is no shell') })
})

test('the launcher prints a hook that is newer than gv without Node, and no other', async () => {
  const home = await makeHookedHome()
  const program = await home.write('gv/dist/gv.js', '')
  writeLauncher(storeLayout({ env: home.env, home: home.home }), { node: '/nonexistent', program })
  const hook = home.path('store/lib/hook.bash')
  const init = (env: Record<string, string>) =>
    promisify(execFile)(`${home.store}/bin/gv`, ['init', 'bash'], { env: { PATH: '/nowhere', ...env } })
  await utimes(home.path('gv/dist'), 1e9, 1e9)
  const { stdout } = await init({ GV_ROOT: home.store })
  expect(stdout).toBe(await readFile(hook, 'utf8'))
  await expect(init({ GV_ROOT: home.path('another') })).rejects.toMatchObject({ code: 127 })
  await utimes(home.path('gv/dist'), 2e9, 2e9)
  await expect(init({ GV_ROOT: home.store })).rejects.toMatchObject({ code: 127 })
})
