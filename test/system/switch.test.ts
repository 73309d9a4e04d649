import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { switchLink } from '../../src/store/link.ts'
import { temporaryFolder } from '../store/unpacking.ts'
import { makeToolchain, writeTree } from '../support/toolchain-factory.ts'

/** How often the link is switched under its readers. */
const switches = 10_000

/** Reads the link, and runs the Go behind it, until there is a file `stop`; prints what went wrong and how often it looked. */
const reader = `
  n=0
  while [ ! -e stop ]; do
    target=$(readlink go) || echo "readlink failed"
    case $target in */go1.22.5 | */go1.22.6) ;; *) echo "led to $target" ;; esac
    version=$(go/bin/go version 2>&1) || echo "go failed: $version"
    case $version in 'go version go1.22.'[56]' linux/amd64') ;; *) echo "said $version" ;; esac
    n=$((n + 1))
  done
  echo "looked $n times"
`

test('15. of 10,000 switches no reader of the link sees one', async () => {
  const folder = temporaryFolder()
  const link = join(folder, 'go')
  const targets = ['1.22.5', '1.22.6'].map((version) => join(folder, `go${version}`))
  for (const [i, target] of targets.entries()) await writeTree(makeToolchain(`1.22.${5 + i}`), target)
  await switchLink(link, targets[0] ?? '')
  const readers = [startReader(folder), startReader(folder)]
  for (let i = 1; i <= switches; i++) await switchLink(link, targets[i % 2] ?? '')
  writeFileSync(join(folder, 'stop'), '')
  const said = await Promise.all(readers.map(({ said }) => said))
  for (const text of said) expect(text).toMatch(/^looked \d+ times\n$/)
  expect(said.map((text) => Number(/\d+/.exec(text)?.[0])).reduce((a, b) => a + b)).toBeGreaterThan(50)
  expect(readlinkSync(link)).toBe(targets[0])
  expect(readdirSync(folder).sort()).toEqual(['go', 'go1.22.5', 'go1.22.6', 'stop'])
})

function startReader(cwd: string): { said: Promise<string> } {
  const child: ChildProcess = spawn('/bin/sh', ['-c', reader], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  return { said: once(child, 'close').then(() => text) }
}

test('a switch takes away links that killed processes left, and nothing else', async () => {
  const folder = temporaryFolder()
  const link = join(folder, 'go')
  // No process has this number; the other is this very one.
  const [dead, alive] = ['go.4194305.0123456789ab', `go.${process.pid}.0123456789ab`]
  const others = ['go.4194305.0123456789ag', 'go.4194305', 'gofmt.4194305.0123456789ab', 'go.before-gv']
  for (const name of [dead, alive, ...others]) symlinkSync('/nowhere', join(folder, name))
  mkdirSync(join(folder, 'go.4194305.ba9876543210'))
  await switchLink(link, '/somewhere')
  expect(readdirSync(folder).sort()).toEqual(['go', alive, 'go.4194305.ba9876543210', ...others].sort())
  expect(lstatSync(join(folder, alive)).isSymbolicLink()).toBe(true)
})

test('a link is never put in the place of a file or folder', async () => {
  const folder = temporaryFolder()
  for (const [name, make] of [
    ['file', (path: string) => writeFileSync(path, 'x')],
    ['folder', (path: string) => mkdirSync(path)],
  ] as const) {
    make(join(folder, name))
    utimesSync(join(folder, name), 1, 1)
    await expect(switchLink(join(folder, name), '/somewhere')).rejects.toThrow(/cannot switch the link/)
    expect(lstatSync(join(folder, name)).mtimeMs).toBe(1000)
  }
  expect(readdirSync(folder).sort()).toEqual(['file', 'folder'])
})
