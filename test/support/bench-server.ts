import { readFile } from 'node:fs/promises'
import { startSharedGoServer } from './go-server.ts'
import { realTarball, realToolchain } from './real-toolchain.ts'
import { makeToolchain, sha256Hex } from './toolchain-factory.ts'

// A program of its own for scripts/bench: serves a real release and many small ones until its stdin ends.
const real = await realToolchain()
if ('unavailable' in real) throw new Error(real.unavailable)
const server = await startSharedGoServer()
const archive = await readFile(await realTarball(real))
const archiveName = `go${real.version}.${real.platform}.tar.gz`
// A log of a usual size: its tiles have to be read, too.
server.log.growTo(70_000)
server.site.publishAsIs({ ...real, archiveName, archive, moduleZip: await readFile(real.zipPath) })
const small = Array.from({ length: 31 }, (_, i) => `1.${21 + (i % 3)}.${1 + Math.floor(i / 3)}`).filter(
  (version) => version !== real.version,
)
for (const version of small) server.site.publish(makeToolchain(version, { platform: real.platform }))

process.stdout.write(
  `${JSON.stringify({
    mirror: server.mirror,
    goproxy: server.goproxy,
    gosumdb: server.gosumdb,
    archiveUrl: `${server.mirror}/${archiveName}`,
    archiveName,
    archiveSha256: sha256Hex(archive),
    version: real.version,
    small,
  })}\n`,
)
process.stdin.on('end', () => process.exit()).resume()
