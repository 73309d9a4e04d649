// Bundles src/ into dist/: `node scripts/build.mjs`. See bundle() for how dist/ is replaced under running readers.
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { quickOutputs } from './check-bundle.mjs'
import { asCommonJs, latePackage, latePackages } from './lib/common-js.mjs'
import { packFiles } from './lib/pack.mjs'
import { buildInputs, projectRoot, runAsProgram } from './lib/project.mjs'

/** What is started by name. Each worker is a bundle of its own, so that it loads nothing but its work. */
const entries = ['src/gv.ts', 'src/store/archive/unpack-worker.ts', 'src/store/read-ahead-worker.ts']

/** An old Node that can read the entry at all is told so, before it fails on something newer in another chunk. */
const nodeCheck = `{
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write('gv: this is Node ' + process.versions.node + ': gv needs Node 20.19 or newer\\nhint: install a newer Node, or put it first in PATH\\n');
    process.exit(1);
  }
}
`

/**
 * Builds into `dist`. Chunks carry their content's hash in their names and come first, the entries replace
 * the old ones by rename, the stamp comes last: a process that starts at any moment, or was started
 * before and loads a command late, finds all chunks of one build; a build that was killed is made again.
 * @param {string} root the project
 * @param {string} dist
 * @param {import('esbuild').LogLevel} [logLevel]
 */
export async function bundle(root, dist, logLevel = 'warning') {
  const stampTime = await newestInput(root)
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries.filter((entry) => existsSync(join(root, entry))),
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    define: { GV_VERSION_OF_BUILD: JSON.stringify(version) },
    // Half the bytes to parse at each start; names stay, so that stack traces can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: false,
    legalComments: 'none',
    logLevel,
    metafile: true,
    write: false,
    plugins: [entryOfOneFile],
  })
  const plain = await Promise.all(
    result.outputFiles.map(async ({ path, text }) => {
      const name = basename(path)
      const own = withoutHelperImports(text, result.metafile.outputs[`dist/${name}`], result.metafile)
      return { name, text: await asCommonJs(own) }
    }),
  )
  const late = latePackages.filter((name) => result.outputFiles.some(({ text }) => text.includes(`("${name}")`)))
  plain.push(...(await Promise.all(late.map(latePackage))))
  const quick = new Set([...quickOutputs(result.metafile)].map((path) => basename(path)))
  const files = packFiles(plain, quick, 'gv.js').map(finished)
  const chunks = files.filter(({ name }) => !isEntry(name))
  const starters = files.filter(({ name }) => isEntry(name))
  // The list of this build's files, by which the next one knows what may still run.
  const names = files.map(({ name }) => name)
  const before = await readNames(dist)
  await mkdir(dist, { recursive: true })
  for (const { name, text } of [...chunks, ...starters]) await replaceFile(join(dist, name), text)
  await removeOldChunks(dist, new Set([...names, ...before]))
  // The project's own package.json says that .js files are ES modules.
  await replaceFile(join(dist, 'package.json'), '{"type":"commonjs"}\n')
  await replaceFile(join(dist, 'meta.json'), JSON.stringify(result.metafile))
  await replaceFile(join(dist, 'files.json'), JSON.stringify(names))
  await replaceFile(join(dist, 'stamp'), `${version}\n`, stampTime)
}

/**
 * What src/gv.ts imports statically is bundled into the entry as a copy of its own, though other chunks have it too:
 * `gv --version` loads one file.
 * @type {import('esbuild').Plugin}
 */
const entryOfOneFile = {
  name: 'entry-of-one-file',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\// }, ({ path, importer, resolveDir, kind }) => {
      if (kind !== 'import-statement' || !importer.endsWith('/src/gv.ts')) return
      return { path: join(resolveDir, path), suffix: '?entry' }
    })
  },
}

/** @param {string} name */
function isEntry(name) {
  return entries.some((entry) => basename(entry, '.ts') === basename(name, '.js'))
}

/**
 * esbuild lets the entry import the chunk of its own helpers though it uses none of them: 1 ms at each start.
 * The import goes from the metafile too, which check-bundle.mjs reads.
 * @param {string} text @param {import('esbuild').Metafile['outputs'][string] | undefined} output @param {import('esbuild').Metafile} meta
 */
function withoutHelperImports(text, output, meta) {
  let shorter = text
  for (const imported of output?.imports ?? []) {
    const helpersOnly = Object.keys(meta.outputs[imported.path]?.inputs ?? { unknown: true }).length === 0
    const bare = `import"./${basename(imported.path)}";`
    if (!output || !helpersOnly || !shorter.includes(bare)) continue
    shorter = shorter.replace(bare, '')
    output.imports = output.imports.filter((other) => other !== imported)
  }
  return shorter
}

/** @param {{name: string, text: string}} file */
function finished({ name, text }) {
  if (name !== 'gv.js') return { name, text }
  const afterShebang = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0
  return { name, text: text.slice(0, afterShebang) + nodeCheck + text.slice(afterShebang) }
}

/**
 * The time that dist/stamp gets: sources that are newer than it ask for a new build. It is taken before
 * the sources are read, and is never older than one of them (a clock may have been wrong).
 * @param {string} root
 */
async function newestInput(root) {
  let newest = Date.now()
  for (const input of await buildInputs(root)) newest = Math.max(newest, (await stat(input)).mtimeMs)
  // Times of files have nanoseconds, which a number of milliseconds loses.
  return Math.ceil(newest) + 1
}

/** @param {string} path @param {string} text @param {number} [timeMs] */
async function replaceFile(path, text, timeMs) {
  const temporary = `${path}.${process.pid}.tmp`
  await writeFile(temporary, text)
  if (basename(path) === 'gv.js') await chmod(temporary, 0o755)
  if (timeMs !== undefined) await utimes(temporary, timeMs / 1000, timeMs / 1000)
  await rename(temporary, path)
}

/**
 * The chunks of the build before this one stay, for processes that still run from it.
 * @param {string} dist @param {ReadonlySet<string>} kept
 */
async function removeOldChunks(dist, kept) {
  const others = new Set(['files.json', 'meta.json', 'package.json', 'stamp'])
  for (const name of await readdir(dist)) {
    if (!kept.has(name) && !others.has(name)) await rm(join(dist, name), { force: true, recursive: true })
  }
}

/** @param {string} dist @returns {Promise<string[]>} */
async function readNames(dist) {
  try {
    return JSON.parse(await readFile(join(dist, 'files.json'), 'utf8'))
  } catch {
    return []
  }
}

await runAsProgram(import.meta.url, () =>
  bundle(projectRoot, join(projectRoot, 'dist')).catch((error) => {
    // esbuild has shown what is wrong in the sources itself; what it says of its own output it has not.
    if (!Array.isArray(error?.errors) || String(error.message).startsWith('Transform')) throw error
    process.exitCode = 1
  }),
)
