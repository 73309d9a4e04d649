import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { findInSystem } from './shells.ts'

/** A program in a terminal of its own. */
export interface Terminal {
  /** What is on the screen now, line by line, without trailing blanks. */
  screen(): Promise<string>
  /** Every byte that the program has written, control sequences and all. */
  written(): string
  /** Resolves with the screen as soon as it matches; fails after the time with what is there instead. */
  until(pattern: RegExp, timeoutMs?: number): Promise<string>
  /** Types text. */
  type(text: string): Promise<void>
  /** Presses a key by tmux's name: `Enter`, `C-c`, `Up`. */
  press(key: string): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  /** The exit status when the program has ended. */
  ended(timeoutMs?: number): Promise<number>
}

export interface TerminalOptions {
  /** All of the program's environment; TERM is set by the terminal. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly columns?: number
  readonly rows?: number
}

/** Whether there are terminals here; without tmux their tests are skipped. */
export const terminalsAvailable = findInSystem('tmux') !== undefined

/** Runs a program in a terminal (tmux) until the test has ended. */
export async function startTerminal(command: readonly string[], options: TerminalOptions): Promise<Terminal> {
  const { env, cwd, columns = 100, rows = 30 } = options
  // Not in the sandbox: the path of a socket may have 104 bytes at most.
  const folder = mkdtempSync(join(tmpdir(), 'gv-tmux-'))
  const tmux = async (...args: string[]) => {
    const all = ['-S', join(folder, 's'), '-f', '/dev/null', ...args]
    return (await run(findInSystem('tmux') ?? 'tmux', all, { env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } })).stdout
  }
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => {})
    rmSync(folder, { recursive: true, force: true })
  })
  const log = join(folder, 'written')
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const size = ['-x', String(columns), '-y', String(rows)]
  // The program waits for the recording to have begun. Its end is told by a file: tmux knows of it, but not always how it was.
  const state = join(folder, 'state')
  const script =
    'trap : INT; until [ -e "$0" ]; do sleep 0.02; done; env -i "$@"; echo $? > "$0.ended"; exec tail -f /dev/null'
  const wrapper = ['sh', '-c', script, state]
  const program = ['TERM=screen-256color', ...variables, ...command]
  await tmux('new-session', '-d', ...size, '-c', cwd, '--', ...wrapper, ...program)
  await tmux('pipe-pane', `exec cat > '${log}'`)
  writeFileSync(state, '')
  return terminal(tmux, { written: () => textOf(log), status: () => textOf(`${state}.ended`) })
}

const run = promisify(execFile)

interface Recording {
  written(): string
  /** Empty until the program has ended. */
  status(): string
}

function terminal(tmux: (...args: string[]) => Promise<string>, { written, status }: Recording): Terminal {
  const screen = async () => (await tmux('capture-pane', '-p', '-J')).replace(/ +$/gm, '').trimEnd()
  return {
    screen,
    written,
    until: async (pattern, timeoutMs = 20_000) => {
      for (const started = Date.now(); Date.now() - started < timeoutMs; await sleep(50)) {
        const shown = await screen()
        if (pattern.test(shown)) return shown
      }
      throw new Error(`${pattern} did not come; the screen is:\n${await screen()}`)
    },
    type: async (text) => void (await tmux('send-keys', '-l', '--', text)),
    press: async (key) => void (await tmux('send-keys', '--', key)),
    resize: async (columns, rows) => void (await tmux('resize-window', '-x', String(columns), '-y', String(rows))),
    ended: async (timeoutMs = 20_000) => {
      for (const started = Date.now(); Date.now() - started < timeoutMs; await sleep(50)) {
        if (status().endsWith('\n')) return Number(status())
      }
      throw new Error(`it did not end; the screen is:\n${await screen()}`)
    },
  }
}

/** Empty while it is not there. */
function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'latin1') : ''
}
