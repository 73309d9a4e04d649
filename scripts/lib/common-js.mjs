// Turns the bundle's ES modules into CommonJS files that start faster.
import { createRequire } from 'node:module'
import { build, transform } from 'esbuild'

/**
 * The same file as CommonJS, which Node loads without its machinery for ES modules: that costs 8 ms at each start, and
 * more for each chunk. esbuild itself splits ES modules only. Files read so have no `import.meta`.
 * @param {string} text
 */
export async function asCommonJs(text) {
  const transformed = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    define: { 'import.meta.url': '__moduleUrl' },
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
  })
  // Chunks have the exports of the ES modules that they were: nothing has to be made up for them.
  const code = transformed.code
    .replace(/__toESM\((require\("\.\/[^"]+"\))\)/g, '$1')
    .replace(
      /\(0,import_[\w$]+\.createRequire\)\(__moduleUrl\)\("([^"]+)"\)/g,
      (_, name) => ` require("./${lateFile(name)}")`,
    )
  return withModuleUrl(withLateBuiltins(code))
}

/**
 * What sources require when it is needed, `createRequire(import.meta.url)('NAME')`, and the files of them in the bundle:
 * packages that quick commands seldom need, and then at once.
 */
export const latePackages = ['semver/classes/range.js', 'smol-toml']

/** @param {string} name */
function lateFile(name) {
  if (!latePackages.includes(name)) throw new Error(`${name} is required late, but has no file in the bundle`)
  return `${name.replace(/\.js$/, '').replaceAll('/', '-')}.js`
}

/** @param {string} name one of latePackages @returns {Promise<{name: string, text: string}>} */
export async function latePackage(name) {
  const { outputFiles } = await build({
    entryPoints: [createRequire(import.meta.url).resolve(name)],
    bundle: true,
    write: false,
    minify: true,
    format: 'cjs',
    platform: 'node',
  })
  return { name: lateFile(name), text: outputFiles[0]?.text ?? '' }
}

/** Modules of Node's own that take it milliseconds to load, and that most files need for some of their functions only. */
const slowBuiltins = [
  'crypto',
  'zlib',
  'worker_threads',
  'child_process',
  'fs/promises',
  'stream',
  'readline/promises',
  'timers/promises',
  'os',
  'module',
]

/**
 * Loads slow modules of Node's own when something in them is first used, which an ES module cannot say.
 * @param {string} code as esbuild writes CommonJS: `var import_node_crypto=require("node:crypto");`
 */
function withLateBuiltins(code) {
  const heads = new RegExp(`var (import_[\\w$]+)=require\\("node:(?:${slowBuiltins.join('|')})"\\);`, 'g')
  let late = code
  for (const [statement, name = ''] of code.matchAll(heads)) {
    // `new x().Worker()` would mean something else.
    if (code.includes(`new ${name}.`)) continue
    const head = statement.replace('=require', `_late,${name}=()=>${name}_late??=require`)
    late = late.replaceAll(`${name}.`, `${name}().`).replace(statement, head)
  }
  return late
}

/** @param {string} code */
function withModuleUrl(code) {
  const url = code.includes('__moduleUrl')
    ? "const __moduleUrl=require('node:url').pathToFileURL(__filename).href;\n"
    : ''
  const afterShebang = code.startsWith('#!') ? code.indexOf('\n') + 1 : 0
  return code.slice(0, afterShebang) + url + code.slice(afterShebang)
}
