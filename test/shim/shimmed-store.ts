/** A store with shims, and toolchains that tell how they were started. */
import { spawn } from 'node:child_process'
import { mkdir, rename } from 'node:fs/promises'
import { makeSandbox, type Sandbox, type SandboxOptions } from '../support/sandbox.ts'
import type { Shell } from '../support/shells.ts'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'

export interface ShimRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
}

export interface ShimOptions {
  /** Below the sandbox, or absolute; the sandbox's `cwd`. */
  readonly cwd?: string
  /** Added to the sandbox's environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Runs the shim in this shell, not in the one of its first line. */
  readonly shell?: Shell
  /** The name it is called by; `go`. */
  readonly name?: string
  readonly input?: string
  /** Modes of files count, for root too. */
  readonly heedsModes?: boolean
}

export interface ShimmedStore extends Sandbox {
  readonly shims: string
  /** Calls a shim. */
  shim(args: readonly string[], options?: ShimOptions): Promise<ShimRun>
}

/** Says its version, its words, and what of the environment a shim may have changed; with the shell's own words alone. */
function tellingProgram(version: string): string {
  return `#!/bin/sh
printf '%s\\n' 'go${version}' "$0" "GOROOT=\${GOROOT-unset}" "PATH=$PATH" "PWD=$PWD" "OLDPWD=\${OLDPWD-unset}"
for word in "$@"; do printf '[%s]\\n' "$word"; done
exit \${GO_STATUS-0}
`
}

/** A store for the running test. */
export async function makeShimmedStore(
  versions: readonly string[],
  options: SandboxOptions = {},
): Promise<ShimmedStore> {
  const sandbox = await makeSandbox(options)
  for (const version of versions) await addToolchain(sandbox, version)
  await mkdir(`${sandbox.store}/versions`, { recursive: true })
  const { status, stderr } = await sandbox.gv(['reshim'])
  if (status !== 0) throw new Error(stderr)
  const shims = `${sandbox.store}/shims`
  return { ...sandbox, shims, shim: (args, call) => runShim(sandbox, shims, args, call) }
}

async function addToolchain(sandbox: Sandbox, version: string): Promise<void> {
  const toolchain = makeToolchain(version, { extra: { 'bin/go': tellingProgram(version) } })
  await writeTree(toolchain, sandbox.path('new'))
  await mkdir(`${sandbox.store}/versions`, { recursive: true })
  await rename(sandbox.path('new'), `${sandbox.store}/versions/go${version}`)
}

/** util-linux's: the user stays root, and owns what is root's. */
const withoutRightsOfRoot = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search']

function runShim(
  sandbox: Sandbox,
  shims: string,
  args: readonly string[],
  { cwd = sandbox.cwd, env = {}, shell, name = 'go', input, heedsModes = false }: ShimOptions = {},
): Promise<ShimRun> {
  const program = `${shims}/${name}`
  const limits = heedsModes && process.geteuid?.() === 0 ? withoutRightsOfRoot : []
  const [file = program, ...words] = [...limits, ...(shell ? [shell.path, ...shell.args] : []), program, ...args]
  const all = Object.entries({ ...sandbox.env, ...env })
  const started = performance.now()
  const child = spawn(file, words, {
    cwd: cwd.startsWith('/') ? cwd : sandbox.path(cwd),
    env: Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => {
      clearTimeout(timer)
      resolve({ ...texts, status, elapsedMs: performance.now() - started })
    })
  })
}
