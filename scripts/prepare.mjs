// Makes a clone ready to run: npm packages, then dist/. One process at a time, in steps that may be killed at any moment.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { lstat, readFile, stat, unlink } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { acquireLock } from './lib/lock.mjs'
import { installEnvironment } from './lib/npm-environment.mjs'
import { buildInputs, projectRoot, runAsProgram } from './lib/project.mjs'

/** Long enough for npm on a slow line; a waiting gv says whom it waits for, and gives up then. */
const waitMs = 10 * 60_000

/** How much of a failed step's output is shown. */
const shownLines = 20

/** npm's settings that would leave out what the build needs, or put it elsewhere. The user's registry is kept. */
const npmArguments = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-global', '--package-lock']
const quietArguments = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error']

/** What failed while a clone was made ready, for people; the signal's name when it was interrupted. */
export class PrepareError extends Error {
  /** @param {string} message @param {NodeJS.Signals} [interrupt] */
  constructor(message, interrupt) {
    super(message)
    this.interrupt = interrupt
  }
}

/**
 * Installs the packages and builds, whatever of the two is not up to date.
 * @param {string} root @param {(line: string) => void} say
 */
export async function prepare(root, say) {
  if ((await isInstalled(root)) && (await isBuilt(root))) return
  await underLock(root, say, async (step) => {
    if (!(await isInstalled(root)) || !(await isBuilt(root))) say('preparing itself (once) …')
    if (!(await isInstalled(root))) await install(root, step)
    if (!(await isBuilt(root))) await step('build', process.execPath, [join(root, 'scripts/build.mjs')], process.env)
  })
}

/**
 * Installs the packages if they are missing or not those of the lock file.
 * @param {string} root @param {(line: string) => void} say
 */
export async function prepareDependencies(root, say) {
  if (await isInstalled(root)) return
  await underLock(root, say, async (step) => {
    if (await isInstalled(root)) return
    say('installing the npm packages …')
    await install(root, step)
  })
}

/**
 * Whether what npm says it installed is what the lock file asks for. npm writes that file last, so an installation
 * that was killed does not count.
 * @param {string} root
 */
async function isInstalled(root) {
  const [wanted, installed] = await Promise.all([
    packagesIn(join(root, 'package-lock.json')),
    packagesIn(join(root, 'node_modules/.package-lock.json')),
  ])
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    const found = installed[path]
    return path === '' || (found ? found.version === version : optional || devOptional)
  })
}

/**
 * @param {string} lockFile
 * @returns {Promise<Record<string, {version?: string, optional?: boolean, devOptional?: boolean}>>}
 */
async function packagesIn(lockFile) {
  try {
    return JSON.parse(await readFile(lockFile, 'utf8')).packages ?? {}
  } catch {
    return {}
  }
}

/** @param {string} root */
async function isBuilt(root) {
  if ((await timeOf(join(root, 'dist/gv.js'))) === 0) return false
  const stamp = await timeOf(join(root, 'dist/stamp'))
  const times = await Promise.all((await buildInputs(root)).map(timeOf))
  return times.every((time) => time <= stamp)
}

/** When a file was written last, in milliseconds; 0 when it is not there. @param {string} path */
async function timeOf(path) {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

/** @typedef {(what: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv) => Promise<void>} Step */

/** @param {string} root @param {Step} step */
async function install(root, step) {
  // Through a link, npm would empty the folder of another clone.
  const modules = join(root, 'node_modules')
  if (await isLink(modules)) await unlink(modules)
  await step('npm ci', 'npm', [...npmArguments, ...quietArguments], installEnvironment(process.env))
}

/** @param {string} path */
async function isLink(path) {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
}

/** @param {string} root @param {(line: string) => void} say @param {(step: Step) => Promise<void>} work */
async function underLock(root, say, work) {
  const lock = await acquireLock(join(root, '.build.lock'), {
    waitMs,
    onWait: (pid) => say(`waiting for process ${pid ?? '?'}, which is preparing this clone …`),
  })
  try {
    await work((what, program, args, env) => runStep({ root, what, program, args, env, started: lock.alsoHeldBy }))
  } finally {
    await lock.release()
  }
}

/**
 * @param {{root: string, what: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv,
 *   started: (pid: number) => Promise<void>}} run
 */
async function runStep({ root, what, program, args, env, started }) {
  const logPath = join(root, 'prepare.log')
  const log = openSync(logPath, 'w')
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit status ${code}`)))
  })
  /** @type {NodeJS.Signals | undefined} */
  let interrupt
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    interrupt = signal
    child.kill(signal)
  }
  for (const signal of interrupts) process.on(signal, pass)
  if (child.pid !== undefined) await started(child.pid)
  const failure = await ended
  for (const signal of interrupts) process.off(signal, pass)
  if (interrupt) throw new PrepareError('interrupted', interrupt)
  if (failure !== undefined) throw new PrepareError(failureText(what, program, String(failure), logPath))
}

/** @type {NodeJS.Signals[]} */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** @param {string} what @param {string} program @param {string} failure @param {string} logPath */
function failureText(what, program, failure, logPath) {
  if (failure.endsWith('ENOENT'))
    return `${program} is not in PATH\nhint: install it (npm comes with Node; Debian has it as a package of its own)`
  const lines = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-shownLines)
  return [
    `"${what}" failed (${failure}); its last lines:`,
    ...lines.map((line) => `  ${line}`),
    `hint: all of it is in ${logPath}`,
  ].join('\n')
}

/** @param {unknown} error */
function report(error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : String(error)
  const hint = ['EACCES', 'EROFS', 'EPERM'].includes(code) ? '\nhint: run it once as the owner of that folder' : ''
  process.stderr.write(`gv: cannot prepare itself: ${message}${hint}\n`)
  const interrupt = error instanceof PrepareError ? error.interrupt : undefined
  process.exitCode = interrupt ? 128 + constants.signals[interrupt] : 1
}

await runAsProgram(import.meta.url, () =>
  prepare(projectRoot, (line) => void process.stderr.write(`gv: ${line}\n`)).catch(report),
)
