// The server of the benchmarks: the tests' own, in a process of its own, so that its work is not counted.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { projectRoot } from './project.mjs'

/**
 * @typedef {{mirror: string, goproxy: string, gosumdb: string, archiveUrl: string, archiveName: string,
 *   archiveSha256: string, version: string, small: string[], close: () => void}} BenchServer
 */

/** @returns {Promise<BenchServer>} */
export async function startBenchServer() {
  const folder = join(projectRoot, 'node_modules/.cache/gv-bench')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, 'server.mjs')
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['test/support/bench-server.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  })
  const child = spawn(process.execPath, [outfile], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), endOf(child)])
  return { ...JSON.parse(line), close: () => void child.kill() }
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<never>} */
async function endOf(child) {
  const [code] = await once(child, 'exit')
  throw new Error(`the server of the benchmarks ended with ${code}`)
}
