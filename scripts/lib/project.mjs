// Where this project lies, and what it is built from.
import { realpathSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/**
 * Everything that dist/ is made from: folders too, whose time tells of removed files. `scripts/gv` and
 * `isBuildFresh` look at the same paths.
 * @param {string} root
 */
export async function buildInputs(root) {
  const inputs = ['package.json', 'package-lock.json', 'scripts/build.mjs', 'src'].map((path) => join(root, path))
  for (const entry of await readdir(join(root, 'src'), { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory() || entry.name.endsWith('.ts')) inputs.push(join(entry.parentPath, entry.name))
  }
  return inputs
}

/**
 * Runs `main` when the module is what Node was started with, and not when it is imported.
 * @param {string} moduleUrl @param {() => unknown} main
 */
export async function runAsProgram(moduleUrl, main) {
  const started = process.argv[1]
  if (started !== undefined && realpathSync(started) === fileURLToPath(moduleUrl)) await main()
}
