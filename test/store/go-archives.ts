import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fastFolder } from '../support/fast-folder.ts'
import type { RealGo } from '../support/real-go.ts'

/** What Go's packages make of an archive. */
export interface GoListing {
  readonly entries: readonly { readonly name: string; readonly type: string; readonly sha256: string }[] | null
  /** Empty when they read it to its end. */
  readonly error: string
}

export interface ArchiveBytes {
  readonly format: 'tar.gz' | 'zip'
  readonly bytes: Buffer
}

/** A program that is built from list-archives.go.txt, once for a test file. */
export class GoArchives {
  readonly folder = mkdtempSync(join(fastFolder(), 'gv-go-archives-'))
  readonly #program = join(this.folder, 'list-archives')

  constructor(go: RealGo) {
    const source = join(this.folder, 'main.go')
    copyFileSync(fileURLToPath(new URL('./list-archives.go.txt', import.meta.url)), source)
    const env = { ...go.env, GO111MODULE: 'off', CGO_ENABLED: '0' }
    execFileSync(go.path, ['build', '-o', this.#program, source], { env, cwd: this.folder })
  }

  /** Lists archives with archive/tar and archive/zip. */
  list(archives: readonly ArchiveBytes[]): GoListing[] {
    const input = archives.flatMap(({ format, bytes }) => [Buffer.from(`${format} ${bytes.length}\n`), bytes])
    const output = execFileSync(this.#program, { input: Buffer.concat(input), maxBuffer: 1e9, encoding: 'utf8' })
    return output
      .trimEnd()
      .split('\n')
      .map((line): GoListing => JSON.parse(line))
  }

  /** Packs a folder as cmd/distpack does. */
  pack(format: 'tar.gz' | 'zip', folder: string, prefix: string): Buffer {
    return execFileSync(this.#program, ['pack', format, folder, prefix], { maxBuffer: 1e9 })
  }
}
