/** Sessions in random trees: a user stands somewhere, and things change. */
import fc from 'fast-check'
import { anyCase, type Case, type Entry } from '../support/project-cases.ts'

/** What was changed in the tree, below its root; undefined stands for a path that went. */
export interface Step {
  readonly now: Case
  readonly changed: readonly string[]
}

const versions = ['1.22.5', '1.22.12', '1.21.3', '1.23.1', '1.22', '1.23', '1.99']
const version = fc.constantFrom(...versions)
const places = ['h/p', 'h/p/a', 'h/p', 'h/p/a/b', 'h', 'w/p', '']

/** A file that asks for a version, or does not, as they are written every day. */
const plainFile: fc.Arbitrary<readonly [string, Entry | undefined]> = fc
  .tuple(
    fc.constantFrom(...places),
    fc.oneof(
      fc.tuple(
        fc.constant('.tool-versions'),
        fc.oneof(
          version.map((v) => `golang ${v}\n`),
          fc.constant('nodejs 20.1.0\n'),
        ),
      ),
      fc.tuple(
        fc.constant('.go-version'),
        version.map((v) => `${v}\n`),
      ),
      fc.tuple(
        fc.constant('go.mod'),
        fc
          .tuple(version, fc.constantFrom('', 'toolchain go1.23.1\n', '\nrequire a v1\n'))
          .map(([v, more]) => `module m\n\ngo ${v}\n${more}`),
      ),
      fc.tuple(
        fc.constant('go.work'),
        fc.oneof(
          version.map((v) => `go ${v}\n`),
          fc.constant('use ./a\n'),
        ),
      ),
    ),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([folder, [name, text], kind]) => [
    folder === '' ? name : `${folder}/${name}`,
    kind === 0 ? undefined : Buffer.from(text),
  ])

/** A toolchain that comes or goes, a setting, another place, or a file: what happens at a prompt. */
const plainChange: fc.Arbitrary<(now: Case) => Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: plainFile.map(
      ([name, entry]) =>
        (now: Case) =>
          withEntry(now, name, entry),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('h/p', 'h/p/a', 'h/p/a/b', 'h', 'w/p', 'w/p/a', 'x/a')
      .map((cwd) => (now: Case) => ({ now: { ...now, cwd }, changed: [] })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('1.22.12', '1.23.1', '1.22.7'), fc.boolean()).map(
      ([v, comes]) =>
        (now: Case) =>
          withEntry(now, `s/versions/go${v}`, comes ? 'folder' : undefined),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Record<string, string>>({}, { GV_VERSION: '1.21.3' }, { GOWORK: 'off' })
      .map((env) => (now: Case) => ({ now: { ...now, env }, changed: [] })),
  },
)

/** A project as there are many. */
const plainSession: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.array(plainFile, { minLength: 1, maxLength: 3 }), fc.array(plainChange, { minLength: 4, maxLength: 8 }))
  .map(([files, changes]) => {
    const installed = ['1.22.5', '1.22.12', '1.21.3', '1.23.1'].map((v): [string, Entry] => [
      `s/versions/go${v}`,
      'folder',
    ])
    const there = files.filter((file): file is [string, Entry] => file[1] !== undefined)
    const now = {
      files: Object.fromEntries([...there, ...installed]),
      doubts: {},
      cwd: 'h/p/a',
      env: {},
      plus: undefined,
    }
    const steps: Step[] = [{ now: withPrograms(now), changed: [] }]
    for (const apply of changes) steps.push(apply((steps.at(-1) ?? { now }).now))
    return steps
  })

/** Anything that may lie there, in which anything else comes and goes. */
const oddSession: fc.Arbitrary<readonly Step[]> = fc
  .tuple(anyCase, anyCase, anyCase, fc.array(fc.tuple(fc.nat(), fc.nat(5)), { minLength: 3, maxLength: 6 }))
  .map(([first, second, third, changes]) => {
    const steps: Step[] = [{ now: withPrograms({ ...first, plus: undefined, doubts: {} }), changed: [] }]
    for (const [seed, kind] of changes) {
      const { now } = steps.at(-1) ?? { now: first }
      steps.push(change(now, kind % 2 === 0 ? second : third, seed, kind))
    }
    return steps
  })

/** The tree at the beginning, and after each change. */
export const anySession: fc.Arbitrary<readonly Step[]> = fc.oneof({ weight: 3, arbitrary: plainSession }, oddSession)

function withEntry(now: Case, name: string, entry: Entry | undefined): Step {
  const { [name]: _, ...rest } = now.files
  const files = entry === undefined ? rest : { ...rest, [name]: entry }
  return { now: withPrograms({ ...now, files }), changed: [name] }
}

function change(now: Case, other: Case, seed: number, kind: number): Step {
  // Somebody goes elsewhere, and perhaps sets something.
  if (kind === 0) return { now: { ...now, cwd: other.cwd }, changed: [] }
  if (kind === 1) return { now: { ...now, cwd: other.cwd, env: other.env }, changed: [] }
  const names = Object.keys(kind === 2 ? now.files : other.files).filter((name) => isFree(name, now))
  const name = names[seed % Math.max(names.length, 1)]
  if (name === undefined) return { now, changed: [] }
  return withEntry(now, name, kind === 2 ? undefined : other.files[name])
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
