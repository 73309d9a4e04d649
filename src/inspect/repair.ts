import { closeSync } from 'node:fs'
import { GvError } from '../errors.ts'
import { fetchArchive } from '../install/fetch.ts'
import type { Workbench } from '../install/workbench.ts'
import { heal } from '../store/heal.ts'
import type { Toolchain } from '../store/installed.ts'
import { acquireLock } from '../store/lock.ts'
import { summaryOf } from '../store/manifests.ts'
import { readReceipt } from '../store/receipt.ts'
import type { Receipt } from '../store/receipt-format.ts'
import { needsFiles, repairTree } from '../store/repair.ts'
import { discardStaging, makeStaging, type Staging } from '../store/staging.ts'
import { prepareStore } from '../store/store-folders.ts'
import { unpackInWorker } from '../store/unpack.ts'
import { type Inspection, inspectToolchain, isSound } from './inspect.ts'

/**
 * Restores exactly what differs in an installed toolchain, from the archive that its receipt names (from the cache, else
 * fetched anew), and checks it once more. Throws GvError of every kind.
 */
export async function repairToolchain(work: Workbench, toolchain: Toolchain, found: Inspection): Promise<Inspection> {
  if (isSound(found)) return found
  const { store, context } = work
  const receipt = readReceipt(store, toolchain)
  if (!receipt) throw withoutReceipt(toolchain)
  prepareStore(store)
  const command = `gv verify --repair ${toolchain.version.text}`
  const lock = await acquireLock({
    store,
    name: toolchain.name,
    command,
    signal: context.signal,
    isDone: () => false,
    onWait: (owner) =>
      work.reporter.notice(`gv: waiting for process ${owner?.pid ?? '?'}, which holds ${toolchain.name}`),
  })
  if (lock === 'done') return found
  try {
    await heal({ store, host: context.host, held: toolchain.name, command })
    await restore(work, toolchain, receipt, found)
  } finally {
    await lock.release()
  }
  return inspectToolchain(work, toolchain)
}

async function restore(
  work: Workbench,
  toolchain: Toolchain,
  receipt: Receipt,
  { differences }: Inspection,
): Promise<void> {
  const { store, context } = work
  const { goroot } = toolchain
  const repair = { store, goroot, differences, umask: receipt.umask, signal: context.signal }
  if (!needsFiles(differences)) return repairTree({ ...repair, staged: undefined })
  const staging = makeStaging(store, toolchain.name)
  try {
    await stageProven(work, toolchain, receipt, staging)
    await repairTree({ ...repair, staged: staging.goroot })
  } finally {
    await discardStaging(store, staging)
  }
}

/** Unpacks the archive once more; its tree has to be the very one that was installed. */
async function stageProven(work: Workbench, toolchain: Toolchain, receipt: Receipt, staging: Staging): Promise<void> {
  const task = work.reporter.task(toolchain.name)
  try {
    const archive = await fetchArchive(work, toolchain, task)
    try {
      task.phase('unpacking')
      const { fd, sizeBytes } = archive.file
      const format = archive.source.kind === 'tarball' ? 'tar.gz' : 'zip'
      const tree = await unpackInWorker({
        ...toolchain,
        fd,
        sizeBytes,
        format,
        into: staging.goroot,
        signal: work.context.signal,
        onProgress: (done) => task.progress(done, sizeBytes),
      })
      const { h1, extraSha256 } = receipt.tree
      const isSame = tree.h1 === h1 && (extraSha256 === null || summaryOf(tree).extraSha256 === extraSha256)
      if (!isSame) throw anotherArchive(toolchain, archive.url)
    } finally {
      closeSync(archive.file.fd)
    }
  } finally {
    task.end()
  }
}

function anotherArchive({ name }: Toolchain, url: string): GvError {
  return new GvError('verification', `${name} cannot be repaired from ${url}`, {
    reason: 'that archive is not the one that was installed',
    hint: `gv uninstall ${name} && gv install ${name}`,
  })
}

function withoutReceipt({ name }: Toolchain): GvError {
  return new GvError('failed', `${name} cannot be repaired`, {
    reason: 'it has no receipt that says what it should be',
    hint: `gv uninstall ${name} && gv install ${name}`,
  })
}
