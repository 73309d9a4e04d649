// Runs vitest with its own report on stdout, and one JSON line for each finished file on descriptor 3.
import { writeSync } from 'node:fs'
import { relative } from 'node:path'
import { parseCLI, startVitest } from 'vitest/node'

/** What vitest calls a Reporter. */
class FileReporter {
  /** @param {import('vitest/node').TestModule} module */
  onTestModuleEnd(module) {
    const tests = [...module.children.allTests()]
    const count = (/** @type {string} */ state) => tests.filter((test) => test.result().state === state).length
    const failed = count('failed')
    report({
      file: relative(process.cwd(), module.moduleId),
      passed: count('passed'),
      // A file that could not be loaded, or whose hooks failed, has no failed test to show for it.
      failed: failed === 0 && module.state() === 'failed' ? 1 : failed,
      skipped: count('skipped'),
      seconds: module.diagnostic().duration / 1000,
      skips: tests.filter((test) => test.result().state === 'skipped').map(skipOf),
    })
  }
}

/** @param {import('vitest/node').TestCase} test */
function skipOf(test) {
  const result = test.result()
  return { name: test.fullName, reason: result.state === 'skipped' ? (result.note ?? '') : '' }
}

/** @param {object} result */
function report(result) {
  writeSync(3, `${JSON.stringify(result)}\n`)
}

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
await startVitest('test', filter, {
  ...options,
  run: true,
  watch: false,
  allowOnly: false,
  reporters: ['default', new FileReporter()],
})
