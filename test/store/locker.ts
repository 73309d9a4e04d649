/**
 * A program for lock.test.ts: takes the lock of a toolchain, works, and lets go.
 * Arguments: the store's root, the toolchain's name, how long the work takes in milliseconds (0: for ever).
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { storeAt } from '../../src/store/layout.ts'
import { acquireLock } from '../../src/store/lock.ts'

const [root = '', name = '', workMs = '0'] = process.argv.slice(2)
const done = join(root, `${name}.done`)

const lock = await acquireLock({
  store: storeAt(root),
  name,
  command: `locker ${name}`,
  signal: new AbortController().signal,
  isDone: () => existsSync(done),
  onWait: (owner) => console.log(`waits for ${owner?.pid} ${owner?.command}`),
})
if (lock === 'done') console.log('done')
else {
  console.log(`holds ${lock.isHeld}`)
  appendFileSync(join(root, 'work'), `${process.pid}\n`)
  await sleep(Number(workMs) || 3_600_000)
  if (lock.isHeld) writeFileSync(done, '')
  console.log(`releases ${lock.isHeld}`)
  await lock.release()
}
