// A lock between the processes that prepare one clone. (The store's lock needs packages, which are not there yet.)
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** How often a holder says that it lives, and a waiter looks, in milliseconds. */
const beatMs = 1000
const pollMs = 100

/** A holder that cannot be asked (on another host, or killed before it wrote its name) is dead after this silence. */
const silenceMs = 5000

/**
 * Takes the lock, waiting for whoever holds it. A holder that died is noticed at once on the same host; a
 * program that it started counts as the holder until that has ended too.
 * @param {string} folder is made; nothing may be there otherwise
 * @param {{waitMs: number, onWait?: (pid: number | undefined) => void}} options onWait is called once, after a second
 * @returns {Promise<{alsoHeldBy: (pid: number) => Promise<void>, release: () => Promise<void>}>}
 */
export async function acquireLock(folder, { waitMs, onWait }) {
  const started = Date.now()
  let told = false
  while (!(await tryToMake(folder))) {
    const holder = await readHolder(folder)
    if (holder && isDead(holder)) {
      await takeAway(folder, holder)
      continue
    }
    const waitedMs = Date.now() - started
    if (waitedMs > waitMs)
      throw new Error(`process ${holder?.pids[0] ?? '?'} holds ${folder} for too long; end it, or remove that folder`)
    if (waitedMs > 1000 && !told) {
      told = true
      onWait?.(holder?.pids[0])
    }
    await sleep(pollMs)
  }
  return hold(folder)
}

/** @typedef {{pids: number[], host: string | undefined, silentMs: number, text: string}} Holder */

/** @param {string} folder */
async function tryToMake(folder) {
  try {
    await mkdir(folder)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** @param {string} folder */
async function hold(folder) {
  const pids = [process.pid]
  const write = () => writeFile(join(folder, 'holder'), `${hostname()} ${pids.join(' ')}\n`)
  await write()
  const beat = setInterval(() => void utimes(folder, new Date(), new Date()).catch(() => {}), beatMs)
  beat.unref()
  return {
    alsoHeldBy: async (/** @type {number} */ pid) => {
      pids.push(pid)
      await write()
    },
    release: async () => {
      clearInterval(beat)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** @param {string} folder @returns {Promise<Holder | undefined>} undefined when there is none any more */
async function readHolder(folder) {
  try {
    const silentMs = Date.now() - (await stat(folder)).mtimeMs
    const text = await readFile(join(folder, 'holder'), 'utf8').catch(() => '')
    const [host, ...pids] = text.trim().split(' ')
    return { host: host || undefined, pids: pids.map(Number), silentMs, text }
  } catch {
    return undefined
  }
}

/** @param {Holder} holder */
function isDead({ host, pids, silentMs }) {
  if (host !== hostname()) return silentMs > silenceMs
  return !pids.some(isAlive)
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/**
 * Moves a dead holder's lock away. Of several that try, one wins; should the lock be another one by then, it goes back.
 * @param {string} folder @param {Holder} dead
 */
async function takeAway(folder, dead) {
  const aside = `${folder}.${process.pid}.dead`
  try {
    await rename(folder, aside)
  } catch {
    return
  }
  const moved = await readFile(join(aside, 'holder'), 'utf8').catch(() => '')
  if (moved !== dead.text) await rename(aside, folder).catch(() => {})
  await rm(aside, { recursive: true, force: true })
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
