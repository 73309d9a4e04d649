import { spawn } from 'node:child_process'

/**
 * Runs a program to its end and keeps what it printed.
 * @param {string} program @param {readonly string[]} args @param {{root: string, env: NodeJS.ProcessEnv}} where
 * @returns {Promise<{ok: boolean, output: string}>}
 */
export async function runProgram(program, args, { root, env }) {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ ok: false, output: `${program}: ${error.message}` }))
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
}
