import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { setStage } from './stage.ts'

const run = promisify(execFile)

test('the shims run the Go that the project asks for, and install it when it is missing', async () => {
  const stage = await setStage('a mirror')
  for (const version of ['1.22.4', '1.22.5', '1.23.1']) stage.server.site.publish(makeToolchain(version))
  expect(await stage.gv(['install', '1.22.4'])).toMatchObject({ status: 0 })
  expect(await stage.gv(['reshim'])).toMatchObject({ status: 0 })
  expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0 })
  await stage.write('project/.tool-versions', 'golang 1.22\n')
  const cwd = stage.path('project')
  const env = { ...stage.env, PATH: `${stage.store}/shims:${stage.env.PATH}` }
  const go = (...args: string[]) => run(`${stage.store}/shims/go`, args, { cwd, env })
  expect((await go('version')).stdout).toContain('go1.22.5')
  expect((await go('+1.22.4', 'version')).stdout).toContain('go1.22.4')
  expect((await run(`${stage.store}/shims/go1.22.4`, ['version'], { cwd, env })).stdout).toContain('go1.22.4')
  await stage.write('project/.tool-versions', 'golang 1.23.1\n')
  const installed = await go('version')
  expect(installed.stdout).toContain('go1.23.1')
  expect(installed.stderr).toMatch(/^gv: installing go1\.23\.1: \S+\/\.tool-versions:1 asks for it$/m)
  expect(await stage.gv(['uninstall', '1.22.4'])).toMatchObject({ status: 0 })
  expect(await stage.list('store/shims')).not.toContain('go1.22.4')
})

test('gv env gives the version to any shell', async () => {
  const stage = await setStage('a mirror')
  stage.server.site.publish(makeToolchain('1.22.5'))
  expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0 })
  const { stdout } = await stage.gv(['env', '1.22.5'])
  const { stdout: version } = await run('/bin/sh', ['-c', `${stdout}\ngo version; echo "$GOROOT"`], { env: stage.env })
  expect(version).toContain('go1.22.5')
  expect(version).toContain(`${stage.store}/versions/go1.22.5\n`)
  const environment = await stage.write('environment', '')
  const path = await stage.write('path', '')
  const github = { env: { GITHUB_ENV: environment, GITHUB_PATH: path } }
  expect(await stage.gv(['env', '1.22.5', '--github'], github)).toMatchObject({ status: 0 })
  expect((await run('cat', [environment, path])).stdout).toBe(
    `GOROOT=${stage.store}/versions/go1.22.5\n${stage.store}/versions/go1.22.5/bin\n`,
  )
  expect(await stage.gv(['env', '--shell', 'tcsh'])).toMatchObject({ status: 2 })
})
