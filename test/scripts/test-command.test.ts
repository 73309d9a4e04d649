import { execFile } from 'node:child_process'
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.ts'
import { makeSandbox } from '../support/sandbox.ts'

/** A project with the real test command and tests of its own; runs the command there. */
async function makeProject(tests: Readonly<Record<string, string>>) {
  const sandbox = await makeSandbox()
  for (const name of ['scripts', 'package.json', 'package-lock.json']) {
    await cp(join(projectRoot, name), sandbox.path('cwd', name), { recursive: true })
  }
  await symlink(join(projectRoot, 'node_modules'), sandbox.path('cwd/node_modules'))
  await sandbox.write('cwd/vitest.config.ts', "export default { test: { include: ['test/**/*.test.ts'] } }\n")
  const imports = "import { expect, test } from 'vitest'\n"
  for (const [name, text] of Object.entries(tests)) await sandbox.write(`cwd/test/${name}.test.ts`, imports + text)
  const run = (words: string[], env = {}) =>
    new Promise<{ status: number; lines: string[] }>((resolve) => {
      const where = { cwd: sandbox.cwd, env: { ...sandbox.env, ...env } }
      execFile(sandbox.path('cwd/scripts/test'), words, where, (error, stdout) => {
        resolve({ status: error ? Number(error.code) : 0, lines: stdout.trimEnd().split('\n') })
      })
    })
  return { ...sandbox, run }
}

const passing = "test('a', () => {})\ntest('b', () => {})\n"
const skipping = "test('later', ({ skip }) => skip('there is no moon'))\n"

describe('scripts/test', () => {
  test('ends with the counts of all tests, in a clean environment', async () => {
    const clean =
      "test('c', () => expect([process.env.GOFLAGS, process.env.GV_ROOT, process.env.SSL_CERT_FILE]).toEqual([undefined, undefined, '/ca']))\n"
    const { run } = await makeProject({ passing, clean, skipping })
    const { status, lines } = await run(['tests'], { GOFLAGS: '-x', SSL_CERT_FILE: '/ca' })
    expect(lines.at(-1)).toBe('3 passed, 0 failed, 1 skipped')
    expect(status).toBe(0)
    expect(lines.join('\n')).toContain('skipped: later: there is no moon')
  })

  test('with CI=true takes a skipped test for a failure', async () => {
    const { run } = await makeProject({ passing, skipping })
    const { status, lines } = await run(['tests'], { CI: 'true' })
    expect([status, lines.at(-1)]).toEqual([1, '2 passed, 0 failed, 1 skipped'])
  })

  test.each([
    [
      'a test that fails',
      "test('no', () => expect(1).toBe(2))\n",
      '2 passed, 1 failed, 0 skipped',
      'expected 1 to be 2',
    ],
    ['a file that cannot be loaded', 'throw new Error("no file")\n', '2 passed, 1 failed, 0 skipped', 'no file'],
    [
      'an error that nobody waits for',
      "test('ok', () => { setTimeout(() => { throw new Error('late') }); return new Promise((r) => setTimeout(r, 50)) })\n",
      '3 passed, 1 failed, 0 skipped',
      'late',
    ],
  ])('counts %s', async (_, failing, counts, reason) => {
    const { run } = await makeProject({ passing, failing })
    const { status, lines } = await run(['tests'])
    expect([status, lines.at(-1)]).toEqual([1, counts])
    expect(lines.join('\n')).toContain(reason)
  })

  test('runs only what is named: tests by their files, or a step', async () => {
    const { run } = await makeProject({ passing, failing: "test('no', () => expect(1).toBe(2))\n" })
    expect((await run(['test/passing'])).lines.at(-1)).toBe('2 passed, 0 failed, 0 skipped')
    expect((await run(['test/passing', '-t', 'b'])).lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
    const step = await run(['build'])
    expect(step.status).toBe(1)
    expect(step.lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped')
  })
})
