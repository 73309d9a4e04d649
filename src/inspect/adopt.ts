import { lstatSync } from 'node:fs'
import { checkpoint } from '../checkpoint.ts'
import { GvError } from '../errors.ts'
import { openSumDatabase } from '../install/log.ts'
import type { Workbench } from '../install/workbench.ts'
import { ownVersion } from '../own-version.ts'
import { toolchainModuleVersion } from '../release/proxy-list.ts'
import { heal } from '../store/heal.ts'
import type { Toolchain } from '../store/installed.ts'
import { gorootOf, type ToolchainId, toolchainName } from '../store/layout.ts'
import { acquireLock } from '../store/lock.ts'
import { summaryOf } from '../store/manifests.ts'
import { publish } from '../store/publish.ts'
import { discardStaging, makeStaging } from '../store/staging.ts'
import { prepareStore } from '../store/store-folders.ts'
import { processUmask } from '../store/umask.ts'
import { quoted } from '../text.ts'
import type { ProvenModule } from '../verify/sumdb.ts'
import { releaseName } from '../version/go-version.ts'
import { copyTree, type TreeCopy } from './copy-tree.ts'

/**
 * Takes a GOROOT that gv did not install into the store: a copy, proven by the checksum database as an install is, with the
 * modes and the owner of one, published by one rename. Never the files themselves: whoever owned them may have them open for writing. The
 * original stays as it is. Where that release is installed already, nothing is done.
 * Throws GvError('verification') when it is not exactly what was published, ('network'), ('storage'), ('interrupted').
 * @param nameOf what its files are called in a release, where that is another name
 */
export async function adoptGoroot(
  work: Workbench,
  from: string,
  id: ToolchainId,
  nameOf?: TreeCopy['nameOf'],
): Promise<Toolchain> {
  const { store, context } = work
  const name = toolchainName(id.version, id.platform, context.host)
  const toolchain: Toolchain = { ...id, name, goroot: gorootOf(store, name) }
  const isThere = () => lstatSync(toolchain.goroot, { throwIfNoEntry: false })?.isDirectory() === true
  if (isThere()) return toolchain
  prepareStore(store)
  const command = `gv adopting ${name}`
  const lock = await acquireLock({
    store,
    name,
    command,
    signal: context.signal,
    isDone: isThere,
    onWait: (owner) => work.reporter.notice(`gv: waiting for process ${owner?.pid ?? '?'}, which holds ${name}`),
  })
  if (lock === 'done') return toolchain
  try {
    await heal({ store, host: context.host, held: name, command })
    if (!isThere()) await copyProven(work, from, toolchain, nameOf)
  } finally {
    await lock.release()
  }
  checkpoint('adopt-published')
  return toolchain
}

async function copyProven(
  work: Workbench,
  from: string,
  toolchain: Toolchain,
  nameOf: TreeCopy['nameOf'],
): Promise<void> {
  const { store, context } = work
  const { signal } = context
  const module = toolchainModuleVersion(toolchain.version, toolchain.platform)
  const proven = await openSumDatabase(work).lookup({ module: 'golang.org/toolchain', version: module })
  const staging = makeStaging(store, toolchain.name)
  try {
    const umask = processUmask()
    const tree = await copyTree({ toolchain, from, into: staging.goroot, umask, signal, nameOf })
    if (tree.h1 !== proven.h1) throw notAsPublished(from, toolchain, tree.h1, proven)
    const receipt = {
      ...{ version: toolchain.version, platform: toolchain.platform },
      source: from,
      archive: null,
      tree: summaryOf(tree),
      proof: { log: proven.proof },
      insecure: false,
      installedAt: context.now().toISOString(),
      gvVersion: ownVersion,
      umask,
    }
    await publish({ store, name: toolchain.name, staging, receipt, manifests: tree, signal })
  } catch (error) {
    await discardStaging(store, staging)
    throw error
  }
}

function notAsPublished(from: string, { version }: ToolchainId, h1: string, proven: ProvenModule): GvError {
  return new GvError('verification', `${quoted(from)} is not ${releaseName(version)} as the Go team published it`, {
    reason: `its files have the hash ${h1}, the checksum database says ${proven.h1}`,
    hint: `gv verify ${from}`,
  })
}
