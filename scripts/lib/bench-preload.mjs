// Preloaded into a gv that is measured: writes its peak memory to a file, or lets it sync nothing.
import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { isMainThread } from 'node:worker_threads'

const { GV_BENCH_MEMORY, GV_BENCH_NO_SYNC } = process.env

if (GV_BENCH_NO_SYNC) {
  const skip = (/** @type {number} */ _, /** @type {unknown} */ done) =>
    void (typeof done === 'function' && queueMicrotask(() => done(null)))
  Object.assign(fs, { fsyncSync: skip, fdatasyncSync: skip, fsync: skip, fdatasync: skip })
  const probe = await fs.promises.open('/dev/null')
  Object.assign(Object.getPrototypeOf(probe), { sync: async () => {}, datasync: async () => {} })
  await probe.close()
  skipProgram('sync')
  syncBuiltinESMExports()
}
if (GV_BENCH_MEMORY && isMainThread) {
  process.on('exit', () => fs.writeFileSync(GV_BENCH_MEMORY, String(process.resourceUsage().maxRSS)))
}

/**
 * Lets `promisify(execFile)` of a program do nothing, by the program's name.
 * @param {string} name
 */
function skipProgram(name) {
  const { execFile } = childProcess
  const run = promisify(execFile)
  const custom = (/** @type {string} */ file, /** @type {string[]} */ args, /** @type {object} */ options) =>
    basename(file) === name ? Promise.resolve({ stdout: '', stderr: '' }) : run(file, args, options)
  childProcess.execFile = Object.assign(execFile.bind(undefined), { [promisify.custom]: custom, __promisify__: run })
}
