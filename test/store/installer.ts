/**
 * A program for crash.test.ts: installs or uninstalls a toolchain with the parts of the store, as `gv install` does.
 * Arguments: the store's root, `install` or `uninstall`, a version, the tarball.
 */
import { existsSync, openSync, statSync } from 'node:fs'
import { checkpoint } from '../../src/checkpoint.ts'
import { unpackArchive } from '../../src/store/archive/unpack-core.ts'
import { heal } from '../../src/store/heal.ts'
import { listInstalled } from '../../src/store/installed.ts'
import { gorootOf, storeAt, toolchainName } from '../../src/store/layout.ts'
import { acquireLock } from '../../src/store/lock.ts'
import { publish } from '../../src/store/publish.ts'
import { summaryOf } from '../../src/store/receipt.ts'
import { removeToolchain } from '../../src/store/remove.ts'
import { makeStaging } from '../../src/store/staging.ts'
import { prepareStore } from '../../src/store/store-folders.ts'
import { parseGoVersion } from '../../src/version/go-version.ts'

const [root = '', action = '', text = '', tarball = ''] = process.argv.slice(2)
const version = parseGoVersion(text)
if (!version) throw new Error(`${text} is no version`)
const platform = { os: 'linux', arch: 'amd64' }
const store = storeAt(root)
const name = toolchainName(version, platform, platform)
const command = `installer ${text}`
const signal = new AbortController().signal

prepareStore(store)
const isDone = () => action === 'install' && existsSync(gorootOf(store, name))
const lock = await acquireLock({ store, name, command, signal, isDone, onWait: () => {} })
if (lock === 'done') console.log('done')
else {
  checkpoint('locked')
  await heal({ store, host: platform, held: name, command })
  if (action === 'install') await install()
  else
    for (const toolchain of listInstalled(store, platform))
      if (toolchain.name === name) await removeToolchain(store, toolchain)
  await lock.release()
}

async function install(): Promise<void> {
  if (!version) return
  const staging = makeStaging(store, name)
  const fd = openSync(tarball, 'r')
  const job = {
    fd,
    sizeBytes: statSync(tarball).size,
    format: 'tar.gz',
    into: staging.goroot,
    version,
    platform,
    umask: 0o022,
  } as const
  const tree = await unpackArchive(job, () => {})
  checkpoint('unpacked')
  const receipt = {
    version,
    platform,
    source: 'https://go.dev.example/dl',
    archive: { sha256: '0'.repeat(64), sizeBytes: job.sizeBytes },
    tree: summaryOf(tree),
    proof: null,
    insecure: true,
    installedAt: new Date(0).toISOString(),
    gvVersion: '0.1.0',
    umask: 0o022,
  }
  console.log(await publish({ store, name, staging, receipt, manifests: tree, signal }))
}
