// The benchmarks of starting: what gv costs when there is nothing to do.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { plainEnvironment } from './bench-install.mjs'
import { costOf, interleaved, table } from './measure.mjs'
import { projectRoot } from './project.mjs'

/**
 * @param {{folder: string, runs: number, server: import('./bench-server.mjs').BenchServer, say: (line: string) => void}} place
 */
export async function benchStart({ folder, runs, server, say }) {
  const cwd = join(folder, 'start')
  mkdirSync(cwd)
  const env = plainEnvironment(cwd)
  const gv = join(projectRoot, 'dist/gv.js')
  const network = { GV_MIRROR: server.mirror, GOPROXY: server.goproxy, GOSUMDB: server.gosumdb }
  await costOf([process.execPath, gv, 'install', '--quiet', ...server.small], { cwd, env: { ...env, ...network } })
  const contenders = [
    ['node -e 0', process.execPath, '-e', '0'],
    ['gv --version', process.execPath, gv, '--version'],
    [`gv list (${server.small.length} toolchains)`, process.execPath, gv, 'list'],
    ['gv current', process.execPath, gv, 'current'],
    ['scripts/gv --version', join(projectRoot, 'scripts/gv'), '--version'],
    ['scripts/gv list', join(projectRoot, 'scripts/gv'), 'list'],
  ].map(([name = '', ...command]) => ({ name, run: () => costOf(command, { cwd, env }) }))
  const costs = await interleaved(contenders, runs)
  say(`\nstart, medians of ${runs}`)
  say(table(contenders, costs, { milliseconds: true }))
}
