import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { fastFolder } from '../support/fast-folder.ts'
import { parkModule } from '../support/gv-process.ts'

/** Bundles a program of this folder, so that tests can start it as a process of its own. */
export async function bundleProgram(name: string): Promise<string> {
  const folder = mkdtempSync(join(fastFolder(), 'gv-program-'))
  const outfile = join(folder, `${name}.mjs`)
  const entry = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const banner = { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" }
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner,
  })
  return outfile
}

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
}

/** A running process and the lines that it prints. */
export class Program {
  readonly lines: string[] = []
  readonly ended: Promise<Ended>
  readonly #child: ChildProcessWithoutNullStreams
  #wake: () => void = () => {}
  #stderr = ''

  constructor(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const options = env.GV_TEST_KILL === undefined ? [] : ['--import', parkModule]
    this.#child = spawn(process.execPath, [...options, program, ...args], { env: { PATH: '/usr/bin:/bin', ...env } })
    let rest = ''
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      this.lines.push(...lines)
      this.#wake()
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (status, signal) => {
        resolve({ status, signal })
        this.#wake()
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** The first line that matches; fails when the program ends without. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.lines.find((one) => pattern.test(one))
      if (line !== undefined) return line
      const isEnded = this.#child.exitCode !== null || this.#child.signalCode !== null
      if (isEnded) throw new Error(`ended without ${pattern}: ${this.lines.join(' | ')} ${this.#stderr}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
