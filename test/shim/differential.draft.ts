// Not run yet: it finds the cases in which sh still differs (a NUL in a pin). Issue 4 makes it a .test.ts.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/configuration.ts'
import { GvError } from '../../src/errors.ts'
import type { Resolution } from '../../src/project/resolution.ts'
import { resolveGo } from '../../src/project/resolve.ts'
import { surroundingsOf } from '../../src/project/surroundings.ts'
import { fastFolder } from '../support/fast-folder.ts'
import { findShells } from '../support/shells.ts'
import { anyCase, type Case } from './cases.ts'
import { headOfModule, plantCase } from './plant.ts'
import { type Run, runResolver, type ShAnswer } from './run-resolver.ts'

/** Each is resolved by Node and by every shell; enough that a rule left out of either is noticed. */
const count = Number(process.env.GV_TEST_CASES ?? 1500)

const shells = findShells().filter(({ family, name }) => family === 'posix' && name !== 'sh')

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(fastFolder(), 'gv-diff-')))
})
afterAll(() => process.env.GV_TEST_KEEP || rmSync(folder, { recursive: true, force: true }))

describe('the sh resolver may decline, never differ', () => {
  it.each(shells)('$name', (shell) => {
    const seed = Number(process.env.GV_TEST_SEED ?? 20240627)
    const cases = fc.sample(anyCase, { numRuns: count, seed })
    const root = mkdtempSync(join(folder, 'run-'))
    const runs = cases.map((one, i) => plantForSh(join(root, 'sh', String(i)), one))
    const answers = runResolver(shell, runs, root)
    const kinds = { declined: 0, nothing: 0, missing: 0, found: 0 }
    cases.forEach((one, i) => {
      const answer = answers[i] ?? { kind: 'declined' }
      kinds[answer.kind]++
      if (answer.kind === 'declined') return
      const node = resolveWithNode(join(root, 'ts', String(i)), one)
      expect(relativeTo(join(root, 'sh', String(i)), answer), describeCase(one, i)).toEqual(
        relativeTo(join(root, 'ts', String(i)), node),
      )
    })
    if (!process.env.GV_TEST_KEEP) rmSync(root, { recursive: true, force: true })
    if (process.env.GV_TEST_CASES) console.log(shell.name, kinds)
    // Declining is always right, and of no use: most cases have to be answered.
    expect(kinds.found).toBeGreaterThan(count / 5)
    expect(kinds.missing).toBeGreaterThan(count / 50)
    expect(kinds.nothing).toBeGreaterThan(count / 50)
  })
})

function plantForSh(root: string, one: Case): Run {
  const env = plantCase(root, one, (_, entry) => entry)
  return { cwd: join(root, one.cwd), env, plus: one.plus }
}

function resolveWithNode(root: string, one: Case): ShAnswer {
  const env = plantCase(root, one, (name, entry) =>
    /go\.(mod|work)$/.test(name) && Buffer.isBuffer(entry) ? headOfModule(entry) : entry,
  )
  const cwd = join(root, one.cwd)
  const context = {
    env: { ...env, PWD: cwd, PATH: '' },
    cwd: realpathSync(cwd),
    home: env.HOME ?? '',
    host: { os: 'linux', arch: 'amd64' },
    stdout: silent,
    stderr: silent,
    now: () => new Date(0),
    signal: new AbortController().signal,
  }
  try {
    const { gomod, trustSharedFiles } = readConfiguration(context)
    return answerOf(resolveGo(surroundingsOf(context, { asked: one.plus, gomod, trustsSharedFiles: trustSharedFiles })))
  } catch (error) {
    if (error instanceof GvError) return { kind: 'declined' }
    throw error
  }
}

const silent = { write: () => {}, isTTY: false, columns: 80 }

function answerOf({ source, spec, goroot, installed }: Resolution): ShAnswer {
  if (['default', 'system', 'none'].includes(source.kind)) return { kind: 'nothing' }
  const place = { file: source.file ?? '', line: String(source.line ?? '') }
  if (installed && goroot !== null) return { kind: 'found', goroot, ...place }
  return { kind: 'missing', spec: (spec ?? '').replace(/^go/, '').replace(/\.x$/, ''), ...place }
}

function relativeTo(root: string, answer: ShAnswer): ShAnswer {
  return JSON.parse(JSON.stringify(answer).replaceAll(root, '@'))
}

function describeCase(one: Case, i: number): string {
  const files = Object.entries(one.files).map(([name, entry]) => `${name}: ${show(entry)}`)
  return `case ${i}: cwd ${one.cwd}, env ${JSON.stringify(one.env)}, plus ${one.plus}\n${files.join('\n')}\n`
}

function show(entry: Case['files'][string]): string {
  return Buffer.isBuffer(entry) ? JSON.stringify(entry.toString('latin1')) : JSON.stringify(entry)
}
