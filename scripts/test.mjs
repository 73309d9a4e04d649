// `scripts/test`: checks everything, ends with `N passed, N failed, N skipped`.

import { projectRoot } from './lib/project.mjs'
import { findStep, steps } from './lib/steps.mjs'
import { inTestEnvironment } from './lib/test-environment.mjs'
import { installTools } from './lib/tools.mjs'
import { PrepareError, prepareDependencies } from './prepare.mjs'

const help = `scripts/test [STEP | TEST…]

Without arguments: installs what the tests need, then runs every step. With arguments: only the steps
named, or only the tests whose files match (scripts/test test/net, scripts/test lint types).
Options that begin with a dash go to vitest (scripts/test test/net -t "resumes").

Steps: ${steps.map(({ name }) => name).join(', ')}
With CI=true a skipped test is a failure.
`

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

const counts = { passed: 0, failed: 0, skipped: 0 }

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line}\n`)

/** @param {readonly string[]} words */
async function main(words) {
  const named = words.filter((word) => findStep(word))
  const patterns = words.filter((word) => !findStep(word))
  const isChosen = (/** @type {string} */ name) =>
    words.length === 0 || named.includes(name) || (name === 'tests' && patterns.length > 0)
  try {
    await prepareDependencies(projectRoot, say)
    if (isChosen('shell') || isChosen('tests')) await installTools(say)
    await inTestEnvironment(process.env, async (env) => {
      for (const step of steps) {
        if (isChosen(step.name)) await runStep(step, { root: projectRoot, env, patterns, say })
      }
    })
  } catch (error) {
    say(
      `FAILED ${error instanceof PrepareError ? error.message : String(error instanceof Error ? error.stack : error)}`,
    )
    counts.failed++
  }
  const skipsCount = process.env.CI === 'true' && counts.skipped > 0
  if (skipsCount) say('FAILED tests were skipped, and with CI=true none may be')
  say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  if (counts.failed > 0 || skipsCount) process.exitCode = 1
}

/** @param {import('./lib/steps.mjs').TestStep} step @param {import('./lib/steps.mjs').StepInput} input */
async function runStep(step, input) {
  const started = performance.now()
  const outcome = await step.run(input)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const ok = outcome.ok && (outcome.counts?.failed ?? 0) === 0
  say(`${ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(8)} ${seconds.padStart(6)} s  ${step.what}`)
  if (!ok) say(outcome.output.trimEnd())
  const { passed, failed, skipped } = outcome.counts ?? { passed: 0, failed: 0, skipped: 0 }
  counts.passed += passed
  counts.skipped += skipped
  // A step that failed without a failed test to show for it is itself what failed.
  counts.failed += failed === 0 && !ok ? 1 : failed
}

if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) process.stdout.write(help)
else await main(process.argv.slice(2))
