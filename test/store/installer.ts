/**
 * A program for crash.test.ts: installs or uninstalls a toolchain with the parts of the store, as `gv install` does.
 * Arguments: the store's root, `install` or `uninstall`, a version, the tarball.
 */
import { existsSync } from 'node:fs'
import { checkpoint } from '../../src/checkpoint.ts'
import { heal } from '../../src/store/heal.ts'
import { listInstalled } from '../../src/store/installed.ts'
import { gorootOf, storeAt, toolchainName } from '../../src/store/layout.ts'
import { acquireLock } from '../../src/store/lock.ts'
import { removeToolchain } from '../../src/store/remove.ts'
import { prepareStore } from '../../src/store/store-folders.ts'
import { parseGoVersion } from '../../src/version/go-version.ts'
import { host, install } from './installing.ts'

const [root = '', action = '', text = '', tarball = ''] = process.argv.slice(2)
const version = parseGoVersion(text)
if (!version) throw new Error(`${text} is no version`)
const store = storeAt(root)
const name = toolchainName(version, host, host)
const command = `installer ${text}`
const signal = new AbortController().signal

prepareStore(store)
const isDone = () => action === 'install' && existsSync(gorootOf(store, name))
const lock = await acquireLock({ store, name, command, signal, isDone, onWait: () => {} })
if (lock === 'done') console.log('done')
else {
  checkpoint('locked')
  await heal({ store, host, held: name, command })
  if (action === 'install') console.log(await install(store, { version, platform: host }, tarball))
  const installed = listInstalled(store, host).find((toolchain) => toolchain.name === name)
  if (action === 'uninstall' && installed) await removeToolchain(store, installed)
  await lock.release()
}
