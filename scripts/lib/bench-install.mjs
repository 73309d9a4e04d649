// The benchmarks of installing: a real release from a server on loopback, everything checked and synced.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { costOf, interleaved, settleDisk, table } from './measure.mjs'
import { projectRoot } from './project.mjs'

/**
 * @typedef {{folder: string, onDisk: boolean, runs: number, server: import('./bench-server.mjs').BenchServer,
 *   say: (line: string) => void}} Place
 */

const gv = join(projectRoot, 'dist/gv.js')
const observer = new URL('./bench-preload.mjs', import.meta.url).href

/** @param {Place} place */
export async function benchTarball(place) {
  const { server } = place
  writeFileSync(join(place.folder, 'sums'), `${server.archiveSha256}  ${server.archiveName}\n`)
  const script = `curl -sSL -o ${server.archiveName} '${server.archiveUrl}' && sha256sum -c --quiet ${place.folder}/sums && tar xzf ${server.archiveName}`
  await compare(
    place,
    'tarball',
    {
      name: 'curl; sha256sum; tar xzf',
      run: (cwd) => costOf(['sh', '-c', script], { cwd, env: plainEnvironment(cwd) }),
    },
    (cwd) => ({ ...plainEnvironment(cwd), GV_MIRROR: server.mirror, GOPROXY: server.goproxy, GOSUMDB: server.gosumdb }),
  )
}

/** @param {Place} place */
export async function benchZip(place) {
  const { server } = place
  const goEnvironment = (/** @type {string} */ cwd) => ({
    ...plainEnvironment(cwd),
    GOPROXY: server.goproxy,
    GOSUMDB: server.gosumdb,
    GOTOOLCHAIN: `go${server.version}`,
    GOMODCACHE: join(cwd, 'mod'),
    GOFLAGS: '-modcacherw',
    GOENV: 'off',
    GOTELEMETRY: 'off',
  })
  await compare(
    place,
    'zip',
    {
      name: 'go, fetching the module',
      run: (cwd) => costOf(['go', 'version'], { cwd, env: goEnvironment(cwd) }),
    },
    (cwd) => ({ ...plainEnvironment(cwd), GOPROXY: server.goproxy, GOSUMDB: server.gosumdb }),
    ['--source', 'goproxy'],
  )
}

/**
 * @param {Place} place @param {'tarball' | 'zip'} what
 * @param {{name: string, run: (cwd: string) => Promise<import('./measure.mjs').Cost>}} other
 * @param {(cwd: string) => Record<string, string>} gvEnvironment
 * @param {readonly string[]} flags
 */
async function compare({ folder, onDisk, runs, server, say }, what, other, gvEnvironment, flags = []) {
  const command = [process.execPath, gv, 'install', server.version, '--quiet', ...flags]
  let count = 0
  const inFreshFolder = (/** @type {(cwd: string) => Promise<import('./measure.mjs').Cost>} */ run) => async () => {
    const cwd = join(folder, `${what}-${count++}`)
    mkdirSync(cwd)
    const cost = await run(cwd)
    if (!onDisk) rmSync(cwd, { recursive: true })
    return cost
  }
  const observed = (/** @type {string} */ cwd, /** @type {Record<string, string>} */ env) =>
    costOf(command, { cwd, env: { ...gvEnvironment(cwd), NODE_OPTIONS: `--import=${observer}`, ...env } })
  const contenders = [
    { name: other.name, run: inFreshFolder(other.run) },
    { name: 'gv install', run: inFreshFolder((cwd) => costOf(command, { cwd, env: gvEnvironment(cwd) })) },
    { name: 'gv install, syncing nothing', run: inFreshFolder((cwd) => observed(cwd, { GV_BENCH_NO_SYNC: '1' })) },
  ]
  const costs = await interleaved(contenders, runs, onDisk ? settleDisk : undefined)
  const memory = join(folder, `${what}-memory`)
  await inFreshFolder((cwd) => observed(cwd, { GV_BENCH_MEMORY: memory }))()
  say(`\n${what} on ${onDisk ? 'a disk' : 'a tmpfs'} (${folder}), medians of ${runs}`)
  say(table(contenders, costs))
  say(`  peak memory of gv: ${(Number(readFileSync(memory, 'utf8')) / 1000).toFixed(0)} MB`)
}

/** @param {string} cwd @returns {Record<string, string>} */
export function plainEnvironment(cwd) {
  return { PATH: process.env.PATH ?? '', HOME: join(cwd, 'home'), GV_ROOT: join(cwd, 'store'), LANG: 'C' }
}
