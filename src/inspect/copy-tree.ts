import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { checkpoint } from '../checkpoint.ts'
import { GvError } from '../errors.ts'
import { folderTarget } from '../store/archive/file-target.ts'
import { unpackLimits } from '../store/archive/limits.ts'
import { type OpenFile, TreeWriter } from '../store/archive/tree-writer.ts'
import type { ToolchainId } from '../store/layout.ts'
import { storageError } from '../store/storage-error.ts'
import type { UnpackedTree } from '../store/unpacked-tree.ts'
import { quoted } from '../text.ts'
import { isInModule } from '../verify/module-names.ts'

export interface TreeCopy {
  readonly toolchain: ToolchainId
  readonly from: string
  /** An existing, empty folder. */
  readonly into: string
  readonly umask: number
  readonly signal: AbortSignal
  /** What a file is called in the copy, by its path; undefined leaves it out. As it is, if not said otherwise. */
  readonly nameOf?: ((path: string) => string | undefined) | undefined
}

/** How long the copying keeps the thread before timers and signals get their turn, in milliseconds. */
const sliceMs = 50
/** Larger files are copied in pieces of this size. */
const pieceBytes = 4 * 1024 * 1024

/**
 * Copies a GOROOT, and hashes what it writes: whatever happens to the original meanwhile, and whoever has its files open, the
 * copy is what its hash says. All rules for archives hold: regular files and folders, names, sizes, the programs' platform.
 * Throws GvError('verification') for what a release does not hold, ('storage'), ('interrupted').
 */
export async function copyTree({
  toolchain,
  from,
  into,
  umask,
  signal,
  nameOf = asItIs,
}: TreeCopy): Promise<UnpackedTree> {
  const options = { toolchain, target: folderTarget(into, umask), limits: unpackLimits, isCovered: isInModule }
  const tree = new TreeWriter(options)
  let since = performance.now()
  try {
    for (const _ of copyFolder(from, '', tree, nameOf)) {
      if (performance.now() - since < sliceMs) continue
      await setImmediate()
      if (signal.aborted) throw new GvError('interrupted', 'interrupted while copying')
      since = performance.now()
    }
    return tree.finish()
  } catch (error) {
    throw storageError(error, `cannot copy ${quoted(from)}`, into)
  } finally {
    tree.close()
  }
}

const asItIs = (path: string) => path

/** Copies what is below a folder; yields after each entry. */
function* copyFolder(
  root: string,
  path: string,
  tree: TreeWriter,
  nameOf: (path: string) => string | undefined,
): Generator<void> {
  if (path === 'src') checkpoint('adopt-half')
  for (const entry of readdirSync(`${root}/${path}`, { withFileTypes: true })) {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`
    if (entry.isDirectory()) {
      tree.addFolder(inner)
      yield* copyFolder(root, inner, tree, nameOf)
    } else if (entry.isFile()) {
      const name = nameOf(inner)
      if (name !== undefined) copyFile(`${root}/${inner}`, name, tree)
    } else throw notAFile(inner, entry)
    yield
  }
}

function copyFile(from: string, path: string, tree: TreeWriter): void {
  const fd = openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { size } = fstatSync(fd)
    const first = read(fd, Math.min(size + 1, pieceBytes), 0)
    if (first.length < pieceBytes) tree.addFile(path, first)
    else copyPieces(fd, first, tree.openFile(path))
  } finally {
    closeSync(fd)
  }
}

function copyPieces(fd: number, first: Buffer, to: OpenFile): void {
  let at = 0
  for (let piece = first; piece.length > 0; piece = read(fd, pieceBytes, at)) {
    to.write(piece)
    at += piece.length
  }
  to.close()
}

/** As many bytes as there are, up to a number. */
function read(fd: number, wanted: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafe(wanted)
  let length = 0
  while (length < wanted) {
    const some = readSync(fd, buffer, length, wanted - length, position + length)
    if (some === 0) break
    length += some
  }
  return buffer.subarray(0, length)
}

function notAFile(path: string, entry: Dirent): GvError {
  const what = entry.isSymbolicLink() ? 'a symbolic link' : 'neither file nor folder'
  return new GvError('verification', `${quoted(path)} is ${what}`, { reason: 'no release of Go holds such a thing' })
}
