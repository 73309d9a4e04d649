// Holds the cost of starting gv by what the bundle contains, not by a clock: `node scripts/check-bundle.mjs`.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { projectRoot, runAsProgram } from './lib/project.mjs'

/** Packages that cost 10 to 60 ms to load; a command that needs one imports it when it runs. */
const lazyPackages = ['undici', 'tar', 'yauzl', 'openpgp', 'semver', 'proper-lockfile', 'execa']

/** `gv --version` reads the entry and nothing else. */
const maxEntryBytes = 4_000

/** What `gv list` and the like parse before their own code: the entry, the command line, the table. */
const maxStartBytes = 80_000

/**
 * All that a quick command reads before it works, the start included: it answers from the disk alone, at every prompt
 * of some users, and must not bring along what only an installation needs.
 */
const maxCommandBytes = {
  'src/commands/list.ts': 80_000,
  'src/commands/current.ts': 130_000,
  'src/commands/which.ts': 130_000,
}

/**
 * The outputs that quick commands read, as esbuild names them.
 * @param {{outputs: Record<string, Output>}} meta
 * @returns {Set<string>}
 */
export function quickOutputs(meta) {
  const entries = ['src/main.ts', ...Object.keys(maxCommandBytes)].map((source) => outputOf(meta, source))
  return new Set(entries.flatMap((entry) => (entry === undefined ? [] : [...staticGraph(meta, entry)])))
}

/** @typedef {{inputs: Record<string, {bytesInOutput: number}>, imports: {path: string, kind: string, external?: boolean}[], bytes: number, entryPoint?: string}} Output */

/**
 * What is wrong with a bundle, as sentences; nothing when it is as it should be.
 * @param {{outputs: Record<string, Output>}} meta esbuild's metafile
 * @returns {string[]}
 */
export function bundleFaults(meta) {
  const faults = []
  const entry = outputOf(meta, 'src/gv.ts')
  if (entry === undefined) return ['there is no output for src/gv.ts']
  const first = staticGraph(meta, entry)
  const firstBytes = sizeOf(meta, first)
  if (first.size > 1)
    faults.push(
      `the entry imports ${[...first]
        .slice(1)
        .map((path) => basename(path))
        .join(', ')} statically`,
    )
  if (firstBytes > maxEntryBytes) faults.push(`the entry has ${firstBytes} bytes, more than ${maxEntryBytes}`)
  const main = outputOf(meta, 'src/main.ts')
  const start = main === undefined ? first : new Set([...first, ...staticGraph(meta, main)])
  const startBytes = sizeOf(meta, start)
  if (startBytes > maxStartBytes)
    faults.push(`the start of a command has ${startBytes} bytes, more than ${maxStartBytes}`)
  for (const name of packagesIn(meta, start)) {
    if (lazyPackages.includes(name)) faults.push(`${name} is loaded at every start; import it where it is used`)
  }
  return [...faults, ...commandFaults(meta, start)]
}

/** @param {{outputs: Record<string, Output>}} meta @param {ReadonlySet<string>} start */
function commandFaults(meta, start) {
  return Object.entries(maxCommandBytes).flatMap(([source, maxBytes]) => {
    const command = outputOf(meta, source)
    const all = command === undefined ? start : new Set([...start, ...staticGraph(meta, command)])
    const bytes = sizeOf(meta, all)
    const heavy = packagesIn(meta, all).filter((name) => lazyPackages.includes(name))
    if (heavy.length === 0 && bytes <= maxBytes) return []
    const brought = heavy.length > 0 ? `, ${heavy.join(' and ')} among them` : ''
    return [`${source} reads ${bytes} bytes before it works${brought}; at most ${maxBytes}, without heavy packages`]
  })
}

/** @param {{outputs: Record<string, Output>}} meta @param {string} source */
function outputOf(meta, source) {
  return Object.keys(meta.outputs).find((path) => meta.outputs[path]?.entryPoint === source)
}

/**
 * The output and all that it imports statically, itself first.
 * @param {{outputs: Record<string, Output>}} meta @param {string} from
 */
function staticGraph(meta, from) {
  const found = new Set([from])
  for (const path of found) {
    for (const { path: next, kind, external } of meta.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) found.add(next)
    }
  }
  return found
}

/** @param {{outputs: Record<string, Output>}} meta @param {ReadonlySet<string>} paths */
function sizeOf(meta, paths) {
  return [...paths].reduce((sum, path) => sum + (meta.outputs[path]?.bytes ?? 0), 0)
}

/** @param {{outputs: Record<string, Output>}} meta @param {ReadonlySet<string>} paths */
function packagesIn(meta, paths) {
  const inputs = [...paths].flatMap((path) => Object.keys(meta.outputs[path]?.inputs ?? {}))
  const names = inputs.flatMap(
    (input) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(input)?.[1] ?? [],
  )
  return [...new Set(names)]
}

await runAsProgram(import.meta.url, async () => {
  const faults = bundleFaults(JSON.parse(await readFile(join(projectRoot, 'dist/meta.json'), 'utf8')))
  for (const fault of faults) process.stderr.write(`bundle: ${fault}\n`)
  if (faults.length > 0) process.exitCode = 1
})
