// `scripts/picture [FILE]`: installs, runs, checks and tampers with a real Go in a terminal, and draws what that shows.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { projectRoot } from './lib/project.mjs'
import { drawTerminal } from './lib/svg.mjs'
import { readScreen } from './lib/terminal-screen.mjs'
import { prepare } from './prepare.mjs'

const columns = 110

const session = [
  'scripts/gv install 1.22.5',
  'scripts/gv exec 1.22.5 go version',
  'scripts/gv verify 1.22.5',
  'echo "// one line too many" >> ~/.gv/versions/go1.22.5/src/crypto/rand/rand.go',
  'scripts/gv verify 1.22.5',
]

/** A line for the prompt, with the words in bold, and then the command itself. */
const script = [
  `stty cols ${columns} rows 40 -echo`,
  ...session.flatMap((command) => [`printf '\\033[32m$\\033[0m \\033[1m%s\\033[0m\\n' '${command}'`, command]),
].join('\n')

/**
 * Runs a shell script in a terminal and gives back every byte that it showed.
 * @param {string} text @param {NodeJS.ProcessEnv} env
 */
async function record(text, env) {
  const file = join(env.HOME ?? '', 'session.sh')
  writeFileSync(file, text)
  const args = process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', file] : ['-qec', `sh '${file}'`, '/dev/null']
  const child = spawn('script', args, { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (shown += chunk))
  await once(child, 'close')
  return shown
}

await prepare(projectRoot, (line) => void process.stderr.write(`picture: ${line}\n`))
const home = mkdtempSync(join(tmpdir(), 'gv-picture-'))
try {
  const { GV_ROOT: _root, NO_COLOR: _color, ...env } = process.env
  const shown = await record(script, { ...env, HOME: home, TERM: 'xterm-256color' })
  const target = process.argv[2] ?? join(projectRoot, 'docs/terminal.svg')
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, drawTerminal(readScreen(shown.replaceAll(home, '~'), columns), columns))
} finally {
  rmSync(home, { recursive: true, force: true })
}
