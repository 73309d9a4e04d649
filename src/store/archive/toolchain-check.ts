import { platformName } from '../../platform.ts'
import { quoted } from '../../text.ts'
import { releaseName } from '../../version/go-version.ts'
import type { ToolchainId } from '../layout.ts'
import { isProgramFor } from './program-header.ts'
import { programsOf } from './published-tree.ts'
import { refuseArchive, refuseEntry } from './refusal.ts'

/** More than a VERSION file has, and than the headers of a program take. */
const headBytes = 4096

/** Looks into the files that tell which toolchain a tree is: VERSION, bin/go, bin/gofmt. */
export class ToolchainCheck {
  readonly #toolchain: ToolchainId
  /** The first bytes of the files that count; undefined until they come. */
  readonly #heads: Map<string, Buffer | undefined>

  constructor(toolchain: ToolchainId) {
    this.#toolchain = toolchain
    this.#heads = new Map(['VERSION', ...programsOf(toolchain.platform)].map((path) => [path, undefined]))
  }

  /** Takes the next bytes of a file. */
  take(path: string, bytes: Buffer): void {
    if (!this.#heads.has(path)) return
    const head = this.#heads.get(path) ?? Buffer.alloc(0)
    if (head.length < headBytes) this.#heads.set(path, Buffer.concat([head, bytes]).subarray(0, headBytes))
  }

  /** Throws unless this is the release that was asked for, for the platform that was asked for. */
  finish(): void {
    const { version, platform } = this.#toolchain
    // Up to 1.20 the file has no line feed; from 1.21 on there is a second line with the time.
    const [found = ''] = this.#head('VERSION').toString('utf8').split('\n')
    const wanted = releaseName(version)
    if (found !== wanted) throw refuseArchive(`it holds ${quoted(found)}, and ${wanted} was asked for`)
    for (const path of programsOf(platform)) {
      if (!isProgramFor(platform, this.#head(path)))
        throw refuseEntry(path, `is no program for ${platformName(platform)}`)
    }
  }

  #head(path: string): Buffer {
    const head = this.#heads.get(path)
    if (!head) throw refuseArchive(`it has no file ${path}`)
    return head
  }
}
