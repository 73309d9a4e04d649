import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { switchTarget } from '../../src/project/requirement.ts'
import { requirementIn, resolveGo } from '../../src/project/resolve.ts'
import { findRealGo, type RealGo } from '../support/real-go.ts'
import { inputFor } from './input.ts'
import { makeTree, plant, type Tree } from './tree.ts'

/**
 * The truth about go.mod and go.work is what a real go does. With the trace on and GOTOOLCHAIN=go1+auto it
 * says to which toolchain it would switch if it were as old as go1, and which line of which file asked.
 */
const go = findRealGo()

/** More than a quick run looks at: GV_TEST_RUNS=5000, and other cases: GV_TEST_SEED=7. */
const numRuns = Number(process.env.GV_TEST_RUNS ?? 250)
const seed = Number(process.env.GV_TEST_SEED ?? 11)

interface Case {
  readonly tree: Tree
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

const places = ['', 'a', 'a/b', 'a/b/c']

const versionWith = (...tails: string[]) =>
  fc.tuple(fc.integer({ min: 18, max: 30 }), fc.constantFrom(...tails)).map(([minor, tail]) => `1.${minor}${tail}`)

const version = versionWith('', '.0', '.1', '.5', '.12', 'rc1', 'rc2', 'beta1')

/** Never equal to that of a `go` line: there gv names the `go` line, the trace of go the other. */
const toolchainVersion = fc.oneof(versionWith('.2', '.4', '.11', 'rc3', 'beta2'), fc.constantFrom('1.17', '1.31'))

const goLine = fc
  .tuple(fc.constantFrom('go ', 'go\t', '  go   '), version, fc.constantFrom('', ' ', ' // why', '//x', '\r'))
  .map((parts) => parts.join(''))

const toolchainLine = fc.oneof(
  fc.constant('toolchain default'),
  fc
    .tuple(toolchainVersion, fc.constantFrom('', '-custom', '-a-b', ' // c'))
    .map(([text, tail]) => `toolchain go${text}${tail}`),
)

const otherLine = fc.constantFrom(
  '',
  '// go 1.99',
  'gopher 1.99',
  'require x.org/y v1.2.3 // go 1.99',
  'require (\n\tx.org/go v1.0.0\n\tx.org/toolchain v1.0.0 // indirect\n)',
  'replace x.org/y => ../go 1.99',
  'unknown directive',
)

const lines = fc.array(fc.oneof(goLine, toolchainLine, otherLine), { maxLength: 5 })
const modFile = lines.map((text) => `module example.org/m\n\n${text.join('\n')}\n`)
const workFile = lines.map((text) => `${text.join('\n')}\nuse ./a\n`)

const cases: fc.Arbitrary<Case> = fc
  .record({
    mods: fc.dictionary(fc.constantFrom(...places), fc.option(modFile, { nil: null }), { maxKeys: 3 }),
    works: fc.dictionary(fc.constantFrom(...places), fc.option(workFile, { nil: null, freq: 4 }), { maxKeys: 1 }),
    cwd: fc.constantFrom(...places),
    settings: fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constantFrom<Record<string, string>>({ GOWORK: 'off' }, { GOWORK: 'auto' }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('on', 'off', 'auto', 'nonsense').map((GO111MODULE) => ({ GO111MODULE })),
      },
      { weight: 1, arbitrary: fc.constantFrom('a', 'a/b').map((place) => ({ TMPDIR: `ROOT/${place}` })) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('a/go.work', 'other.work').map((place) => ({ GOWORK: `ROOT/${place}` })),
      },
    ),
  })
  .map(({ mods, works, cwd, settings }) => ({
    tree: {
      'a/b/c': null,
      'other.work': 'go 1.24.3\n',
      ...filesNamed('go.mod', mods),
      ...filesNamed('go.work', works),
    },
    cwd,
    env: settings,
  }))

function filesNamed(name: string, contents: Readonly<Record<string, string | null>>): Tree {
  return Object.fromEntries(Object.entries(contents).map(([place, content]) => [join(place, name), content]))
}

/** What go says: the toolchain it would switch to, with `go1` for none; and what it does not understand. */
function askGo(real: RealGo, cwd: string, env: Readonly<Record<string, string>>, least: string): string {
  const { stderr } = spawnSync(real.path, ['version'], {
    cwd,
    env: { ...real.env, GODEBUG: 'toolchaintrace=1', PWD: cwd, ...env, GOTOOLCHAIN: `${least}+auto` },
    encoding: 'utf8',
  })
  if (/^go: (?:invalid toolchain "|.*is a directory)/m.test(stderr)) return 'error'
  const upgrades = [
    ...stderr.matchAll(/^go: upgrading toolchain to (\S+) \(required by (go|toolchain) line in (\S+);/gm),
  ]
  const last = upgrades.at(-1)
  return last ? `${ownName(last[1] ?? '')} by ${last[2]} of ${last[3]?.replace(/^.*\//, '')}` : least
}

/** go asks for `go1.19.0` where a file says so; that release is called go1.19. */
function ownName(toolchain: string): string {
  return toolchain.replace(/^go1\.(1\d|20)\.0$/, 'go1.$1')
}

function inRoot(root: string, env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('ROOT', root)]))
}

function settingsOf(env: Readonly<Record<string, string>>) {
  return { GOWORK: env.GOWORK ?? '', GO111MODULE: env.GO111MODULE ?? '', GOTOOLCHAIN: '' }
}

/** Trees under one root, so that only one has to be made and removed. */
function planted(cases: readonly Case[]): { readonly cwd: string; readonly env: Record<string, string> }[] {
  const root = makeTree({})
  return cases.map(({ tree, cwd, env }, index) => {
    const own = join(root, String(index))
    plant(own, tree)
    return { cwd: join(own, cwd), env: inRoot(own, env) }
  })
}

it.skipIf(!go)('asks for what the real go asks for, by the same line', ({ skip }) => {
  if (!go) return skip('there is no go here')
  const generated = fc.sample(cases, { numRuns, seed })
  const answers = new Set<string>()
  for (const [index, { cwd, env }] of planted(generated).entries()) {
    const theirs = askGo(go, cwd, env, 'go1')
    const ours = ourAnswer(cwd, env)
    expect({ case: generated[index], answer: ours }).toEqual({ case: generated[index], answer: theirs })
    answers.add(theirs)
  }
  expect(answers.size).toBeGreaterThan(40)
})

function ourAnswer(cwd: string, env: Readonly<Record<string, string>>): string {
  try {
    const requirement = requirementIn({ cwd, env, settings: settingsOf(env), installed: [] })
    if (!requirement?.allowsSwitch) return 'go1'
    const target = withSuffix(switchTarget(requirement), requirement.text)
    return `${target} by ${requirement.directive} of ${shortName(requirement)}`
  } catch (error) {
    if (error instanceof GvError) return 'error'
    throw error
  }
}

function shortName({ file }: { readonly file: string }): string {
  return file.replace(/^.*\//, '')
}

/** go would run `go1.22.5-custom` where gv has only 1.22.5, and it names a line as a toolchain where the file does. */
function withSuffix(target: string, text: string): string {
  return ownName(text.startsWith('go') ? text : target)
}

it.skipIf(!go)('chooses a Go that never has to switch', ({ skip }) => {
  if (!go) return skip('there is no go here')
  const installed = [
    '1.18.5',
    '1.20',
    '1.20.14',
    '1.21.0',
    '1.22.5',
    '1.22.12',
    '1.24.1',
    '1.24rc1',
    '1.26.3',
    '1.27.0',
    '1.28rc2',
    '1.29.12',
    '1.30.1',
  ]
  let chosen = 0
  for (const { cwd, env } of planted(fc.sample(cases, { numRuns, seed: seed + 1 }))) {
    if (ourAnswer(cwd, env) === 'error') continue
    const { source, version, goroot } = resolveGo(
      inputFor(cwd, { env, settings: settingsOf(env), installed, current: '1.26.3' }),
    )
    if (!goroot || !version || (source.kind !== 'go.mod' && source.kind !== 'go.work')) continue
    expect(askGo(go, cwd, env, `go${version.text}`)).toBe(`go${version.text}`)
    chosen++
  }
  expect(chosen).toBeGreaterThan(25)
})
