// Preloaded into a gv under test (NODE_OPTIONS=--import): lets a test stop or end it at a checkpoint, in whatever thread that is.
//   GV_TEST_PARK=unpack-half[:2]  writes the process's number into the file GV_TEST_MARKER and blocks until there is a GV_TEST_MARKER.resume
//   GV_TEST_KILL=unpack-half[:2]  ends the process there and then, as `kill -9` does
//   GV_TEST_TRACE=file            writes the name of each checkpoint that comes into that file, a line each
// The number counts how often the checkpoint has come in that thread.
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs'

/** @param {string | undefined} setting @param {() => void} act */
function at(setting, act) {
  if (!setting) return
  const [name, count = '1'] = setting.split(':')
  let seen = 0
  subscribe('gv:checkpoint', (message) => {
    if (message === name && ++seen === Number(count)) act()
  })
}

/** @param {() => boolean} until */
function block(until) {
  while (!until()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
}

const marker = process.env.GV_TEST_MARKER ?? ''

const trace = process.env.GV_TEST_TRACE
if (trace) subscribe('gv:checkpoint', (name) => appendFileSync(trace, `${name}\n`))

at(process.env.GV_TEST_PARK, () => {
  if (marker) {
    // Whoever sees it finds it written and closed.
    writeFileSync(`${marker}.new`, String(process.pid))
    renameSync(`${marker}.new`, marker)
  }
  block(() => existsSync(`${marker}.resume`))
})
at(process.env.GV_TEST_KILL, () => {
  process.kill(process.pid, 'SIGKILL')
  block(() => false)
})
