// What it takes to start a program, to some microseconds.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from './project.mjs'

/** @typedef {{cwd: string, env: Record<string, string>}} Where */
/** @typedef {(programs: readonly string[], rounds: number, where: Where) => number[][]} Spawner */

/**
 * Runs programs in turn, `PROGRAM version`, and hands back what each run took, in microseconds; by a program in C where there is a
 * compiler, else from here, which takes longer and is less even.
 * @param {string} folder where a program may be built
 * @returns {{spawn: Spawner, isNative: boolean}}
 */
export function prepareSpawner(folder) {
  const program = join(folder, 'spawn')
  try {
    execFileSync('cc', ['-O2', '-o', program, join(projectRoot, 'scripts/lib/spawn.c')], { stdio: 'ignore' })
  } catch {
    return { spawn: spawnFromNode, isNative: false }
  }
  return {
    isNative: true,
    spawn: (programs, rounds, { cwd, env }) => {
      const options = /** @type {const} */ ({ cwd, env, encoding: 'utf8', maxBuffer: 1e8 })
      const output = execFileSync(program, [String(rounds), ...programs], options)
      return output
        .trim()
        .split('\n')
        .map((line) => line.split(' ').map(Number))
    },
  }
}

/** @type {Spawner} */
function spawnFromNode(programs, rounds, { cwd, env }) {
  /** @type {number[][]} */
  const times = programs.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < programs.length; i++) {
      const which = (i + round) % programs.length
      const started = performance.now()
      const { status } = spawnSync(programs[which] ?? '', ['version'], { cwd, env, stdio: 'ignore' })
      times[which]?.push((performance.now() - started) * 1000)
      if (status !== 0) throw new Error(`${programs[which]} ended with ${status}`)
    }
  }
  return times
}
