import { execFile } from 'node:child_process'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { platformName, platformOfNode } from '../../src/platform.ts'
import { tarGzOf } from './archive-formats.ts'
import { readZip } from './read-zip.ts'

/** A real release, fetched once and shared by all runs of the tests on this machine. */
export interface RealToolchain {
  /** `1.22.5` */
  readonly version: string
  /** `linux-amd64` */
  readonly platform: string
  readonly moduleVersion: string
  readonly zipPath: string
  /** What `go` found the zip's h1 to be, checked against the real log. */
  readonly h1: string
  /** A `file://` GOPROXY that has this module, and what the real log says of it. */
  readonly goproxy: string
}

/** Why there is no real release to test with. */
export interface Unavailable {
  readonly unavailable: string
}

const run = promisify(execFile)

/** Outside the project, so that clones share it; only what the real go has proven lies here. */
const cacheFolder = join(tmpdir(), 'gv-test-cache')

/**
 * A real release for a platform, through the GOPROXY that the user's own `go` would ask. To be called in `beforeAll`:
 * the first call on a machine downloads 70 MB.
 */
export async function realToolchain(
  version = '1.22.5',
  platform = platformName(platformOfNode(process.platform, process.arch)),
): Promise<RealToolchain | Unavailable> {
  const moduleVersion = `v0.0.1-go${version}.${platform}`
  const download = join(cacheFolder, 'mod/cache/download')
  const base = join(download, 'golang.org/toolchain/@v', moduleVersion)
  try {
    if (await isMissing(`${base}.ziphash`)) await fetchModule(moduleVersion)
    const h1 = (await readFile(`${base}.ziphash`, 'utf8')).trim()
    return { version, platform, moduleVersion, zipPath: `${base}.zip`, h1, goproxy: pathToFileURL(download).href }
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    return { unavailable: `go${version} for ${platform} cannot be fetched: ${output.trim().split('\n').at(-1)}` }
  }
}

/** Counts the changes of what archive-writer.ts writes, so that no older file is taken from the cache. */
const archiveFormat = 3

/** The same release as go.dev's tarball: made from the module, with the folders that a module leaves out. */
export async function realTarball(real: RealToolchain): Promise<string> {
  const path = join(cacheFolder, `go${real.version}.${real.platform}.${archiveFormat}.tar.gz`)
  if (!(await isMissing(path))) return path
  const files = await readZip(await readFile(real.zipPath))
  const entries = [...files].map(([name, data]) => {
    const below = name
      .slice(`golang.org/toolchain@${real.moduleVersion}/`.length)
      .replace(/(^|\/)_go\.mod$/, '$1go.mod')
    return { name: `go/${below}`, data, mode: modeOf(below) }
  })
  const left = ['api/go1.txt', 'doc/go_spec.html', 'misc/editors', 'test/helloworld.go', 'test/fixedbugs/go.mod']
  for (const name of left) entries.push({ name: `go/${name}`, data: Buffer.from(`// ${name}\n`), mode: 0o644 })
  await writeFile(`${path}.${process.pid}`, tarGzOf(entries, 6))
  await rename(`${path}.${process.pid}`, path)
  return path
}

/** Source: cmd/distpack. */
function modeOf(path: string): number {
  return /^bin\/|^pkg\/tool\/|\.(sh|bash|pl|rc)$|(^|\/)go_[^/]*_exec$/.test(path) ? 0o755 : 0o644
}

async function fetchModule(moduleVersion: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true })
  const cache = join(cacheFolder, 'mod')
  const goproxy = process.env.GV_TEST_GOPROXY ?? (await run('go', ['env', 'GOPROXY'])).stdout.trim()
  await run('go', ['mod', 'download', `golang.org/toolchain@${moduleVersion}`], {
    cwd: cacheFolder,
    env: {
      ...process.env,
      GOMODCACHE: cache,
      GOPROXY: goproxy,
      GOTOOLCHAIN: 'local',
      GOFLAGS: '-modcacherw',
      GOWORK: 'off',
    },
  })
  // The tree that go unpacks beside is not wanted.
  await rm(join(cache, `golang.org/toolchain@${moduleVersion}`), { recursive: true, force: true })
}

function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  )
}
