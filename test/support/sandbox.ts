import { mkdtempSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { fastFolder } from './fast-folder.ts'
import { type GvProcess, type GvResult, type GvRunOptions, runGv, startGv } from './gv-process.ts'

export interface SandboxOptions {
  /** Added to the environment of everything that runs here; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Hands on how this machine reaches the network (certificates, proxies); otherwise nothing of it is known. */
  readonly network?: boolean
  /** Where it lies; a folder in memory where there is one. */
  readonly in?: string
}

/** A place of its own for one test: a home, a store, a working directory, and an environment that is made from nothing. */
export interface Sandbox {
  readonly root: string
  readonly home: string
  /** `$GV_ROOT`; not there before gv makes it. */
  readonly store: string
  readonly cwd: string
  /** First in PATH; holds `node` only. */
  readonly bin: string
  readonly env: Readonly<Record<string, string>>
  /** Runs gv to its end. */
  gv(args: readonly string[], options?: GvRunOptions): Promise<GvResult>
  /** Starts gv, for tests that do something while it runs. It is killed when the sandbox goes. */
  startGv(args: readonly string[], options?: GvRunOptions): GvProcess
  /** Writes a file below the root, with its folders; returns its absolute path. */
  write(path: string, content: string | Uint8Array, mode?: number): Promise<string>
  path(...segments: string[]): string
  /** The names in a folder below the root, sorted; empty when it is not there. */
  list(...segments: string[]): Promise<string[]>
  remove(): Promise<void>
}

/** How a machine reaches the network. */
const networkVariables = [
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
]

/** A sandbox for the running test; it is gone when that has ended. */
export async function makeSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await makeSharedSandbox(options)
  onTestFinished(() => sandbox.remove())
  return sandbox
}

/** A sandbox for several tests, made in `beforeAll`; `remove()` it in `afterAll`. */
export async function makeSharedSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const root = mkdtempSync(join(options.in ?? fastFolder(), 'gv-test-'))
  const path = (...segments: string[]) => join(root, ...segments)
  for (const folder of ['home', 'cwd', 'bin', 'tmp']) await mkdir(path(folder))
  await symlink(process.execPath, path('bin/node'))
  const env = environment(root, options)
  const running: GvProcess[] = []
  const place = { env, cwd: path('cwd') }
  return {
    root,
    path,
    home: path('home'),
    store: path('store'),
    cwd: path('cwd'),
    bin: path('bin'),
    env,
    gv: (args, runOptions) => runGv(args, place, runOptions),
    startGv: (args, runOptions) => {
      const started = startGv(args, place, runOptions)
      running.push(started)
      return started
    },
    write: (name, content, mode) => writeWithFolders(path(name), content, mode),
    list: async (...segments) => (await readdir(path(...segments)).catch((): string[] => [])).sort(),
    remove: async () => {
      for (const process of running) process.kill('SIGKILL')
      await Promise.all(running.map(({ result }) => result))
      await removeTree(root)
    },
  }
}

function environment(root: string, { env = {}, network = false }: SandboxOptions): Record<string, string> {
  const handedOn = network ? networkVariables.map((name) => [name, process.env[name]]) : []
  const all: Record<string, string | undefined> = {
    PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
    HOME: join(root, 'home'),
    GV_ROOT: join(root, 'store'),
    TMPDIR: join(root, 'tmp'),
    LANG: 'C.UTF-8',
    ...Object.fromEntries(handedOn),
    ...env,
  }
  return withoutUnset(all)
}

/** An environment without the variables that are undefined. */
function withoutUnset(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

async function writeWithFolders(path: string, content: string | Uint8Array, mode = 0o644): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  await chmod(path, mode)
  return path
}

/** Removes a tree, also one with folders that may not be written. */
async function removeTree(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true }).catch(async () => {
    await makeWritable(root)
    await rm(root, { recursive: true, force: true })
  })
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if ((await lstat(path)).isDirectory()) await makeWritable(path)
  }
}
