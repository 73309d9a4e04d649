import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GoVariable, goVariables } from '../../src/goenv/go-setting.ts'
import { readGoSettings } from '../../src/goenv/settings.ts'
import { platformOfNode } from '../../src/platform.ts'
import { findRealGo } from '../support/real-go.ts'

/** Values that `go env` accepts, so that it is the rules that are compared and not the complaints. */
const valuesOf: Readonly<Record<GoVariable, readonly string[]>> = {
  GO111MODULE: ['on', 'off', 'auto'],
  GOAUTH: ['off', 'netrc', 'git /x'],
  GOFLAGS: ['-mod=mod', '-buildvcs=false -v'],
  GOINSECURE: ['*.corp.example', 'a.example,b.example'],
  GOMODCACHE: ['/cache/mod', '/cache//mod/../x'],
  GONOPROXY: ['none', 'corp.example'],
  GONOSUMDB: ['corp.example/*', ' '],
  GOPATH: ['/gopath', '/one:/two', '/trailing/'],
  GOPRIVATE: ['private.example', '*.private.example,other.example/x'],
  GOPROXY: ['off', 'direct', 'https://proxy.example,direct', 'https://a.example|https://b.example', ' '],
  GOSUMDB: ['off', 'sum.example+1+abc https://sum.example'],
  GOTOOLCHAIN: ['local', 'auto', 'path', 'local+auto'],
  GOWORK: ['off'],
}

/** A line of a file of settings; only GOPROXY gets values that may be read in several ways. */
const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...goVariables).chain((name) => setting(name, valuesOf[name])) },
  { weight: 1, arbitrary: fc.constantFrom(...goVariables).map((name) => `${name}=`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '# GOPROXY=off',
      '',
      '=',
      '=GOPROXY=off',
      'GOPROXY',
      ' GOPROXY=off',
      'goproxy=off',
      'GOPROXY =off',
      'GOPROXY="https://quoted.example"',
      'GOPROXY=https://trailing.example  ',
      'GOPROXY=https://cr.example\r',
      'GOPROXY=a=b',
      'GOPROXY=$GOSUMDB',
      'ZÜRICH=1',
      '\ufeffGOPROXY=off',
    ),
  },
)
const text = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('', '\n'))
  .map(([lines, end]) => lines.join('\n') + end)

const situation = fc.record({
  environment: fc.dictionary(fc.constantFrom(...goVariables), fc.nat(3), { maxKeys: 4 }),
  user: fc.option(text, { nil: undefined }),
  goenv: fc.constantFrom('unset', 'empty', 'off', 'file', 'relative', 'missing', 'device', 'folder'),
  config: fc.constantFrom('home', 'xdg', 'xdg-relative', 'xdg-empty', 'no-home', 'empty-home'),
  goroot: fc.constantFrom('own', 'environment', 'go env -w', 'both'),
  packaged: text,
})

const realGo = findRealGo()
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gv-settings-'))
  if (realGo) makeGoroots(realGo.path)
})
// A go that counts its runs may still be writing below HOME.
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

describe.skipIf(!realGo)('readGoSettings beside the real go env', () => {
  it('says what go says in every situation', () => {
    let runs = 0
    fc.assert(
      fc.property(situation, (given) => {
        const place = arrange(join(folder, String(runs++)), given)
        const said: unknown = JSON.parse(
          execFileSync(place.go, ['env', '-json', ...goVariables], {
            env: place.env,
            cwd: place.cwd,
            encoding: 'utf8',
          }),
        )
        const host = platformOfNode(process.platform, process.arch)
        const settings = readGoSettings({ env: place.env, home: place.home, cwd: place.cwd, host, places: [] })
        const read = Object.fromEntries(goVariables.map((name) => [name, settings[name].value]))
        expect(read).toEqual(withDefaultSumdb(said))
      }),
      { numRuns: 120 },
    )
  })
})

/** The one difference that gv wants: no log at all is never what an empty setting means. */
function withDefaultSumdb(said: unknown): unknown {
  return said instanceof Object && 'GOSUMDB' in said && said.GOSUMDB === ''
    ? { ...said, GOSUMDB: 'sum.golang.org' }
    : said
}

type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never

function arrange(root: string, given: Situation) {
  const home = join(root, 'home')
  const xdg = join(root, 'xdg')
  const cwd = join(root, 'cwd')
  for (const path of [home, xdg, cwd]) mkdirSync(path, { recursive: true })
  const env: Record<string, string> = { PATH: join(folder, 'own/bin') }
  for (const [name, choice] of Object.entries(given.environment)) env[name] = chosen(name, choice)
  if (given.config !== 'no-home') env.HOME = given.config === 'empty-home' ? '' : home
  if (given.config.startsWith('xdg'))
    env.XDG_CONFIG_HOME = given.config === 'xdg' ? xdg : given.config === 'xdg-relative' ? 'xdg' : ''

  writeFileSync(join(folder, 'own/go.env'), given.packaged)
  const other = join(folder, 'other')
  const third = join(folder, 'third')
  if (given.goroot === 'environment' || given.goroot === 'both') env.GOROOT = other
  const inFile = given.goroot === 'go env -w' || given.goroot === 'both' ? `GOROOT=${third}\n` : ''

  const text = given.user === undefined ? undefined : inFile + given.user
  const named = {
    off: 'off',
    file: join(root, 'env'),
    relative: '../env',
    empty: '',
    device: '/dev/null',
    folder: root,
  }
  if (given.goenv === 'missing') env.GOENV = join(root, 'missing')
  else if (given.goenv !== 'unset') env.GOENV = named[given.goenv] ?? ''
  if (text !== undefined) {
    for (const path of [
      join(root, 'env'),
      join(home, '.config/go/env'),
      join(xdg, 'go/env'),
      join(cwd, 'xdg/go/env'),
    ]) {
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, text)
    }
  }
  return { home, cwd, env, go: join(folder, 'own/bin/go') }
}

function chosen(name: string, choice: number): string {
  const values = goVariables.includes(name as GoVariable) ? valuesOf[name as GoVariable] : []
  // One of them is "set to nothing".
  return [...values, ''][choice % (values.length + 1)] ?? ''
}

/** Three GOROOTs with a go.env each; in `own` lies a copy of the program, which takes that one for its own. */
function makeGoroots(go: string): void {
  const goroot = execFileSync(go, ['env', 'GOROOT'], { env: { ...realGo?.env }, encoding: 'utf8' }).trim()
  for (const name of ['own', 'other', 'third']) {
    const path = join(folder, name)
    mkdirSync(join(path, 'bin'), { recursive: true })
    for (const part of ['src', 'pkg', 'lib', 'VERSION']) symlinkSync(join(goroot, part), join(path, part))
    writeFileSync(join(path, 'go.env'), `GOPROXY=https://${name}.example\n`)
  }
  cpSync(join(goroot, 'bin/go'), join(folder, 'own/bin/go'))
}

function setting(name: GoVariable, values: readonly string[]) {
  return fc.constantFrom(...values).map((value) => `${name}=${value}`)
}
