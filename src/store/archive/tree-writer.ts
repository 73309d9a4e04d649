import { createHash, hash } from 'node:crypto'
import { h1OfManifest, manifestText } from '../../verify/dirhash.ts'
import { nameInModule } from '../../verify/module-names.ts'
import { type ToolchainId, toolchainModule } from '../layout.ts'
import type { UnpackedTree } from '../unpacked-tree.ts'
import type { FileTarget } from './file-target.ts'
import type { UnpackLimits } from './limits.ts'
import { ToolchainCheck } from './toolchain-check.ts'
import { TreeNames } from './tree-names.ts'

/** A file that comes in pieces. */
export interface OpenFile {
  write(bytes: Buffer): void
  close(): void
}

export interface TreeWriterOptions {
  readonly toolchain: ToolchainId
  readonly target: FileTarget
  readonly limits: UnpackLimits
  /** Whether the log's h1 covers a file. */
  readonly isCovered: (path: string) => boolean
}

/** Takes the entries of an archive, in any format: checks their names, writes them, hashes them, counts them. */
export class TreeWriter {
  readonly #options: TreeWriterOptions
  readonly #names: TreeNames
  readonly #check: ToolchainCheck
  /** SHA-256 by path below GOROOT. */
  readonly #hashes = new Map<string, string>()
  readonly #open = new Set<{ close(): void }>()
  #sizeBytes = 0

  constructor(options: TreeWriterOptions) {
    this.#options = options
    this.#names = new TreeNames(options.limits)
    this.#check = new ToolchainCheck(options.toolchain)
  }

  addFolder(path: string): void {
    this.#makeFolders(this.#names.addFolder(path))
  }

  /** Adds a file whose contents are complete. */
  addFile(path: string, contents: Buffer): void {
    this.#makeFolders(this.#names.addFile(path))
    this.#take(path, contents)
    this.#options.target.writeFile(path, contents)
    this.#hashes.set(path, hash('sha256', contents, 'hex'))
  }

  /** Adds a file whose contents come in pieces. */
  openFile(path: string): OpenFile {
    this.#makeFolders(this.#names.addFile(path))
    const sink = this.#options.target.openFile(path)
    const digest = createHash('sha256')
    this.#open.add(sink)
    return {
      write: (bytes) => {
        this.#take(path, bytes)
        sink.write(bytes)
        digest.update(bytes)
      },
      close: () => {
        this.#open.delete(sink)
        sink.close()
        this.#hashes.set(path, digest.digest('hex'))
      },
    }
  }

  /** What the tree holds. Throws unless it is the toolchain that was asked for. */
  finish(): UnpackedTree {
    this.#check.finish()
    const manifest = this.#lines((path) => this.#options.isCovered(path))
    return {
      manifest,
      h1: h1OfManifest(manifest),
      extra: this.#lines((path) => !this.#options.isCovered(path)),
      files: this.#hashes.size,
      sizeBytes: this.#sizeBytes,
    }
  }

  /** Closes what a failure left open. */
  close(): void {
    for (const sink of this.#open) sink.close()
    this.#open.clear()
  }

  #makeFolders(paths: readonly string[]): void {
    for (const path of paths) this.#options.target.makeFolder(path)
  }

  #take(path: string, bytes: Buffer): void {
    this.#sizeBytes += bytes.length
    this.#check.take(path, bytes)
  }

  #lines(isWanted: (path: string) => boolean): string {
    const module = toolchainModule(this.#options.toolchain)
    const wanted = [...this.#hashes].filter(([path]) => isWanted(path))
    return manifestText(wanted.map(([path, sha256]) => ({ name: nameInModule(module, path), sha256 })))
  }
}
