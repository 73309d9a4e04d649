import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fastFolder } from '../support/fast-folder.ts'
import { asShSees, plantCase } from '../support/plant-case.ts'
import { anyCase, type Case } from '../support/project-cases.ts'
import { findShells } from '../support/shells.ts'
import { counterexamples, nulCases } from './counterexamples.ts'
import { answerOfNode } from './node-answer.ts'
import { type Run, runResolver, type ShAnswer } from './run-resolver.ts'

/** How many trees are made; each is resolved by Node and by every shell. */
const count = Number(process.env.GV_TEST_CASES ?? 1500)
const seed = Number(process.env.GV_TEST_SEED ?? 20240627)

const shells = findShells().filter(({ family, name }) => family === 'posix' && name !== 'sh')

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(fastFolder(), 'gv-diff-')))
})
afterAll(() => process.env.GV_TEST_KEEP || rmSync(folder, { recursive: true, force: true }))

/** Cases on the disk, with Node's answers; paths in them begin with `@`. */
interface Planted {
  readonly cases: readonly Case[]
  readonly roots: readonly string[]
  readonly runs: readonly Run[]
  readonly nodeAnswers: readonly ShAnswer[]
}

describe('the sh resolver may decline, never differ', () => {
  let planted: Planted
  beforeAll(() => {
    planted = plant('random', fc.sample(anyCase, { numRuns: count, seed }))
  })

  test.each(shells)('in $name, for any tree', (shell) => {
    const kinds = expectAgreement(planted, runResolver(shell, planted.runs, folder))
    if (process.env.GV_TEST_CASES) console.log(shell.name, kinds)
    // Declining is always right, and of no use: many cases have to be answered, of each kind some.
    expect(kinds.found).toBeGreaterThan(count / 10)
    expect(kinds.missing).toBeGreaterThan(count / 100)
    expect(kinds.nothing).toBeGreaterThan(count / 100)
  })

  test.each(shells)('in $name, where they once differed', (shell) => {
    const once = plant(`once-${shell.name}`, counterexamples)
    expectAgreement(once, runResolver(shell, once.runs, folder))
  })

  test.each(shells)('in $name, a NUL in a pin is seen', (shell) => {
    const { runs } = plant(`nul-${shell.name}`, nulCases)
    expect(runResolver(shell, runs, folder)).toEqual(nulCases.map(() => ({ kind: 'declined' })))
  })

  test.each(shells)('in $name without /proc, a pin counts without its NULs, and only so', (shell) => {
    const { runs } = plant(`proc-${shell.name}`, nulCases)
    const answers = runResolver(shell, runs, folder, (text) => text.replaceAll('/proc/self/fdinfo', '/nonexistent'))
    const { nodeAnswers } = plant(`clean-${shell.name}`, nulCases.map(withoutNul))
    answers.forEach((answer, i) => {
      if (answer.kind !== 'declined') expect(shownFrom(runs[i], answer)).toEqual(nodeAnswers[i])
    })
  })
})

function plant(name: string, cases: readonly Case[]): Planted {
  const roots = cases.map((_, i) => join(folder, name, 'sh', String(i)))
  const runs = cases.map((one, i): Run => {
    const root = roots[i] ?? ''
    return { root, cwd: join(root, one.cwd), env: plantCase(root, one), plus: one.plus }
  })
  const nodeAnswers = cases.map((one, i) => {
    const root = join(folder, name, 'ts', String(i))
    return shownFrom({ root }, answerOfNode(root, asShSees(one)))
  })
  return { cases, roots, runs, nodeAnswers }
}

function expectAgreement({ cases, runs, nodeAnswers }: Planted, answers: readonly ShAnswer[]) {
  const kinds = { declined: 0, nothing: 0, missing: 0, found: 0 }
  cases.forEach((one, i) => {
    const answer = answers[i] ?? { kind: 'declined' }
    kinds[answer.kind]++
    if (answer.kind === 'declined') return
    expect(shownFrom(runs[i], answer), describeCase(one, i)).toEqual(nodeAnswers[i])
  })
  return kinds
}

function shownFrom(run: Pick<Run, 'root'> | undefined, answer: ShAnswer): ShAnswer {
  return JSON.parse(JSON.stringify(answer).replaceAll(run?.root ?? '', '@'))
}

function withoutNul(one: Case): Case {
  const files = Object.entries(one.files).map(([name, entry]): [string, Case['files'][string]] => [
    name,
    Buffer.isBuffer(entry) ? Buffer.from(entry.toString('latin1').replaceAll('\0', ''), 'latin1') : entry,
  ])
  return { ...one, files: Object.fromEntries(files) }
}

function describeCase(one: Case, i: number): string {
  const files = Object.entries(one.files).map(([name, entry]) => `${name}: ${show(entry)}`)
  const doubts = JSON.stringify(one.doubts)
  return `case ${i}: cwd ${one.cwd}, env ${JSON.stringify(one.env)}, plus ${one.plus}, doubts ${doubts}\n${files.join('\n')}\n`
}

function show(entry: Case['files'][string]): string {
  return Buffer.isBuffer(entry) ? JSON.stringify(entry.toString('latin1')) : JSON.stringify(entry)
}
