// Runs programs in turn and compares what they took.
import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

/** @typedef {{wallS: number, userS: number, systemS: number}} Cost */
/** @typedef {{name: string, run: (round: number) => Promise<Cost>}} Contender */

/**
 * Each contender in each round, another one first each time; their costs, in the contenders' order.
 * @param {readonly Contender[]} contenders @param {number} rounds @param {() => void} [between] runs, unmeasured, before each
 * @returns {Promise<Cost[][]>}
 */
export async function interleaved(contenders, rounds, between = () => {}) {
  /** @type {Cost[][]} */
  const costs = contenders.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const at = (i + round) % contenders.length
      between()
      const cost = await contenders[at]?.run(round)
      if (cost) costs[at]?.push(cost)
    }
  }
  return costs
}

/**
 * The time of a command and all processes that it waits for, by bash's own `time`.
 * @param {readonly string[]} command @param {{cwd: string, env: Record<string, string>}} where
 * @returns {Promise<Cost>}
 */
export async function costOf(command, { cwd, env }) {
  const script = 'TIMEFORMAT="cost %R %U %S"; time "$@"'
  const { stderr } = await promisify(execFile)('bash', ['-c', script, 'bash', ...command], {
    cwd,
    env,
    maxBuffer: 1e8,
  }).catch((error) => {
    throw new Error(`${command.join(' ')} failed:\n${error.stdout}${error.stderr}`)
  })
  const [, wallS, userS, systemS] = /^cost (\S+) (\S+) (\S+)$/m.exec(stderr) ?? []
  return { wallS: Number(wallS), userS: Number(userS), systemS: Number(systemS) }
}

/** Writes out what is still in memory, so that one run does not pay for another. */
export function settleDisk() {
  execFileSync('sync')
}

/**
 * A table of medians; ratios are to the first contender.
 * @param {readonly Contender[]} contenders @param {readonly Cost[][]} costs @param {{milliseconds?: boolean}} [options]
 */
export function table(contenders, costs, { milliseconds = false } = {}) {
  const factor = milliseconds ? 1000 : 1
  const unit = milliseconds ? 'ms' : 's'
  const rows = contenders.map(({ name }, i) => {
    const wall = median(costs[i] ?? [], ({ wallS }) => wallS)
    const user = median(costs[i] ?? [], ({ userS }) => userS)
    const system = median(costs[i] ?? [], ({ systemS }) => systemS)
    const cpu = median(costs[i] ?? [], ({ userS, systemS }) => userS + systemS)
    return { name, wall, user, system, cpu }
  })
  const [base] = rows
  const digits = milliseconds ? 1 : 2
  const number = (/** @type {number} */ value) => (value * factor).toFixed(digits).padStart(8)
  const ratio = (/** @type {number} */ value, /** @type {number | undefined} */ of) =>
    (of ? (value / of).toFixed(2) : '-').padStart(7)
  const head = `  ${''.padEnd(28)}${`wall ${unit}`.padStart(8)}${'ratio'.padStart(7)}${`cpu ${unit}`.padStart(8)}${'ratio'.padStart(7)}    user + system`
  const lines = rows.map(
    ({ name, wall, cpu, user, system }) =>
      `  ${name.padEnd(28)}${number(wall)}${ratio(wall, base?.wall)}${number(cpu)}${ratio(cpu, base?.cpu)}    ${number(user).trim()} + ${number(system).trim()}`,
  )
  return [head, ...lines].join('\n')
}

/** @param {readonly Cost[]} costs @param {(cost: Cost) => number} of */
function median(costs, of) {
  const sorted = costs.map(of).sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
