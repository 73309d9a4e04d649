// `scripts/bench`: what gv costs beside what people use instead, as ratios of medians in one interleaved run.
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchHook } from './lib/bench-hook.mjs'
import { benchTarball, benchZip } from './lib/bench-install.mjs'
import { startBenchServer } from './lib/bench-server.mjs'
import { benchShim } from './lib/bench-shim.mjs'
import { benchStart } from './lib/bench-start.mjs'
import { projectRoot } from './lib/project.mjs'
import { prepare } from './prepare.mjs'

const help = `scripts/bench [PART…] [--runs N] [--disk FOLDER] [--memory FOLDER] [--peers]

Parts: tarball  gv install from a tarball  / curl -o; sha256sum -c; tar xzf
       zip      gv install from a GOPROXY  / go, fetching the same module
       start    gv --version, gv list with 30 toolchains, gv current / node -e 0
       hook     the hooks of bash, zsh and fish / a loop without them
--runs     how often each is run; 5, and 40 for start
--disk     a folder on a disk; --memory: one on a tmpfs. "" leaves that out.
Nothing is deleted on the disk before the end: creating files near freshly deleted ones is slow on ext4.
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    disk: { type: 'string', default: tmpdir() },
    memory: { type: 'string', default: '/dev/shm' },
    peers: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line}\n`)

/** @param {string} part */
const wanted = (part) => positionals.length === 0 || positionals.includes(part)

async function main() {
  await prepare(projectRoot, (line) => say(`bench: ${line}`))
  const runs = values.runs === undefined ? undefined : Number(values.runs)
  const server = await startBenchServer()
  const folders = [values.disk, values.memory].filter(Boolean).map((parent) => mkdtempSync(join(parent, 'gv-bench-')))
  try {
    for (const folder of folders) {
      const place = { folder, onDisk: !isInMemory(folder), runs: runs ?? 5, server, say }
      if (wanted('tarball')) await benchTarball(place)
      if (wanted('zip')) await benchZip(place)
    }
    const [folder] = folders.slice(-1)
    if (wanted('start') && folder) await benchStart({ folder, runs: runs ?? 40, server, say })
    // On a disk, where projects lie: names that are not there cost a tmpfs twice as much.
    const [place] = folders
    if (wanted('shim') && place) await benchShim({ folder: place, runs: runs ?? 1000, peers: values.peers, say })
    if (wanted('hook') && place) benchHook({ folder: place, runs: runs ?? 500, peers: values.peers, say })
  } finally {
    server.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder */
function isInMemory(folder) {
  const tmpfs = 0x01021994
  return statfsSync(folder).type === tmpfs
}

if (values.help) process.stdout.write(help)
else await main()
