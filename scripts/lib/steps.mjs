// The steps of `scripts/test`, in their order: the quick ones first.
import { join } from 'node:path'
import { runProgram } from './run-program.mjs'
import { runTests } from './run-tests.mjs'
import { shellFiles } from './shell-files.mjs'

/** @typedef {{root: string, env: NodeJS.ProcessEnv, patterns: readonly string[], say: (line: string) => void}} StepInput */
/** @typedef {{ok: boolean, output: string, counts?: {passed: number, failed: number, skipped: number}}} StepOutcome */
/** @typedef {{name: string, what: string, run: (input: StepInput) => Promise<StepOutcome>}} TestStep */

/** @type {readonly TestStep[]} */
export const steps = [
  {
    name: 'lint',
    what: 'format, lint, import directions (biome)',
    run: tool('biome', 'ci', '--error-on-warnings', '--colors=off'),
  },
  {
    name: 'oxlint',
    what: 'lint with types: floating promises and the like (oxlint)',
    run: tool('oxlint', '--type-aware', '--deny-warnings'),
  },
  { name: 'types', what: 'types (tsc)', run: tool('tsc', '-p', '.') },
  { name: 'build', what: 'the bundle', run: node('scripts/build.mjs') },
  { name: 'bundle', what: 'what is loaded at every start', run: node('scripts/check-bundle.mjs') },
  { name: 'unused', what: 'unused files, exports and packages (knip)', run: tool('knip', '--no-progress') },
  { name: 'package', what: 'the package as it would be published (publint)', run: tool('publint', '--strict') },
  {
    name: 'shell',
    what: 'shell files (shellcheck, shfmt)',
    run: both(shellTool('shellcheck'), shellTool('shfmt', '-d')),
  },
  { name: 'tests', what: 'all tests (vitest)', run: runTests },
]

/** @param {string} name */
export function findStep(name) {
  return steps.find((step) => step.name === name)
}

/** @param {string} name @param {...string} args */
function tool(name, ...args) {
  return (/** @type {StepInput} */ { root, env }) => {
    // With CI set, some colour what they print in spite of NO_COLOR.
    const { CI: _ci, ...plainEnv } = env
    return runProgram(join(root, 'node_modules/.bin', name), args, { root, env: plainEnv })
  }
}

/** @param {string} file */
function node(file) {
  return (/** @type {StepInput} */ { root, env }) => runProgram(process.execPath, [file], { root, env })
}

/** @param {string} name @param {...string} args */
function shellTool(name, ...args) {
  return async (/** @type {StepInput} */ { root, env }) =>
    runProgram(name, [...args, ...(await shellFiles(root))], { root, env })
}

/** @param {TestStep['run']} first @param {TestStep['run']} second @returns {TestStep['run']} */
function both(first, second) {
  return async (input) => {
    const a = await first(input)
    const b = await second(input)
    return { ok: a.ok && b.ok, output: (a.ok ? '' : a.output) + (b.ok ? '' : b.output) }
  }
}
