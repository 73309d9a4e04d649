import { closeSync, statSync } from 'node:fs'
import { checkpoint } from '../checkpoint.ts'
import { readConfiguration } from '../config/configuration.ts'
import { GvError } from '../errors.ts'
import { ownVersion } from '../own-version.ts'
import type { Task } from '../progress/reporter.ts'
import { assertFreeSpace, unpackedBytes } from '../store/free-space.ts'
import { heal } from '../store/heal.ts'
import type { Toolchain } from '../store/installed.ts'
import { gorootOf, type ToolchainId, toolchainName } from '../store/layout.ts'
import { acquireLock, type LockOwner } from '../store/lock.ts'
import { summaryOf } from '../store/manifests.ts'
import { publish } from '../store/publish.ts'
import type { Receipt } from '../store/receipt-format.ts'
import { sharingFor } from '../store/sharing.ts'
import { discardStaging, makeStaging, type Staging } from '../store/staging.ts'
import { prepareStore } from '../store/store-folders.ts'
import { processUmask } from '../store/umask.ts'
import { unpackInWorker } from '../store/unpack.ts'
import type { UnpackedTree } from '../store/unpacked-tree.ts'
import { printable } from '../text.ts'
import { releaseName } from '../version/go-version.ts'
import { keepProvenArchive } from './archive-cache.ts'
import { distrust, type FetchedArchive, fetchArchive } from './fetch.ts'
import { askLog, judge, type LogAnswer, type Verdict } from './prove.ts'
import type { Workbench } from './workbench.ts'

export interface InstallOutcome {
  readonly toolchain: Toolchain
  /** `before`: it was there and nothing was done; `system`: in the system store; `meanwhile`: another process did it while this one waited. */
  readonly alreadyInstalled: 'before' | 'system' | 'meanwhile' | undefined
  /** What proved it; undefined where nothing was done. */
  readonly receipt: Receipt | undefined
  readonly durationMs: number
}

/**
 * Installs a toolchain, or finds that it is installed: plan, fetch, verify, unpack, verify the tree, publish. Until the last step
 * nothing of it can be seen in the store; a failure or an interrupt leaves at most the partial download.
 * Throws GvError of every kind.
 */
export async function installToolchain(work: Workbench, id: ToolchainId): Promise<InstallOutcome> {
  const { store, context } = work
  const started = performance.now()
  const name = toolchainName(id.version, id.platform, context.host)
  const toolchain: Toolchain = { ...id, name, goroot: gorootOf(store, name) }
  const outcome = (alreadyInstalled: InstallOutcome['alreadyInstalled'], receipt?: Receipt): InstallOutcome => ({
    toolchain,
    alreadyInstalled,
    receipt,
    durationMs: performance.now() - started,
  })
  const command = `gv install ${releaseName(id.version).slice(2)}`
  if (isFolder(toolchain.goroot)) {
    await clearUp(work, command)
    return outcome('before')
  }
  const shared = work.shared().find((other) => other.name === name)
  if (shared) return { ...outcome('system'), toolchain: shared }
  prepareStore(store)
  // What is wrong in it is said before anything is fetched.
  readConfiguration(context, store)
  const task = work.reporter.task(name)
  try {
    const lock = await acquireLock({
      store,
      name,
      command,
      signal: context.signal,
      isDone: () => isFolder(toolchain.goroot),
      onWait: (owner) => {
        task.phase('waiting')
        work.reporter.notice(waitingLine(name, owner))
      },
    })
    if (lock === 'done') return outcome('meanwhile')
    try {
      await heal({ store, host: context.host, held: name, command })
      if (isFolder(toolchain.goroot)) return outcome('meanwhile')
      return outcome(undefined, await installUnderLock(work, toolchain, task))
    } finally {
      await lock.release()
    }
  } finally {
    task.end()
  }
}

/** What killed runs left goes also where there is nothing to do. That it cannot be cleared away (a read-only store) is no failure then. */
async function clearUp({ store, context }: Workbench, command: string): Promise<void> {
  try {
    await heal({ store, host: context.host, command })
  } catch (error) {
    if (!(error instanceof GvError) || error.code !== 'storage') throw error
  }
}

async function installUnderLock(work: Workbench, toolchain: Toolchain, task: Task, isSecond = false): Promise<Receipt> {
  // Asked while the archive is on its way; what it says is looked at when the archive is here.
  const askedLog = askLog(work, toolchain)
  askedLog.catch(() => {})
  const archive = await fetchArchive(work, toolchain, task)
  try {
    return await installArchive(work, toolchain, archive, askedLog, task)
  } catch (error) {
    if (!isRefusal(error)) throw error
    distrust(work, archive.source)
    if (isSecond || !archive.resumed) throw error
  } finally {
    closeSync(archive.file.fd)
  }
  // Two halves of different files make a wrong whole, which is nobody's lie: once more, from the beginning.
  return installUnderLock(work, toolchain, task, true)
}

function isRefusal(error: unknown): boolean {
  return error instanceof GvError && error.code === 'verification'
}

async function installArchive(
  work: Workbench,
  toolchain: Toolchain,
  archive: FetchedArchive,
  askedLog: Promise<LogAnswer>,
  task: Task,
): Promise<Receipt> {
  const { store, context } = work
  task.phase('verifying')
  const verdict = await judge(work, toolchain, archive, askedLog)
  for (const warning of verdict.warnings) work.reporter.notice(`gv: ${warning}`)
  checkpoint('archive-verified')
  assertFreeSpace(store.tmp, unpackedBytes(archive.file.sizeBytes))
  const staging = makeStaging(store, toolchain.name)
  try {
    const tree = await unpack(work, toolchain, archive, staging, task)
    verdict.checkTree(tree.h1)
    checkpoint('tree-verified')
    keepProvenArchive(store, archive.source.fileName, archive.file, archive.url)
    const receipt = receiptFor(work, toolchain, archive, tree, verdict)
    task.phase('syncing')
    await publish({ store, name: toolchain.name, staging, receipt, manifests: tree, signal: context.signal })
    return receipt
  } catch (error) {
    await discardStaging(store, staging)
    throw error
  }
}

function unpack(
  work: Workbench,
  id: ToolchainId,
  archive: FetchedArchive,
  staging: Staging,
  task: Task,
): Promise<UnpackedTree> {
  const { fd, sizeBytes } = archive.file
  task.phase('unpacking')
  const { store, context } = work
  return unpackInWorker({
    ...id,
    sharing: sharingFor(store, id, context.host, readConfiguration(context, store).dedupe),
    fd,
    sizeBytes,
    format: archive.source.kind === 'tarball' ? 'tar.gz' : 'zip',
    into: staging.goroot,
    signal: context.signal,
    onProgress: (done) => task.progress(done, sizeBytes),
  })
}

function receiptFor(
  work: Workbench,
  id: ToolchainId,
  archive: FetchedArchive,
  tree: UnpackedTree,
  verdict: Verdict,
): Receipt {
  const { sha256, sizeBytes } = archive.file
  return {
    version: id.version,
    platform: id.platform,
    source: archive.url,
    archive: { sha256, sizeBytes },
    tree: summaryOf(tree),
    proof: verdict.proof,
    insecure: verdict.proof === null,
    installedAt: work.context.now().toISOString(),
    gvVersion: ownVersion,
    umask: processUmask(),
  }
}

function waitingLine(name: string, owner: LockOwner | undefined): string {
  const whom = owner
    ? `process ${owner.pid} on ${printable(owner.host)} (${printable(owner.command)})`
    : 'another process'
  return `gv: waiting for ${whom}, which is installing ${name}`
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
