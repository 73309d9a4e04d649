import { checkpoint } from '../../checkpoint.ts'
import { isInModule } from '../../verify/module-names.ts'
import { releaseName } from '../../version/go-version.ts'
import { type ToolchainId, toolchainModule } from '../layout.ts'
import { storageError } from '../storage-error.ts'
import type { UnpackedTree } from '../unpacked-tree.ts'
import { type FileTarget, folderTarget, nowhere } from './file-target.ts'
import { gunzip } from './gzip-reader.ts'
import { type UnpackLimits, unpackLimits } from './limits.ts'
import { type Sharing, sharingTarget } from './shared-files.ts'
import { TarReader } from './tar-reader.ts'
import { TreeWriter } from './tree-writer.ts'
import { readZip } from './zip-reader.ts'

/** What {@link unpackArchive} needs; all of it can be sent to a worker thread. */
export interface ArchiveJob extends ToolchainId {
  readonly fd: number
  readonly sizeBytes: number
  readonly format: 'tar.gz' | 'zip'
  /** An existing, empty folder that gets the tree; null: hash only. */
  readonly into: string | null
  readonly umask: number
  /** What may be shared with other toolchains instead of being written. */
  readonly sharing?: Sharing | undefined
}

/**
 * Unpacks, hashes and checks an archive in this very thread. Nothing is read but by position from `fd`.
 * Throws GvError('verification') for whatever a release of Go does not hold, GvError('storage') when the disk fails;
 * a tree that is half written then is the caller's to throw away.
 */
export async function unpackArchive(
  job: ArchiveJob,
  onRead: (readBytes: number) => void,
  limits: UnpackLimits = unpackLimits,
): Promise<UnpackedTree> {
  try {
    // A module zip leaves out what the log does not cover, so that whatever it holds has to be in the log.
    const isCovered = job.format === 'zip' ? () => true : isInModule
    const target = job.into === null ? nowhere : targetIn(job.into, job)
    const tree = new TreeWriter({ toolchain: job, target, limits, isCovered })
    try {
      await readArchive(job, tree, limits, withHalfTime(job.sizeBytes, onRead))
      return tree.finish()
    } finally {
      tree.close()
    }
  } catch (error) {
    const action = job.into === null ? 'check' : 'unpack'
    throw storageError(error, `cannot ${action} the archive of ${releaseName(job.version)}`, job.into ?? undefined)
  }
}

function targetIn(folder: string, { umask, sharing }: ArchiveJob): FileTarget {
  const target = folderTarget(folder, umask)
  return sharing ? sharingTarget(target, folder, umask, sharing) : target
}

async function readArchive(
  job: ArchiveJob,
  tree: TreeWriter,
  limits: UnpackLimits,
  onRead: (readBytes: number) => void,
): Promise<void> {
  const { fd, sizeBytes } = job
  if (job.format === 'zip') return readZip({ fd, sizeBytes, module: toolchainModule(job), limits, onRead }, tree)
  const reader = new TarReader(tree, limits)
  for await (const piece of gunzip(fd, sizeBytes, onRead)) reader.write(piece)
  reader.end()
}

/** Passes the checkpoint when half of the archive has been read. */
function withHalfTime(sizeBytes: number, onRead: (readBytes: number) => void): (readBytes: number) => void {
  let isPassed = false
  return (readBytes) => {
    onRead(readBytes)
    if (isPassed || readBytes < sizeBytes / 2) return
    isPassed = true
    checkpoint('unpack-half')
  }
}
