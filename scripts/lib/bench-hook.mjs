// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the shell that puts these in
// The benchmark of the shell hooks: what they add to a prompt, over a loop without them.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { plainEnvironment } from './bench-install.mjs'
import { projectRoot } from './project.mjs'

/** @typedef {{name: string, loop: string, hooks: number, barUs?: Partial<Record<Shell, number>>, peer?: boolean}} Round */
/** @typedef {'bash' | 'zsh' | 'fish'} Shell */

/** How often a loop goes round each time: short enough to come to its end before another process gets its turn. */
const turns = 8

const prompt = { bash: 40, zsh: 40, fish: 150 }
const same = { bash: 60, zsh: 60, fish: 300 }
const other = { bash: 100, zsh: 100, fish: 400 }

/** `@` stands for a prompt: the hook, or nothing in the loop that it is compared with. @type {readonly Round[]} */
const rounds = [
  { name: 'prompt, .tool-versions here', loop: 'cd ~/src/p\n@', hooks: 1, barUs: prompt },
  { name: 'prompt, go.mod here', loop: 'cd ~/src/m\n@', hooks: 1, barUs: prompt },
  { name: 'prompt, go.mod two folders up', loop: 'cd ~/src/m/a/b\n@', hooks: 1, barUs: prompt },
  { name: 'prompt, a line: go 1.22', loop: 'cd ~/src/line\n@', hooks: 1, barUs: prompt },
  { name: 'prompt, the default', loop: 'cd ~/src\n@', hooks: 1, barUs: prompt },
  { name: 'cd within the project', loop: 'cd ~/src/p/b\n@\ncd ~/src/p/a\n@', hooks: 2, barUs: same },
  { name: 'cd within the module', loop: 'cd ~/src/m/a\n@\ncd ~/src/m\n@', hooks: 2, barUs: same },
  { name: 'cd, the default', loop: 'cd ~/docs\n@\ncd ~/src\n@', hooks: 2, barUs: same },
  { name: 'cd that switches, pins', loop: 'cd ~/src/p\n@\ncd ~/src/q\n@', hooks: 2, barUs: other },
  { name: 'cd that switches, modules', loop: 'cd ~/src/m\n@\ncd ~/src/n\n@', hooks: 2, barUs: other },
]

/** @type {readonly (Round & {program: string})[]} */
const peers = [
  { program: 'mise', name: 'mise, prompt', loop: 'cd ~/src/p\neval "$(mise hook-env -s SHELL)"', hooks: 1, peer: true },
  {
    program: 'direnv',
    name: 'direnv, prompt',
    loop: 'cd ~/src/p\neval "$(direnv export SHELL)"',
    hooks: 1,
    peer: true,
  },
]

/** @param {{folder: string, runs: number, peers: boolean, say: (line: string) => void}} place */
export function benchHook({ folder, runs, peers: withPeers, say }) {
  const cwd = join(folder, 'hook')
  const env = makeHome(cwd)
  for (const shell of /** @type {const} */ (['bash', 'zsh', 'fish'])) {
    const path = findInPath(shell)
    if (!path) continue
    say(`\nhook of ${shell}: µs over the loop without it, the least and the median of ${runs} times ${turns}`)
    const others = withPeers && shell !== 'fish' ? peers.filter(({ program }) => findInPath(program)) : []
    for (const round of [...rounds, ...others]) {
      const [least, median] = measure({ shell, path, round, runs, cwd, env })
      const bar = round.barUs?.[shell]
      say(
        `  ${round.name.padEnd(32)}${least.toFixed(1).padStart(9)}${median.toFixed(1).padStart(9)}${bar ? `   bar ${bar}` : ''}`,
      )
    }
    say(
      `  ${'reading the hook at start'.padEnd(32)}${startUs({ shell, path, runs: 40, cwd, env }).toFixed(0).padStart(9)}${' '.repeat(9)}   bar 5000`,
    )
  }
}

/** @param {string} cwd @returns {Record<string, string>} */
function makeHome(cwd) {
  const env = { ...plainEnvironment(cwd), GOENV: '', TMPDIR: join(cwd, 'tmp') }
  for (const version of ['1.22.5', '1.21.3', '1.23.1']) {
    const bin = join(cwd, 'store/versions', `go${version}`, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'go'), '#!/bin/sh\n')
    chmodSync(join(bin, 'go'), 0o755)
  }
  const files = {
    'p/.tool-versions': 'golang 1.22.5\n',
    'p/a/file': '',
    'p/b/file': '',
    'q/.tool-versions': 'nodejs 20.1.0\ngolang 1.21.3\n',
    'm/go.mod': 'module example.com/m\n\ngo 1.22.5\n\nrequire (\n\tgolang.org/x/mod v0.20.0\n)\n',
    'm/a/b/file': '',
    'n/go.mod': 'module example.com/n\n\ngo 1.21.3\n',
    'line/go.mod': 'module example.com/line\n\ngo 1.22\n',
    '../docs/file': '',
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(cwd, 'home/src', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  mkdirSync(join(cwd, 'tmp'))
  const gv = [process.execPath, join(projectRoot, 'dist/gv.js')]
  execFileSync(gv[0] ?? '', [...gv.slice(1), 'reshim'], { cwd, env })
  execFileSync('ln', ['-s', 'versions/go1.23.1', join(cwd, 'store/current')])
  return env
}

/**
 * The loop with the hook and the loop without it take turns in one process; of both the least and the median are compared.
 * @param {{shell: Shell, path: string, round: Round, runs: number, cwd: string, env: Record<string, string>}} what
 * @returns {[number, number]} µs for one prompt
 */
function measure({ shell, path, round, runs, cwd, env }) {
  const loop = round.loop.replaceAll('SHELL', shell)
  const hooked = round.peer ? loop : loop.replaceAll('@', '__gv_hook')
  const plain = round.peer ? (loop.split('\n')[0] ?? '') : loop.replaceAll('@\n', '').replaceAll('@', '')
  const script = join(cwd, `loop.${shell}`)
  writeFileSync(
    script,
    shell === 'fish' ? fishScript(cwd, hooked, plain, runs) : shScript(shell, cwd, hooked, plain, runs),
  )
  const flags = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell]
  const output = execFileSync(path, [...flags, script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  })
  const pairs = output
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
  const column = (/** @type {number} */ i) => pairs.map((pair) => pair[i] ?? Number.NaN).sort((a, b) => a - b)
  const [withHook, without] = [column(0), column(1)]
  const at = (/** @type {number} */ i) => ((withHook[i] ?? 0) - (without[i] ?? 0)) / turns / round.hooks
  return [at(0), at(withHook.length >> 1)]
}

/** @param {Shell} shell @param {string} cwd @param {string} hooked @param {string} plain @param {number} runs */
function shScript(shell, cwd, hooked, plain, runs) {
  const clock =
    shell === 'zsh'
      ? 'zmodload zsh/datetime zsh/system\nnow() { typeset -g t=${EPOCHREALTIME/./}; t=${t[1,16]}; }'
      : 'now() { t=${EPOCHREALTIME/./}; }'
  return `. ${cwd}/store/lib/hook.${shell}
${clock}
hooked() { local i=0; while ((i++ < ${turns})); do
${hooked}
done; }
plain() { local i=0; while ((i++ < ${turns})); do
${plain}
done; }
hooked; hooked
r=0; while ((r++ < ${runs})); do
now; a=$t; hooked; now; b=$t; plain; now; echo "$((b - a)) $((t - b))"
done
`
}

/** fish has no clock of its own: each loop is timed by a process, which is in both. @param {string} cwd @param {string} hooked @param {string} plain @param {number} runs */
function fishScript(cwd, hooked, plain, runs) {
  const few = Math.min(runs, 100)
  return `source ${cwd}/store/lib/hook.fish
function hooked; for i in (seq ${turns}); ${hooked}
end; end
function plain; for i in (seq ${turns}); ${plain}
end; end
hooked; hooked
for r in (seq ${few})
set a (date +%s%N); hooked; set b (date +%s%N); plain; set c (date +%s%N)
echo (math "($b - $a) / 1000") (math "($c - $b) / 1000")
end
`
}

/** Reading lib/hook.SHELL, over a shell that reads an empty file. @param {{shell: Shell, path: string, runs: number, cwd: string, env: Record<string, string>}} what */
function startUs({ shell, path, runs, cwd, env }) {
  const empty = join(cwd, 'empty')
  writeFileSync(empty, '')
  const flags = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell]
  const files = [join(cwd, `store/lib/hook.${shell}`), empty]
  const least = files.map(() => Number.POSITIVE_INFINITY)
  for (let run = 0; run < runs; run++) {
    files.forEach((file, i) => {
      const started = performance.now()
      execFileSync(path, [...flags, file], { cwd, env, stdio: 'ignore' })
      least[i] = Math.min(least[i] ?? 0, performance.now() - started)
    })
  }
  return ((least[0] ?? 0) - (least[1] ?? 0)) * 1000
}

/** @param {string} program */
function findInPath(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path))
}
