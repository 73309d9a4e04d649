/** Sessions in random trees: a user stands somewhere, and things change. */
import fc from 'fast-check'
import { anyCase, type Case } from '../support/project-cases.ts'

/** What was changed in the tree, below its root; undefined stands for a path that went. */
export interface Step {
  readonly now: Case
  readonly changed: readonly string[]
}

/** The tree at the beginning, and after each change. */
export const anySession: fc.Arbitrary<readonly Step[]> = fc
  .tuple(anyCase, anyCase, anyCase, fc.array(fc.tuple(fc.nat(), fc.nat(5)), { minLength: 3, maxLength: 6 }))
  .map(([first, second, third, changes]) => {
    const steps: Step[] = [{ now: withPrograms({ ...first, plus: undefined, doubts: {} }), changed: [] }]
    for (const [seed, kind] of changes) {
      const { now } = steps.at(-1) ?? { now: first }
      steps.push(change(now, kind % 2 === 0 ? second : third, seed, kind))
    }
    return steps
  })

function change(now: Case, other: Case, seed: number, kind: number): Step {
  // Somebody goes elsewhere, and perhaps sets something.
  if (kind === 0) return { now: { ...now, cwd: other.cwd }, changed: [] }
  if (kind === 1) return { now: { ...now, cwd: other.cwd, env: other.env }, changed: [] }
  const names = Object.keys(kind === 2 ? now.files : other.files).filter((name) => isFree(name, now))
  const name = names[seed % Math.max(names.length, 1)]
  if (name === undefined) return { now, changed: [] }
  const { [name]: _, ...rest } = now.files
  const entry = other.files[name]
  const files = kind === 2 || entry === undefined ? rest : { ...rest, [name]: entry }
  return { now: withPrograms({ ...now, files }), changed: [name] }
}

/** Not a folder in which something else lies or somebody may stand. */
function isFree(name: string, { files }: Case): boolean {
  return (
    !name.includes('/bin/') &&
    !/go1\.22\.5$/.test(name) &&
    !Object.keys(files).some((one) => one.startsWith(`${name}/`) && !one.startsWith('s/versions/'))
  )
}

/** Toolchains with a program in them, which is all that the hook asks of one. */
function withPrograms(one: Case): Case {
  const kept = Object.entries(one.files).filter(([name]) => !name.endsWith('/bin/go'))
  const programs = kept
    .filter(([name, entry]) => /^s\/versions\/go[^/]*$/.test(name) && entry === 'folder')
    .map(([name]) => [`${name}/bin/go`, { link: '/bin/true' }] as const)
  return { ...one, files: Object.fromEntries([...kept, ...programs]) }
}
