import { closeSync } from 'node:fs'
import { GvError } from '../errors.ts'
import { keepProvenArchive } from '../install/archive-cache.ts'
import { fetchArchive } from '../install/fetch.ts'
import type { Workbench } from '../install/workbench.ts'
import { samePlatform } from '../platform.ts'
import { listInstalled } from '../store/installed.ts'
import { type ToolchainId, toolchainName } from '../store/layout.ts'
import { readManifests } from '../store/manifests.ts'
import { readReceipt } from '../store/receipt.ts'
import { unpackInWorker } from '../store/unpack.ts'

/**
 * The manifest behind a hash of the log, so that the files of a tree that differs can be named: from the receipt of a gv-installed
 * copy, or else by reading the archive (without unpacking it). Otherwise the reason why there is none.
 */
export async function referenceManifest(
  work: Workbench,
  id: ToolchainId,
  h1: string,
): Promise<{ readonly manifest: string } | { readonly reason: string }> {
  const known = fromReceipt(work, id, h1)
  if (known !== undefined) return { manifest: known }
  try {
    const { manifest, h1: found } = await readArchive(work, id, h1)
    return found === h1
      ? { manifest }
      : { reason: 'the archive that could name the files is not the published one either' }
  } catch (error) {
    if (!(error instanceof GvError) || error.code === 'interrupted') throw error
    return { reason: `which files differ cannot be told: ${error.message}${error.reason ? `: ${error.reason}` : ''}` }
  }
}

function fromReceipt(work: Workbench, id: ToolchainId, h1: string): string | undefined {
  const name = toolchainName(id.version, id.platform, work.context.host)
  const toolchain = listInstalled(work.store, work.context.host).find((installed) => installed.name === name)
  if (!toolchain || !samePlatform(toolchain.platform, id.platform)) return undefined
  try {
    const receipt = readReceipt(work.store, toolchain)
    return receipt?.tree.h1 === h1 ? readManifests(work.store, toolchain, receipt).manifest : undefined
  } catch {
    return undefined
  }
}

async function readArchive(work: Workbench, id: ToolchainId, h1: string) {
  const task = work.reporter.task(toolchainName(id.version, id.platform, work.context.host))
  try {
    const archive = await fetchArchive(work, id, task)
    try {
      task.phase('reading')
      const { fd, sizeBytes } = archive.file
      const tree = await unpackInWorker({
        ...id,
        fd,
        sizeBytes,
        format: archive.source.kind === 'tarball' ? 'tar.gz' : 'zip',
        into: null,
        signal: work.context.signal,
        onProgress: (done) => task.progress(done, sizeBytes),
      })
      if (tree.h1 === h1) keepProvenArchive(work.store, archive.source.fileName, archive.file, archive.url)
      return tree
    } finally {
      closeSync(archive.file.fd)
    }
  } finally {
    task.end()
  }
}
