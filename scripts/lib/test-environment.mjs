// The environment that checks and tests run in: the user's own settings for Go, npm and gv do not count there.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Go's variables, npm's, gv's, and what would change how a shell or Node starts. */
const dropped =
  /^(GO(111MODULE|ARCH|AUTH|BIN|CACHE|CACHEPROG|DEBUG|ENV|EXE|EXPERIMENT|FIPS140|FLAGS|INSECURE|MODCACHE|NOPROXY|NOSUMDB|OS|PATH|PRIVATE|PROXY|ROOT|SUMDB|TMPDIR|TOOLCHAIN|VCS|WORK)|CGO_.*|GV_.*|npm_.*|NODE_OPTIONS|NODE_ENV|INIT_CWD|XDG_.*|ENV|BASH_ENV|ZDOTDIR|CDPATH|FORCE_COLOR)$/i

/**
 * Calls `work` with the same environment without such settings, and with a home folder that is gone afterwards. What the
 * real user's `go env` says of the way to Go's modules is handed on for the tests with real toolchains.
 * @param {NodeJS.ProcessEnv} env @param {(env: NodeJS.ProcessEnv) => Promise<void>} work
 */
export async function inTestEnvironment(env, work) {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.test(name)))
  const home = await mkdtemp(join(tmpdir(), 'gv-test-home-'))
  try {
    await work({ ...kept, HOME: home, NO_COLOR: '1', ...(await goEnvironment(env)) })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<Record<string, string>>} */
async function goEnvironment(env) {
  try {
    const { stdout } = await promisify(execFile)('go', ['env', 'GOPROXY'], { env, timeout: 20_000 })
    return { GV_TEST_GOPROXY: stdout.trim() }
  } catch {
    return {}
  }
}
