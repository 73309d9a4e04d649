// The step `tests`: vitest in a process of its own, which tells of each file on descriptor 3.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** @typedef {{file: string, passed: number, failed: number, skipped: number, seconds: number, skips: {name: string, reason: string}[]}} FileResult */

/**
 * @param {import('./steps.mjs').StepInput} input
 * @returns {Promise<import('./steps.mjs').StepOutcome>}
 */
export async function runTests({ root, env, patterns, say }) {
  const runner = fileURLToPath(new URL('./vitest-runner.mjs', import.meta.url))
  const child = spawn(process.execPath, [runner, ...patterns], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text))
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const ended = new Promise((resolve) => child.once('close', resolve))
  const results = child.stdio[3]
  if (!results || !('read' in results)) throw new Error('no descriptor 3')
  for await (const line of createInterface({ input: results })) {
    const result = /** @type {FileResult} */ (JSON.parse(line))
    counts.passed += result.passed
    counts.failed += result.failed
    counts.skipped += result.skipped
    tell(result, say)
  }
  const code = await ended
  return { ok: code === 0 && counts.failed === 0, output, counts }
}

/** @param {FileResult} result @param {(line: string) => void} say */
function tell({ file, passed, failed, skipped, seconds, skips }, say) {
  const parts = [
    `${passed} passed`,
    failed > 0 ? `${failed} FAILED` : '',
    skipped > 0 ? `${skipped} skipped` : '',
  ].filter(Boolean)
  say(`       ${file}  ${parts.join(', ')}  ${seconds.toFixed(1)} s`)
  for (const { name, reason } of skips) say(`         skipped: ${name}${reason ? `: ${reason}` : ''}`)
}
