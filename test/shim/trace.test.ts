import { execFileSync } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { findInSystem } from '../support/shells.ts'
import { makeShimmedStore, type ShimmedStore } from './shimmed-store.ts'

const strace = findTracer()

/** strace, where it may trace. */
function findTracer(): string | undefined {
  const path = findInSystem('strace')
  try {
    if (path) execFileSync(path, ['-o', '/dev/null', '/bin/true'], { stdio: 'ignore' })
    return path
  } catch {
    return undefined
  }
}
if (strace === undefined) console.warn('skipped: there is no strace here that may trace')

/** System calls of the shim, from its own first line to the real program's start. */
async function traceShim(store: ShimmedStore, cwd: string, env: Record<string, string> = {}): Promise<string[]> {
  const log = store.path('trace')
  execFileSync(strace ?? '', ['-f', '-o', log, `${store.shims}/go`, 'version'], {
    cwd: store.path(cwd),
    env: { ...store.env, ...env },
  })
  const calls = (await readFile(log, 'utf8')).split('\n').map((line) => line.replace(/^\d+ +/, ''))
  const starts = calls.flatMap((call, i) => (call.startsWith('execve(') && call.endsWith(' = 0') ? [i] : []))
  expect(starts.length).toBeGreaterThanOrEqual(2)
  expect(calls[starts[1] ?? 0]).toContain(`${store.store}/versions/`)
  return calls.slice(starts[0], starts[1])
}

/** What was opened, but for what belongs to starting any program. */
function opened(calls: readonly string[], store: ShimmedStore): string[] {
  return calls
    .flatMap((call) => /^open(?:at)?\((?:AT_FDCWD, )?"([^"]*)"/.exec(call)?.[1] ?? [])
    .filter((path) => !/^\/(etc|lib|lib64|usr)\//.test(path))
    .map((path) => path.replace(`${store.store}/`, '@/').replace(`${store.root}/`, ''))
}

const forks = /^(?:fork|vfork|clone3?)\(/

describe.skipIf(strace === undefined)('as the kernel sees it, the shim', () => {
  const tree = {
    'mod/go.mod': 'module example.com/m\n\ngo 1.22.5\n\nrequire a v1\n',
    'line/go.mod': 'module example.com/m\n\ngo 1.22\n\ntoolchain go1.22.5\n',
    'work/go.work': 'go 1.22.5\n\nuse ./m\n',
    'home/pin/.tool-versions': 'nodejs 20.1.0\ngolang 1.22.5\n',
    'home/go/.go-version': '1.22.5\n',
  }

  test.each([
    ['mod', ['mod/go.mod']],
    ['mod/a/b/c/d/e', ['mod/go.mod']],
    ['line', ['line/go.mod', '@/lib/resolve-toolchain.sh']],
    ['work/m', ['work/go.work']],
    ['home/pin/a/b', ['home/pin/.tool-versions', '@/lib/resolve-pin.sh', '/proc/self/fdinfo/3']],
    ['home/go', ['home/go/.go-version', '@/lib/resolve-pin.sh', '/proc/self/fdinfo/3']],
  ])('forks nothing in %s, and opens what decides and its own text', async (cwd, files) => {
    const store = await makeShimmedStore(['1.22.5', '1.21.3', '1.22.4'])
    for (const [path, text] of Object.entries(tree)) await store.write(path, text)
    await mkdir(store.path(cwd), { recursive: true })
    const calls = await traceShim(store, cwd)
    expect(calls.filter((call) => forks.test(call))).toEqual([])
    expect(opened(calls, store).sort()).toEqual(['@/shims/go', ...files].sort())
  })

  test('opens no more with a hundred toolchains, and looks at none but the one', async () => {
    const store = await makeShimmedStore(['1.22.5'])
    for (let i = 0; i < 100; i++) await mkdir(`${store.store}/versions/go1.23.${i}/bin`, { recursive: true })
    await store.write('mod/go.mod', tree['mod/go.mod'])
    const calls = await traceShim(store, 'mod')
    expect(opened(calls, store)).toEqual(['@/shims/go', 'mod/go.mod'])
    expect(calls.filter((call) => /versions\/go1\.23/.test(call))).toEqual([])
  })

  test('reads of a long go.mod no more than its beginning', async () => {
    const store = await makeShimmedStore(['1.22.5'])
    const rest = '\texample.com/some/module v1.2.3 // indirect\n'.repeat(2000)
    await store.write('mod/go.mod', `module example.com/m\n\ngo 1.22.5\n\nrequire (\n${rest})\n`)
    const calls = await traceShim(store, 'mod')
    expect(calls.filter((call) => /^read\(0,/.test(call)).length).toBeLessThan(100)
  })

  test('calls no program of PATH, and takes none of its files from there', async () => {
    const store = await makeShimmedStore(['1.22.5'])
    await store.write('mod/go.mod', tree['mod/go.mod'])
    const trap = await store.write('trap/cat', '#!/bin/sh\nexit 1\n', 0o755)
    for (const name of ['test', '[', 'printf', 'cd', 'expr', 'sed', 'resolve.sh', 'dirname'])
      await store.write(`trap/${name}`, '#!/bin/sh\nexit 1\n', 0o755)
    const calls = await traceShim(store, 'mod', { PATH: `${trap.replace('/cat', '')}:${store.env.PATH}` })
    expect(calls.filter((call) => call.includes('/trap/'))).toEqual([])
  })
})
