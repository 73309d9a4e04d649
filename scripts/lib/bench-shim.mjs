// The benchmark of the shim: what `go` through it costs beside an empty dash script, both over calling the program itself.
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { plainEnvironment } from './bench-install.mjs'
import { costOf } from './measure.mjs'
import { projectRoot } from './project.mjs'
import { prepareSpawner } from './spawn-times.mjs'

/** @typedef {{name: string, cwd: string, versions: number}} ShimCase */

/**
 * @param {{folder: string, runs: number, peers: boolean, say: (line: string) => void}} place
 */
export async function benchShim({ folder: parent, runs, peers, say }) {
  const folder = join(parent, 'shim')
  mkdirSync(join(folder, 'home'), { recursive: true })
  const stores = new Map([1, 100].map((versions) => [versions, join(folder, `store-${versions}`)]))
  for (const [versions, store] of stores) await makeStore(store, versions, folder)
  const empty = join(folder, 'empty')
  writeFileSync(empty, '#!/bin/dash\nexec "$real" "$@"\n')
  chmodSync(empty, 0o755)
  const { spawn, isNative } = prepareSpawner(folder)
  say(`\nshim, medians of ${runs} in µs over calling the program itself${isNative ? '' : ' (no C compiler: uneven)'}`)
  const others = peers ? peerShims(say) : []
  say(`  ${''.padEnd(54)}${['direct', 'empty', 'shim', 'ratio', ...others.map(({ name }) => name)].map(cell).join('')}`)
  for (const { name, cwd, versions } of casesIn(folder)) {
    const store = stores.get(versions) ?? ''
    const real = join(store, 'versions/go1.22.5/bin/go')
    const env = { ...plainEnvironment(folder), HOME: join(folder, 'home'), GV_ROOT: store, real }
    const programs = [real, empty, join(store, 'shims/go'), ...others.map(({ program }) => program)]
    const [direct = [], ...rest] = spawn(programs, runs, { cwd, env })
    // Round by round, as the machine is now quick and now slow.
    const over = rest.map((times) => median(times.map((time, round) => time - (direct[round] ?? Number.NaN))))
    const [emptyOver = 0, shimOver = 0, ...othersOver] = over
    const numbers = [median(direct), emptyOver, shimOver].map((time) => time.toFixed(0))
    const ratio = (shimOver / emptyOver).toFixed(2)
    say(`  ${name.padEnd(54)}${[...numbers, ratio, ...othersOver.map((time) => time.toFixed(0))].map(cell).join('')}`)
  }
}

/** @param {string} store @param {number} versions @param {string} folder */
async function makeStore(store, versions, folder) {
  for (let i = 0; i < versions; i++) {
    const bin = join(store, 'versions', i === 0 ? 'go1.22.5' : `go1.${23 + Math.floor(i / 10)}.${i % 10}`, 'bin')
    mkdirSync(bin, { recursive: true })
    copyFileSync('/bin/true', join(bin, 'go'))
  }
  const env = { ...plainEnvironment(folder), GV_ROOT: store }
  await costOf([process.execPath, join(projectRoot, 'dist/gv.js'), 'reshim'], { cwd: folder, env })
}

/** @param {string} folder @returns {ShimCase[]} */
function casesIn(folder) {
  const module = (/** @type {number} */ lines) => {
    const rest = Array.from({ length: lines - 5 }, (_, i) => `\texample.com/some/module${i} v1.2.3 // indirect`)
    return ['module example.com/m', '', 'go 1.22.5', 'require (', ...rest, ')', ''].join('\n')
  }
  const files = new Map([
    ['go.mod of 5 lines', /** @type {const} */ (['go.mod', module(5)])],
    ['go.mod of 2,000 lines', /** @type {const} */ (['go.mod', module(2000)])],
    ['.tool-versions', /** @type {const} */ (['.tool-versions', 'golang 1.22.5\n'])],
  ])
  return [...files].flatMap(([file, [name, text]], i) => {
    const project = join(folder, 'home', `project${i}`)
    mkdirSync(project, { recursive: true })
    writeFileSync(join(project, name), text)
    return [1, 20].flatMap((depth) => {
      const cwd = join(project, ...Array.from({ length: depth }, (_, n) => `d${n}`))
      mkdirSync(cwd, { recursive: true })
      const where = `${depth} ${depth === 1 ? 'folder' : 'folders'} deep`
      return [1, 100].map((versions) => ({ name: `${file}, ${where}, ${versions} installed`, cwd, versions }))
    })
  })
}

/**
 * The shims of other managers that are on this machine; they have to have a Go of their own to run.
 * @param {(line: string) => void} say
 */
function peerShims(say) {
  const known = [
    { name: 'mise', program: join(homedir(), '.local/share/mise/shims/go') },
    { name: 'asdf', program: join(homedir(), '.asdf/shims/go') },
  ]
  for (const { name, program } of known) if (!existsSync(program)) say(`  ${name} has no shim here: ${program}`)
  return known.filter(({ program }) => existsSync(program))
}

/** @param {string} text */
function cell(text) {
  return text.padStart(8)
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}
