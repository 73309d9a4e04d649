import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { realTarball, realToolchain } from '../real-toolchain.ts'
import { makeSandbox } from '../sandbox.ts'

test('the real release runs from its tarball, and go takes the module from the folder', async ({ skip }) => {
  const real = await realToolchain()
  if ('unavailable' in real) return skip(real.unavailable)
  const { root, home, path } = await makeSandbox()
  execFileSync('tar', ['-xzf', await realTarball(real), '-C', root])
  const env = { HOME: home, PATH: '/usr/bin:/bin', GOTOOLCHAIN: 'local', GOENV: 'off' }
  const go = (args: string[], more = {}) =>
    execFileSync(path('go/bin/go'), args, { env: { ...env, ...more }, cwd: root, encoding: 'utf8' })
  expect(go(['version'])).toMatch(/^go version go1\.22\.5 /)
  const module = `golang.org/toolchain@${real.moduleVersion}`
  const proxy = { GOPROXY: real.goproxy, GOSUMDB: 'off', GOFLAGS: '-modcacherw', GOMODCACHE: path('mod') }
  expect(go(['mod', 'download', '-json', module], proxy)).toContain(real.h1)
})
