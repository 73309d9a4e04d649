import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { findShells } from '../support/shells.ts'
import { makeShimmedStore, type ShimmedStore } from './shimmed-store.ts'

const shells = findShells().filter(({ family }) => family === 'posix')

let store: ShimmedStore
beforeEach(async () => {
  store = await makeShimmedStore(['1.22.5', '1.21.3'])
  await store.write('p/go.mod', 'module m\n\ngo 1.22.5\n')
})

describe.each([undefined, ...shells])('in $name, the shim', (shell) => {
  const inShell = shell ? { shell } : {}

  test('hands words, status, PATH and GOROOT on, and nothing of its own', async () => {
    const env = { PATH: `${store.shims}:${store.env.PATH}`, GO_STATUS: '7' }
    const result = await store.shim(['test', './...', '-run', 'a b'], { cwd: 'p', env, ...inShell })
    const goroot = `${store.store}/versions/go1.22.5`
    expect(result).toMatchObject({ status: 7, stderr: '' })
    expect(result.stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'go1.22.5',
        `GOROOT=${goroot}`,
        `PATH=${goroot}/bin:${store.shims}:${store.env.PATH}`,
        '[a b]',
      ]),
    )
  })

  test('is not misled by CDPATH, IFS, ENV and BASH_ENV', async () => {
    const trap = await store.write('trap/rc', `printf evil; : >"${store.path('HACKED')}"\n`)
    await mkdir(store.path('trap/versions'), { recursive: true })
    const env = { CDPATH: store.path('trap'), IFS: '/.1o', ENV: trap, BASH_ENV: trap, POSIXLY_CORRECT: '1' }
    await symlink('versions/go1.21.3', `${store.store}/current`)
    for (const [cwd, version] of [
      ['p', '1.22.5'],
      ['cwd', '1.21.3'],
    ] as const) {
      const result = await store.shim(['version'], { cwd, env, ...inShell })
      expect(result).toMatchObject({ status: 0, stderr: '' })
      expect(result.stdout).toContain(`go${version}\n`)
    }
    // bash and zsh read BASH_ENV and ENV as they start, before the shim's first line; dash and sh do not.
    if (!shell || shell.name === 'dash') expect(await store.list()).not.toContain('HACKED')
  })

  test('leaves OLDPWD as it was', async () => {
    await symlink('versions/go1.21.3', `${store.store}/current`)
    for (const cwd of ['p', 'cwd']) {
      const set = await store.shim([], { cwd, env: { OLDPWD: '/usr' }, ...inShell })
      // zsh sets it itself when it starts.
      const before = shell?.name === 'zsh' ? store.path(cwd) : '/usr'
      expect(set.stdout).toContain(`OLDPWD=${before}\n`)
    }
  })

  test('runs no program of PATH on the way', async () => {
    for (const name of ['cat', 'dirname', 'readlink', 'test', 'sed', 'gv', 'uname', 'basename', 'env', 'head'])
      await store.write(`trap/${name}`, `#!/bin/sh\n: >"${store.path('HACKED')}"\n`, 0o755)
    const env = { PATH: `${store.path('trap')}:${store.env.PATH}` }
    expect((await store.shim([], { cwd: 'p', env, ...inShell })).stdout).toContain('go1.22.5\n')
    await symlink('versions/go1.21.3', `${store.store}/current`)
    expect((await store.shim([], { env, ...inShell })).stdout).toContain('go1.21.3\n')
    expect(await store.list()).not.toContain('HACKED')
  })

  test('never finds itself', async () => {
    const second = store.path('second')
    await cp(store.store, second, { recursive: true, verbatimSymlinks: true })
    await rm(`${second}/versions`, { recursive: true })
    expect(await store.gv(['reshim'], { env: { GV_ROOT: second } })).toMatchObject({ status: 0 })
    await symlink(store.shims, store.path('linked'))
    await mkdir(store.path('copied'))
    await symlink(`${store.shims}/go`, store.path('copied/go'))
    const folders = [
      store.shims,
      `${second}/shims`,
      store.path('linked'),
      store.path('copied'),
      `${store.shims}/.`,
      store.bin,
    ]
    for (const PATH of [
      store.shims,
      folders.join(':'),
      [...folders].reverse().join(':'),
      `${folders.join(':')}:/usr/bin:/bin`,
    ]) {
      const env = { PATH, GV_SYSTEM_LINK: '/nonexistent', GV_OFFLINE: '1' }
      const result = await store.shim(['version'], { env, ...inShell })
      expect(result, PATH).toMatchObject({ status: 127, stdout: '' })
      expect(result.stderr).toMatch(/^gv: there is no Go to run: /)
      expect(result.elapsedMs).toBeLessThan(10_000)
    }
  })

  test('takes the other Go of PATH where nobody asks for one', async () => {
    await store.write('other/go', `#!/bin/sh\necho "other, GOROOT=\${GOROOT-unset}"\n`, 0o755)
    const env = {
      PATH: `${store.shims}:${store.path('other')}:/usr/bin:/bin`,
      GV_SYSTEM_LINK: '/nonexistent',
      GOROOT: '/x',
    }
    const result = await store.shim(['version'], { env, ...inShell })
    expect(result).toEqual(expect.objectContaining({ status: 0, stdout: 'other, GOROOT=unset\n', stderr: '' }))
  })

  test('comes to an end where another manager hands back to it', async () => {
    await store.write('wrapper/go', `#!/bin/sh\nexec go "$@"\n`, 0o755)
    const env = {
      PATH: `${store.shims}:${store.path('wrapper')}:/usr/bin:/bin`,
      GV_SYSTEM_LINK: '/nonexistent',
      GV_OFFLINE: '1',
    }
    const result = await store.shim(['version'], { env, ...inShell })
    expect(result.status).toBe(127)
    expect(result.elapsedMs).toBeLessThan(20_000)
  })
})

describe('without what it was set up with, the shim', () => {
  const missing = { env: { GV_VERSION: '1.99' } }

  test('still runs what is installed, and says so where Node is gone', async () => {
    const launcher = `${store.store}/bin/gv`
    const text = await readFile(launcher, 'utf8')
    await store.write('store/bin/gv', text.replaceAll(process.execPath, '/gone/node'), 0o755)
    const env = { PATH: '/nonexistent' }
    expect((await store.shim(['version'], { cwd: 'p', env })).stdout).toContain('go1.22.5\n')
    const result = await store.shim(['version'], { env: { ...missing.env, ...env } })
    expect(result).toMatchObject({ status: 127, stdout: '' })
    expect(result.stderr).toMatch(/^gv: gv cannot be started: its Node .* is gone\nhint: install Node /)
  })

  test('another Node of PATH does', async () => {
    const text = await readFile(`${store.store}/bin/gv`, 'utf8')
    await store.write('store/bin/gv', text.replaceAll(process.execPath, '/gone/node'), 0o755)
    const result = await store.shim(['version'], { env: { ...missing.env, GV_OFFLINE: '1' } })
    expect(result).toMatchObject({ status: 127, stdout: '' })
    expect(result.stderr).toMatch(/^gv: Go 1\.99 is not installed/)
  })

  test('says where gv itself is missing', async () => {
    await rm(`${store.store}/bin/gv`)
    const result = await store.shim(['version'], missing)
    expect(result).toEqual(
      expect.objectContaining({
        status: 127,
        stdout: '',
        stderr: `gv: go cannot be run: there is no gv in ${store.store}\nhint: gv setup\n`,
      }),
    )
  })

  test('says what a damaged toolchain lacks', async () => {
    await rm(`${store.store}/versions/go1.22.5/bin/gofmt`)
    const result = await store.shim(['-l', '.'], { cwd: 'p', name: 'gofmt' })
    expect(result).toMatchObject({ status: 127, stdout: '' })
    expect(result.stderr).toMatch(
      /^gv: \S+\/versions\/go1\.22\.5\/bin\/gofmt is not there\nreason: .*\nhint: gv verify/,
    )
  })
})

describe('GV_ROOT', () => {
  test('names another store for the same shim', async () => {
    const other = store.path('other-store')
    await mkdir(`${other}/versions`, { recursive: true })
    execFileSync('cp', ['-r', `${store.store}/versions/go1.22.5`, `${other}/versions/`])
    const result = await store.shim([], { cwd: 'p', env: { GV_ROOT: other } })
    expect(result.stdout).toContain(`GOROOT=${other}/versions/go1.22.5\n`)
  })
})
