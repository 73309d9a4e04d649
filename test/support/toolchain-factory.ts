import { createHash } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { tarGzOf, zipOf } from './archive-formats.ts'

/** A file of a toolchain, by its path below GOROOT. */
export interface ToolchainFile {
  readonly path: string
  readonly data: Buffer
  /** As it is published: 0644 or 0755. */
  readonly mode: number
}

/** A small toolchain of the tests' own, laid out as the Go team lays out a release; its programs are sh scripts. */
export interface FakeToolchain {
  /** `1.22.5` */
  readonly version: string
  /** `linux-amd64` */
  readonly platform: string
  readonly files: readonly ToolchainFile[]
}

export interface ToolchainOptions {
  readonly platform?: string
  /** Further files, or others in the place of the usual ones, by their path below GOROOT. */
  readonly extra?: Readonly<Record<string, string | Uint8Array>>
  /** Adds a file of so many bytes that cannot be packed smaller, so that a download takes its time. */
  readonly bulkBytes?: number
}

/** Makes a toolchain of a release (`1.22.5`). The same words always make the same bytes. */
export function makeToolchain(version: string, options: ToolchainOptions = {}): FakeToolchain {
  const platform = options.platform ?? 'linux-amd64'
  const contents = {
    ...usualFiles(version, platform),
    ...(options.bulkBytes ? { 'pkg/bulk.a': incompressible(version, options.bulkBytes) } : {}),
    ...options.extra,
  }
  const files = Object.entries(contents).map(([path, content]) => ({
    path,
    data: Buffer.from(content),
    mode: publishedMode(path),
  }))
  return { version, platform, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** Writes the tree, so that `folder` is its GOROOT. */
export async function writeTree(toolchain: FakeToolchain, folder: string): Promise<void> {
  for (const { path, data, mode } of toolchain.files) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, data)
    await chmod(target, mode)
  }
}

/** `go1.22.5.linux-amd64.tar.gz`, or a zip for Windows, as go.dev names it. */
export function archiveName({ version, platform }: FakeToolchain): string {
  return `go${version}.${platform}.${platform.startsWith('windows-') ? 'zip' : 'tar.gz'}`
}

/** The archive as go.dev has it: everything, below `go/`. */
export function archiveOf(toolchain: FakeToolchain): Buffer {
  const entries = toolchain.files.map(({ path, data, mode }) => ({ name: `go/${path}`, data, mode }))
  return toolchain.platform.startsWith('windows-') ? zipOf(entries) : tarGzOf(entries)
}

/** `v0.0.1-go1.22.5.linux-amd64` */
export function moduleVersion({ version, platform }: FakeToolchain): string {
  return `v0.0.1-go${version}.${platform}`
}

/** The module's zip as a GOPROXY has it: without api, doc, misc and test, each go.mod renamed, no modes. */
export function moduleZip(toolchain: FakeToolchain): Buffer {
  return zipOf(moduleFiles(toolchain).map(({ name, data }) => ({ name, data, mode: 0 })))
}

/** What the log's record says of the module: the hash of its list of hashes (golang.org/x/mod/sumdb/dirhash, Hash1). */
export function moduleH1(toolchain: FakeToolchain): string {
  const lines = moduleFiles(toolchain).map(({ name, data }) => `${sha256Hex(data)}  ${name}\n`)
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`
}

/** The module's go.mod, and what the log says of it. */
export const moduleGoMod = 'module golang.org/toolchain\n'
export const moduleGoModH1 = `h1:${createHash('sha256')
  .update(`${sha256Hex(Buffer.from(moduleGoMod))}  go.mod\n`)
  .digest('base64')}`

export function sha256Hex(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function moduleFiles(toolchain: FakeToolchain): { name: string; data: Buffer }[] {
  const prefix = `golang.org/toolchain@${moduleVersion(toolchain)}/`
  return toolchain.files
    .filter(({ path }) => !['api', 'doc', 'misc', 'test'].includes(path.split('/')[0] ?? ''))
    .map(({ path, data }) => ({ name: prefix + path.replace(/(^|\/)go\.mod$/, '$1_go.mod'), data }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function publishedMode(path: string): number {
  const isProgram = /^bin\/|^pkg\/tool\/|\.(sh|bash|pl|rc)$|(^|\/)go_[^/]*_exec$/.test(path)
  return isProgram ? 0o755 : 0o644
}

function usualFiles(version: string, platform: string): Record<string, string | Uint8Array> {
  const [os = '', arch = ''] = platform.split('-')
  const suffix = os === 'windows' ? '.exe' : ''
  return {
    VERSION: `go${version}\ntime 2024-06-27T20:11:12Z\n`,
    LICENSE: 'Copyright (c) The tests.\n',
    'go.env': 'GOPROXY=off\nGOSUMDB=off\nGOTOOLCHAIN=local\n',
    [`bin/go${suffix}`]: goProgram(version, os, arch),
    [`bin/gofmt${suffix}`]: `#!/bin/sh\necho "gofmt of go${version}"\n`,
    [`pkg/tool/${os}_${arch}/compile${suffix}`]: '#!/bin/sh\nexit 0\n',
    'pkg/include/textflag.h': '#define NOSPLIT 4\n',
    'lib/wasm/go_js_wasm_exec': '#!/bin/sh\nexit 0\n',
    'src/go.mod': 'module std\n\ngo 1.22\n',
    'src/cmd/go.mod': 'module cmd\n\ngo 1.22\n',
    'src/make.bash': '#!/bin/sh\nexit 0\n',
    'src/fmt/print.go': `package fmt // of go${version}\n`,
    'src/fmt/empty.go': '',
    'api/go1.txt': 'pkg fmt, func Println\n',
    'doc/README.md': 'Documents.\n',
    'misc/editors': 'None.\n',
    'test/helloworld.go': 'package main\n',
    'test/fixedbugs/go.mod': 'module fixed\n',
  }
}

/** Answers `version`, `env NAME`; anything else it prints back, so that a test sees how it was called. */
function goProgram(version: string, os: string, arch: string): string {
  return `#!/bin/sh
root=$(cd "$(dirname "$0")/.." && pwd -P)
case "$1 $2" in
  "version "*) echo "go version go${version} ${os}/${arch}" ;;
  "env GOROOT") echo "$root" ;;
  "env GOVERSION") echo "go${version}" ;;
  *) printf 'go${version}:'; printf ' [%s]' "$@"; echo ;;
esac
`
}

/** Bytes that look random and are always the same for a seed. */
function incompressible(seed: string, sizeBytes: number): Buffer {
  const blocks: Buffer[] = []
  for (let made = 0; made < sizeBytes; made += 64) {
    blocks.push(createHash('sha512').update(`${seed} ${made}`).digest())
  }
  return Buffer.concat(blocks, sizeBytes)
}
