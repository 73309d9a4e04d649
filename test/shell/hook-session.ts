/** Sessions, played in a real shell with the hook. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hookText } from '../../src/shell/init.ts'
import { readParts } from '../../src/shell/parts.ts'
import { quoteFor, type ShellName } from '../../src/shell/quote.ts'
import { libTexts } from '../../src/shell/shim-text.ts'
import { plantCase } from '../support/plant-case.ts'
import { type Case, type Entry, realFolder } from '../support/project-cases.ts'
import type { Shell } from '../support/shells.ts'
import type { Step } from './hook-steps.ts'

/** What the hook made of a place: the folder that it put first, or nothing; what it would say, and of whom. */
export interface Report {
  readonly entry: string
  readonly now: string
  readonly why: string
}

export interface PlayedSession {
  readonly root: string
  readonly reports: readonly Report[]
}

const variables = ['GV_VERSION', 'GOWORK', 'GO111MODULE', 'TMPDIR', 'GOENV', 'GV_AUTO_INSTALL', 'XDG_CONFIG_HOME']

/**
 * Plays all sessions in one process of a shell, and the hook after each step.
 * @param forgetful whether the hook remembers nothing from one step to the next
 */
export function playSessions(
  shell: Shell,
  sessions: readonly (readonly Step[])[],
  scratch: string,
  forgetful: boolean,
): PlayedSession[] {
  const name: ShellName = shell.family === 'fish' ? 'fish' : shell.name === 'zsh' ? 'zsh' : 'bash'
  const folder = mkdtempSync(join(scratch, `${name}-`))
  const lib = join(folder, 'lib')
  mkdirSync(lib)
  const places = { interpreter: '/bin/sh', lib, root: '/nonexistent', host: { os: 'linux', arch: 'amd64' } }
  for (const [file, text] of libTexts(readParts(), places)) writeFileSync(join(lib, file), text)
  const roots = sessions.map((_, i) => join(folder, String(i)))
  const played = sessions.flatMap((steps, i) => sessionScript(name, roots[i] ?? '', steps))
  const script = join(folder, 'script')
  writeFileSync(script, [hookText(name, readParts(), places), prelude(name, forgetful), ...played].join('\n'))
  const env = { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8' }
  const output = execFileSync(shell.path, [...shell.args, script], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const fields = output.split('\0')
  return sessions.map((steps, i) => ({
    root: roots[i] ?? '',
    reports: steps.map(() => {
      const [entry = '', now = '', why = ''] = fields.splice(0, 3)
      return { entry, now, why }
    }),
  }))
}

/** `report`: the hook, and what came of it. */
function prelude(shell: ShellName, forgetful: boolean): string {
  const fields = `printf '%s\\0' "$__gv_entry" "$__gv_now" "$__gv_why"`
  if (shell === 'fish') {
    return `function report\n${forgetful ? "set -g __gv_key ''; set -g __gv_places" : ''}\n__gv_hook\n${fields}\nend`
  }
  const module = shell === 'zsh' ? 'zmodload zsh/system\n' : ''
  return `${module}report() { ${forgetful ? "__gv_key='' __gv_index=''" : ':'}; __gv_hook; ${fields}; }`
}

function sessionScript(shell: ShellName, root: string, steps: readonly Step[]): string[] {
  return steps.map((step, i) => {
    const env = i === 0 ? plantCase(root, step.now) : environmentOf(root, step.now)
    const word = (text: string) => quoteFor(shell, text)
    const settings = Object.entries(env).map(([name, value]) => set(shell, name, word(value)))
    const unset = variables.map((name) => (shell === 'fish' ? `set -e ${name}` : `unset ${name}`))
    const changes = step.changed.map((name) =>
      changeScript(join(root, name), step.now.files[name], join(root, `next-${i}`), word),
    )
    const programs = step.changed.map((name) =>
      changeScript(join(root, name, 'bin/go'), step.now.files[`${name}/bin/go`], join(root, `go-${i}`), word),
    )
    return [
      ...unset,
      ...settings,
      ...changes,
      ...programs,
      `mkdir -p ${word(join(root, realFolder(step.now.cwd)))}; cd ${word(join(root, step.now.cwd))}`,
      'report',
    ].join('\n')
  })
}

function set(shell: ShellName, name: string, word: string): string {
  return shell === 'fish' ? `set -gx ${name} ${word}` : `export ${name}=${word}`
}

function environmentOf(root: string, one: Case): Record<string, string> {
  const own = { HOME: 'h', GV_ROOT: 's', GV_SYSTEM_ROOT: 'sys', GV_SYSTEM_LINK: 'no' }
  const all = { ...Object.fromEntries(Object.entries(own).map(([name, path]) => [name, join(root, path)])) }
  for (const [name, value] of Object.entries(one.env)) all[name] = value.replace('@', root)
  return all
}

/** What lies at a path is made beside it first, and then put in its place. */
function changeScript(path: string, entry: Entry | undefined, beside: string, word: (text: string) => string): string {
  const gone = `rm -rf ${word(path)}`
  if (entry === undefined) return path.endsWith('/bin/go') ? '' : gone
  if (entry === 'folder') return `${gone}; mkdir -p ${word(path)}`
  mkdirSync(dirname(beside), { recursive: true })
  if (Buffer.isBuffer(entry)) writeFileSync(beside, entry)
  else symlinkSync(entry.link, beside)
  return `${gone}; mkdir -p ${word(dirname(path))}; cp -P ${word(beside)} ${word(path)}`
}
