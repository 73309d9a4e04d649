import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { findInSystem } from '../support/shells.ts'
import { type Clone, gvSource, makeClone, rewrite } from './clone.ts'

interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the launcher by one of its names. */
function run(clone: Clone, args: string[], { file = clone.launcher, cwd = clone.cwd, env = {} } = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env: { ...clone.env, ...env } }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

const prepared = 'gv: preparing itself (once) …\n'

describe('scripts/gv in a fresh clone', () => {
  test('makes itself ready once, says so in one line, and runs', async () => {
    const clone = await makeClone()
    expect(await run(clone, ['list', 'a b', ''])).toEqual({ status: 0, stdout: 'gv 1 list a b \n', stderr: prepared })
    expect(await run(clone, ['list'])).toEqual({ status: 0, stdout: 'gv 1 list\n', stderr: '' })
    expect(await clone.npmCalls()).toHaveLength(1)
  })

  test('is made ready once by many at once', async () => {
    const clone = await makeClone('sleep 0.3')
    const runs = await Promise.all(Array.from({ length: 6 }, () => run(clone, ['x'])))
    expect(runs.map(({ status, stdout }) => [status, stdout])).toEqual(Array(6).fill([0, 'gv 1 x\n']))
    expect(await clone.npmCalls()).toHaveLength(1)
    expect(runs.filter(({ stderr }) => stderr === prepared)).toHaveLength(1)
  })

  test('says what failed and where all of it lies, and is well again when that is mended', async () => {
    const clone = await makeClone('if [ -e "$HOME/broken" ]; then echo "npm error no network" >&2; exit 1; fi')
    await clone.write('home/broken', '')
    const { status, stdout, stderr } = await run(clone, ['x'])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('gv: cannot prepare itself: "npm ci" failed (exit status 1)')
    expect(stderr).toContain('  npm error no network\n')
    expect(stderr).toContain(`hint: all of it is in ${clone.clone}/prepare.log`)
    await rm(clone.path('home/broken'))
    expect(await run(clone, ['x'])).toEqual({ status: 0, stdout: 'gv 1 x\n', stderr: prepared })
  })

  test('is well after a kill -9, once the npm that lives on has ended', async () => {
    const clone = await makeClone('if [ ! -e "$HOME/second" ]; then : >"$HOME/second"; sleep 1.5; fi')
    const first = spawn(clone.launcher, ['x'], { cwd: clone.cwd, env: clone.env, stdio: 'ignore', detached: true })
    while ((await clone.npmCalls()).length === 0) await sleep(20)
    // The holder's number is in the lock once npm is known there.
    const holder = join(clone.clone, '.build.lock/holder')
    while ((await readFile(holder, 'utf8')).trim().split(' ').length < 3) await sleep(10)
    const [, prepare = ''] = (await readFile(holder, 'utf8')).split(' ')
    process.kill(first.pid ?? 0, 'SIGKILL')
    process.kill(Number(prepare), 'SIGKILL')
    const next = await run(clone, ['x'])
    expect(next.status).toBe(0)
    expect(next.stdout).toBe('gv 1 x\n')
    expect(await run(clone, ['y'])).toEqual({ status: 0, stdout: 'gv 1 y\n', stderr: '' })
  })

  test('ends as interrupted and leaves no lock', async () => {
    const clone = await makeClone('exec sleep 20')
    const child = spawn(clone.launcher, ['x'], { cwd: clone.cwd, env: clone.env, stdio: 'ignore', detached: true })
    while ((await clone.npmCalls()).length === 0) await sleep(20)
    await sleep(200)
    process.kill(-(child.pid ?? 0), 'SIGINT')
    const [status, signal] = await once(child, 'close')
    expect(signal ?? status).toSatisfy((end) => end === 'SIGINT' || end === 130)
    expect((await clone.list('my projects/gv')).filter((name) => name.startsWith('.build'))).toEqual([])
  })
})

describe('scripts/gv in a clone that is built', () => {
  test('builds anew for an edit, a new file, a removed file; installs for a new lock file', async () => {
    const clone = await makeClone()
    await run(clone, [])
    await rewrite(join(clone.clone, 'src/gv.ts'), gvSource('2'))
    expect(await run(clone, [])).toEqual({ status: 0, stdout: 'gv 2\n', stderr: prepared })
    await clone.write('my projects/gv/src/store/archive/new.ts', '')
    expect((await run(clone, [])).stderr).toBe(prepared)
    await rm(join(clone.clone, 'src/store/archive/new.ts'))
    expect((await run(clone, [])).stderr).toBe(prepared)
    expect(await clone.npmCalls()).toHaveLength(1)
    const lock = join(clone.clone, 'package-lock.json')
    await rewrite(lock, (await readFile(lock, 'utf8')).replace(/"version": "2/, '"version": "3'))
    expect((await run(clone, [])).stderr).toBe(prepared)
    expect(await clone.npmCalls()).toHaveLength(2)
    expect((await run(clone, [])).stderr).toBe('')
  })

  test('with packages linked from another clone leaves those alone', async () => {
    const clone = await makeClone()
    await clone.write('other/node_modules/precious', 'x')
    await symlink(clone.path('other/node_modules'), join(clone.clone, 'node_modules'))
    expect((await run(clone, [])).stderr).toBe(prepared)
    expect(await clone.list('other/node_modules')).toEqual(['precious'])
  })

  test('does not build at every start when a clock was wrong', async () => {
    const clone = await makeClone()
    const future = new Date(Date.now() + 86_400_000)
    for (const name of ['src/gv.ts', 'package-lock.json']) await utimes(join(clone.clone, name), future, future)
    expect((await run(clone, [])).stderr).toBe(prepared)
    expect((await run(clone, [])).stderr).toBe('')
  })

  test('is found through links, from any folder, by any name', async () => {
    const clone = await makeClone()
    await run(clone, [])
    await symlink(clone.launcher, clone.path('bin/gv'))
    await symlink('bin/gv', clone.path('short'))
    await symlink(join(clone.clone, 'scripts'), clone.path('tools'))
    await mkdir(clone.path('elsewhere/deep'), { recursive: true })
    await symlink(clone.path('elsewhere/deep'), clone.path('home/jump'))
    const ok = { status: 0, stdout: 'gv 1 x\n', stderr: '' }
    for (const file of ['bin/gv', 'short', 'tools/gv', 'elsewhere/../tools/gv', 'home/jump/../../tools/gv']) {
      expect(await run(clone, ['x'], { file: `${clone.root}/${file}` }), file).toEqual(ok)
    }
    const inside = { cwd: join(clone.clone, 'scripts') }
    expect(await run(clone, ['x'], { file: './gv', ...inside })).toEqual(ok)
    expect(await run(clone, ['x'], { file: '../scripts/gv', ...inside })).toEqual(ok)
    expect(await run(clone, ['x'], { file: 'scripts/gv', cwd: clone.clone })).toEqual(ok)
    for (const shell of ['dash', 'bash', 'busybox'].flatMap((name) => findInSystem(name) ?? [])) {
      const words = [...(shell.endsWith('busybox') ? ['ash'] : []), 'gv', 'x']
      expect(await run(clone, words, { file: shell, ...inside }), shell).toEqual(ok)
    }
  })

  test('needs the packages no more', async () => {
    const clone = await makeClone()
    await run(clone, [])
    await rm(join(clone.clone, 'node_modules'), { recursive: true })
    expect(await run(clone, ['x'])).toEqual({ status: 0, stdout: 'gv 1 x\n', stderr: '' })
  })

  test.skipIf(!findInSystem('strace'))('starts nothing but node', async () => {
    const clone = await makeClone()
    await run(clone, [])
    const args = ['-qq', '-e', 'trace=process', '-o', clone.path('trace'), clone.launcher]
    await run(clone, args, { file: findInSystem('strace') ?? '' })
    const calls = await readFile(clone.path('trace'), 'utf8')
    const ofTheShell = calls.slice(0, calls.lastIndexOf('execve('))
    expect(ofTheShell).not.toMatch(/^(clone|fork|vfork)/m)
  })
})

describe('scripts/gv and the user', () => {
  test('without node says what to install', async () => {
    const clone = await makeClone()
    await run(clone, [])
    const { status, stderr } = await run(clone, [], { env: { PATH: clone.path('tmp') } })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^gv: there is no node in PATH.*\nhint: install Node 20\.19 .*\n$/)
  })

  test('with an old node says so, also when all is built', async () => {
    const clone = await makeClone()
    await clone.write('old/node', '#!/bin/sh\necho 18.20.4\n', 0o755)
    const old = { env: { PATH: `${clone.path('old')}:/usr/bin:/bin` } }
    const fresh = await run(clone, [], old)
    expect(fresh.status).toBe(1)
    expect(fresh.stderr).toMatch(/^gv: this is Node 18\.20\.4 \(.*old\/node\): gv needs Node 20\.19 or newer\nhint: /)
    await run(clone, [])
    // The built program looks itself; here it is made to believe that Node is an old one.
    const pretend = await clone.write(
      'pretend.cjs',
      "Object.defineProperty(process, 'versions', { value: { node: '20.18.3' } })",
    )
    const built = await run(clone, [], { env: { NODE_OPTIONS: `--require=${pretend}` } })
    expect(built.status).toBe(1)
    expect(built.stderr).toMatch(/^gv: this is Node 20\.18\.3: gv needs Node 20\.19 or newer\nhint: .*\n$/)
  })

  test("settings of npm and Node that are none of the build's business do not reach npm; the registry does", async () => {
    const clone = await makeClone()
    const env = {
      NODE_ENV: 'production',
      NODE_OPTIONS: '--max-old-space-size=512 --no-warnings',
      npm_config_global: 'true',
      npm_config_registry: 'https://registry.example/',
    }
    await run(clone, [], { env })
    expect(await clone.npmCalls()).toEqual([
      expect.stringMatching(
        /^\|--max-old-space-size=512\|\|https:\/\/registry\.example\/\|ci --include=dev .*--ignore-scripts/,
      ),
    ])
  })
})
