import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'

// Puts the files that quick commands read into one: each file that Node finds, opens and wraps costs half a millisecond.

/**
 * @param {readonly {name: string, text: string}[]} files CommonJS, that require each other as `./NAME`
 * @param {ReadonlySet<string>} packed the names of those that go into the pack
 * @param {string} entry the one that starts it all; it stays a file of its own
 * @returns {{name: string, text: string}[]} the files as they are written; for each packed one a line that leads into the pack
 */
export function packFiles(files, packed, entry) {
  const inside = files.filter(({ name }) => packed.has(name) && name !== entry)
  const modules = inside.map(({ name, text }) => `${JSON.stringify(`./${name}`)}(exports,require,module){${text}\n}`)
  const text = `${loader}exports.load=load;const files={${modules.join(',\n')}};\n`
  const packName = `start-${createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase()}.js`
  const outside = files.map(({ name, text }) => {
    if (name === entry) return { name, text: throughPack(text, packed, packName) }
    return inside.some((file) => file.name === name)
      ? { name, text: `module.exports=require("./${packName}").load("./${name}");\n` }
      : { name, text }
  })
  return [...outside, { name: packName, text }]
}

/** What is not in the pack is required as ever. A module that is still loading gives what it has so far, as in CommonJS. */
const loader = `const loaded=Object.create(null);
function load(name){
const known=loaded[name];
if(known)return known.exports;
const file=files[name];
if(!file)return require(name);
const module=loaded[name]={exports:{}};
file(module.exports,load,module);
return module.exports;
}
`

/**
 * The entry, which opens the pack in its own way.
 * @param {string} text @param {ReadonlySet<string>} packed @param {string} packName
 */
function throughPack(text, packed, packName) {
  const afterShebang = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0
  const calls = text
    .slice(afterShebang)
    .replace(/require\("\.\/([^"]+)"\)/g, (found, name) =>
      packed.has(name) ? `openPack("${packName}").load("./${name}")` : found,
    )
  return text.slice(0, afterShebang) + opener() + calls
}

function opener() {
  const source = readFileSync(new URL('./open-pack.cjs', import.meta.url), 'utf8')
  return transformSync(source, { minifyWhitespace: true, platform: 'node', target: 'node20.19' }).code
}
