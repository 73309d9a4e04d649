// Stands in the entry of the bundle (pack.mjs puts it there): loads the packed files with the bytecode that an earlier
// run left beside them, as Python does with __pycache__: compiling was a third of a quick command's own time.
// Node does this itself from 22.1 on only (module.enableCompileCache).

const { readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs')
const { Script } = require('node:vm')

/** What a cache begins with: the names of the commands whose functions are in it. V8's part is aligned so. */
const headerBytes = 256

/**
 * What the pack exports. V8 refuses bytecode of another V8, of other flags or of a text of another length; the
 * pack has its text's hash in its name.
 * @param {string} name the pack's file name
 */
function openPack(name) {
  const path = `${__dirname}/${name}`
  const cachePath = `${path.slice(0, -3)}-${process.version}-${process.arch}.cache`
  const { commands, code } = readCache(cachePath)
  const text = `(function(exports,require,module,__filename,__dirname){${readFileSync(path, 'utf8')}\n})`
  const script = new Script(text, { filename: path, cachedData: code })
  const known = script.cachedDataRejected === false ? commands : []
  const command = process.argv[2] ?? ''
  if (!known.includes(command) && /^[a-z-]{1,20}$/.test(command))
    process.once('exit', (status) => status === 0 && writeCache(cachePath, [...known, command], script))
  // Under its name other files of the bundle find the pack that is there already.
  const pack = Object.assign(Object.create(module), { id: path, filename: path, exports: {} })
  require.cache[path] = pack
  script.runInThisContext()(pack.exports, require, pack, path, __dirname)
  return pack.exports
}

/** @param {string} path @returns {{commands: string[], code?: Buffer}} */
function readCache(path) {
  try {
    const bytes = readFileSync(path)
    return {
      commands: bytes.toString('latin1', 0, headerBytes).trim().split(' '),
      code: bytes.subarray(headerBytes),
    }
  } catch {
    return { commands: [] }
  }
}

/**
 * Only the owner of the folder leaves something there: not root in passing. A cache that cannot be written is only slower.
 * @param {string} path @param {string[]} commands @param {import('node:vm').Script} script
 */
function writeCache(path, commands, script) {
  const header = commands.join(' ').padEnd(headerBytes)
  const temporary = `${path}.${process.pid}.tmp`
  if (header.length > headerBytes || statSync(__dirname).uid !== process.getuid?.()) return
  try {
    const bytes = Buffer.concat([Buffer.from(header, 'latin1'), script.createCachedData()])
    writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o644, flush: true })
    renameSync(temporary, path)
  } catch {
    rmSync(temporary, { force: true })
  }
}

// The entry calls it by its name; this is for the tools that read this file alone.
exports.openPack = openPack
