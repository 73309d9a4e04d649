// Preloaded into a gv under test (NODE_OPTIONS=--import): lets a test stop or end it at a checkpoint, in whatever thread that is.
//   GV_TEST_PARK=unpack-half[:2]  writes the process's number into the file GV_TEST_MARKER and blocks for ever
//   GV_TEST_KILL=unpack-half[:2]  ends the process there and then, as `kill -9` does
// The number counts how often the checkpoint has come in that thread.
import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'

/** @param {string | undefined} setting @param {() => void} act */
function at(setting, act) {
  if (!setting) return
  const [name, count = '1'] = setting.split(':')
  let seen = 0
  subscribe('gv:checkpoint', (message) => {
    if (message === name && ++seen === Number(count)) act()
  })
}

function block() {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

at(process.env.GV_TEST_PARK, () => {
  if (process.env.GV_TEST_MARKER) writeFileSync(process.env.GV_TEST_MARKER, String(process.pid))
  block()
})
at(process.env.GV_TEST_KILL, () => {
  process.kill(process.pid, 'SIGKILL')
  block()
})
