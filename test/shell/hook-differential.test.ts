import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerOfNode } from '../shim/node-answer.ts'
import type { ShAnswer } from '../shim/run-resolver.ts'
import { fastFolder } from '../support/fast-folder.ts'
import { asShSees } from '../support/plant-case.ts'
import { findShells } from '../support/shells.ts'
import { playSessions, type Report } from './hook-session.ts'
import { anySession, type Step } from './hook-steps.ts'

/** How many sessions are played, of some five steps each. */
const count = Number(process.env.GV_TEST_CASES ?? 80)
const seed = Number(process.env.GV_TEST_SEED ?? 20241105)

const shells = findShells().filter(({ name }) => ['bash', 'zsh', 'fish'].includes(name))

let folder: string
let sessions: readonly (readonly Step[])[]
let nodeAnswers: readonly (readonly ShAnswer[])[]
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(fastFolder(), 'gv-hooks-')))
  sessions = fc.sample(anySession, { numRuns: count, seed })
  nodeAnswers = sessions.map((steps, i) =>
    steps.map(({ now }, k) => {
      const root = join(folder, 'ts', `${i}-${k}`)
      const answer = JSON.stringify(answerOfNode(root, asShSees(now))).replaceAll(root, '@')
      rmSync(root, { recursive: true, force: true })
      return JSON.parse(answer)
    }),
  )
})
afterAll(() => process.env.GV_TEST_KEEP || rmSync(folder, { recursive: true, force: true }))

describe('the hook puts a Go first only where Node means the same, at each prompt of a session', () => {
  test.each(shells)('$name', (shell) => {
    const kinds = { found: 0, missing: 0, none: 0 }
    const played = playSessions(shell, sessions, folder, false)
    played.forEach(({ root, reports }, i) => {
      reports.forEach((report, k) => {
        const node = nodeAnswers[i]?.[k] ?? { kind: 'declined' }
        const { entry, now } = report
        kinds[entry ? 'found' : now ? 'missing' : 'none']++
        if (entry) expect(foundBy(report, root), describeStep(i, k)).toEqual(foundByNode(node))
        else if (now) expect(`no ${specOf(node)}`, describeStep(i, k)).toBe(now)
      })
    })
    if (process.env.GV_TEST_CASES) console.log(shell.name, kinds)
    expect(kinds.found).toBeGreaterThan(count / 3)
    expect(kinds.missing).toBeGreaterThan(count / 30)
    expect(kinds.none).toBeGreaterThan(count / 10)
    // To put nothing first is right everywhere, but not to stay with what was true a moment ago.
    playSessions(shell, sessions, folder, true).forEach(({ root, reports }, i) => {
      reports.forEach((report, k) => {
        expect(shown(played[i]?.reports[k], played[i]?.root), describeStep(i, k)).toEqual(shown(report, root))
      })
    })
  })
})

/** What there is to see of a report. */
function shown(report: Report | undefined, root = '') {
  const { entry, now, why } = report ?? { entry: 'none', now: '', why: '' }
  return { entry: entry.replace(root, '@'), now, why: now ? why : '' }
}

function foundBy({ entry, why }: Report, root: string) {
  return { goroot: entry.replace(root, '@').replace(/\/bin$/, ''), why: why.replace(/^~\//, '') }
}

function foundByNode(answer: ShAnswer) {
  if (answer.kind !== 'found') return answer
  const why = answer.file === '' ? 'GV_VERSION' : `${answer.file.replace(/^.*\//, '')}:${answer.line}`
  return { goroot: answer.goroot, why }
}

function specOf(answer: ShAnswer): string {
  return answer.kind === 'missing' ? answer.spec : answer.kind
}

function describeStep(i: number, k: number): string {
  const steps = sessions[i]?.slice(0, k + 1) ?? []
  return steps
    .map(({ now, changed }, n) => {
      const names = n === 0 ? Object.keys(now.files) : changed
      const files = names.map((name) => `  ${name}: ${show(now.files[name])}`)
      return `session ${i}, step ${n}: cwd ${now.cwd}, env ${JSON.stringify(now.env)}\n${files.join('\n')}`
    })
    .join('\n')
}

function show(entry: Step['now']['files'][string] | undefined): string {
  return Buffer.isBuffer(entry) ? JSON.stringify(entry.toString('latin1')) : JSON.stringify(entry ?? 'gone')
}
