/** Random folders, files and settings in which a Go is to be chosen, for comparing the resolvers with each other. */
import fc from 'fast-check'

/** What lies at a path: a file's bytes, a folder, or a link. */
export type Entry = Buffer | 'folder' | { readonly link: string }

/** What makes a path doubtful: anyone may write it; it belongs to somebody else (where the tests are root's). */
export type Doubt = 'writable' | 'foreign'

export interface Case {
  /** Below the case's own root. HOME is `h`, the store `s`, the system store `sys`. */
  readonly files: Readonly<Record<string, Entry>>
  readonly doubts: Readonly<Record<string, Doubt>>
  /** As the user reached it, which may be through links. */
  readonly cwd: string
  /** `@` stands for the case's root. */
  readonly env: Readonly<Record<string, string>>
  /** `+1.22`, the first argument. */
  readonly plus: string | undefined
}

/** Folders in which versions may be asked for. */
const inProject = ['h/p', 'h/p/a', 'h/p', 'h/p/a', 'h/p/a/b']
const folders = [...inProject, '', 'h', 'w', 'w/p', 'w/p', 'w/p/a', 's', 's/versions/go1.22.5']

/** Where one may stand; `h/self` leads to `h`, `x` to `h/p`. */
const standpoints = [
  ...['h/p/a/b', 'h/p/a/b', 'h/p', 'h/p/a', 'h', 'w/p/a', 'w/p/a', 'w', 'h/self/p/a', 'x/a', 'x'],
  's/versions/go1.22.5/src',
]

const plainVersion = fc.constantFrom('1.22.5', '1.22.5', '1.22', '1.22', '1.21.3', '1.23.1', '1.20', '1.20.3')
const oddVersion = fc.constantFrom(
  ...['go1.22.5', 'v1.22.5', '1.20.0', '1.9', '1.23rc1', 'latest', '^1.21', '1.22.x', '1.22.*', 'system', 'path:/x'],
  ...['1.022', '1.22.05', '1.22.5-foo', '1.22.5.1', '1.99', '1.99.9', '1.2', '1', 'go1', '1.22.', 'x', '', '$(id)'],
  ...['1.22.100', '1.22.9', '1.22.8', '1.21.99', '1.22.5\u0001', 'é1.22', '1.2２.5', '1.100.1', '2.22.5', '..'],
)
const version = fc.oneof({ weight: 12, arbitrary: plainVersion }, { weight: 1, arbitrary: oddVersion })

const toolLine = fc.oneof(
  { weight: 16, arbitrary: version.map((v) => `golang ${v}`) },
  version.map((v) => `go ${v}`),
  version.map((v) => `golang  ${v}`),
  version.map((v) => `golang\t${v}`),
  version.map((v) => ` golang ${v}`),
  version.map((v) => `golang ${v} # why`),
  version.map((v) => `golang ${v}#why`),
  version.map((v) => `golang ${v} `),
  fc.tuple(version, version).map(([v, w]) => `golang ${v} ${w}`),
  fc.constantFrom(
    ...['nodejs 20.1.0', 'golangci-lint 1.55.2', 'gohugo 0.1', '# golang 1.19', '', '  ', 'golang', 'go', 'golang#x'],
    ...['GOLANG 1.22.5', 'golang-x 1.22.5', '\ufeffgolang 1.22.5', 'golang\u000b1.22.5', 'é 1', 'golang:1.22.5', 'a:'],
    ...[
      'golang \\',
      'golang 1.22.5\\',
      'python 3.12 system',
      '*',
      '~',
      'x y#golang 1.2',
      'golang\u00a01.22.5',
      'go_x 1',
    ],
  ),
)

const modLine = fc.oneof(
  { weight: 3, arbitrary: fc.constant('module example.com/m') },
  { weight: 4, arbitrary: version.map((v) => `go ${v}`) },
  { weight: 2, arbitrary: version.map((v) => `toolchain go${v}`) },
  version.map((v) => `go ${v} // why`),
  version.map((v) => `go\t${v}`),
  version.map((v) => ` go ${v}`),
  version.map((v) => `toolchain go${v}-custom`),
  version.map((v) => `toolchain ${v}`),
  fc.constantFrom(
    ...[
      '',
      '',
      '// a comment: http://x',
      'require (',
      ')',
      '\ta v1.0.0',
      'require a v1.0.0',
      'module "m"',
      'module m // x',
    ],
    ...['module (', 'module m x', 'module', 'toolchain default', 'toolchain', 'toolchain local', 'go', 'go "1.22.5"'],
    ...[
      '/* x */',
      'go 1.22.5 1.23',
      '\ufeffmodule m',
      'gopher 1',
      'golang 1.22',
      'use ./a',
      'ignore ./x',
      '"',
      '`',
      '(',
    ],
    ...[
      'module m//x',
      'go 1.22//x',
      'module ｍ',
      'module m\u0001',
      'retract v1.0.0',
      'exclude (',
      'toolchain\tgo1.23.1',
    ],
  ),
)

/** Lines as bytes: how they end, and what else files may hold. */
function text(line: fc.Arbitrary<string>, maxLines: number): fc.Arbitrary<Buffer> {
  const lines = fc.array(line, { minLength: 0, maxLength: maxLines })
  const clean = fc
    .tuple(lines, fc.constantFrom(...Array<string>(12).fill('\n'), '\r\n'), fc.boolean())
    .map(([all, end, isOpen]) => Buffer.from(all.join(end) + (isOpen || all.length === 0 ? '' : end)))
  const spoilt = fc.tuple(clean, fc.nat(), fc.constantFrom(0, 0x0d, 0xff, 0x80, 0x09)).map(([bytes, at, byte]) => {
    const i = bytes.length === 0 ? 0 : at % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, i), Buffer.from([byte]), bytes.subarray(i)])
  })
  const utf16 = clean.map((bytes) => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le'))
  const utf16WithoutMark = clean.map((bytes) => Buffer.from(bytes.toString(), 'utf16le'))
  return fc.oneof({ weight: 30, arbitrary: clean }, { weight: 2, arbitrary: spoilt }, utf16, utf16WithoutMark)
}

const toolVersions = text(toolLine, 4)
const goVersion = text(
  fc.oneof(
    { weight: 5, arbitrary: version },
    fc.constantFrom('', '# c', ' 1.22.5', '1.22.5 ', '1.22 1.21', '\ufeff1.22'),
  ),
  2,
)
const module = fc.oneof(
  { weight: 3, arbitrary: text(modLine, 7) },
  fc
    .tuple(
      plainVersion,
      fc.constantFrom('', 'toolchain go1.23.1\n', 'toolchain go1.21.3\n', '\nrequire (\n\ta v1\n)\n'),
    )
    .map(([v, more]) => Buffer.from(`module example.com/m\n\ngo ${v}\n${more}`)),
)

const file = fc
  .tuple(
    fc.constantFrom(...folders),
    fc.oneof(
      fc.tuple(fc.constant('.tool-versions'), toolVersions),
      fc.tuple(fc.constant('.go-version'), goVersion),
      { weight: 2, arbitrary: fc.tuple(fc.constant('go.mod'), module) },
      fc.tuple(fc.constant('go.work'), module),
      fc.tuple(fc.constantFrom('.tool-versions', '.go-version', 'go.mod', 'go.work'), fc.constant<Entry>('folder')),
      fc.tuple(fc.constantFrom('go.mod', 'go.work'), fc.constant<Entry>({ link: '../there' })),
    ),
  )
  .map(([folder, [name, entry]]): [string, Entry] => [folder === '' ? name : `${folder}/${name}`, entry])

/** A link that leads nowhere, or to itself. */
const brokenLink = fc
  .tuple(
    fc.constantFrom('@cwd', '@cwd', ...folders),
    fc.constantFrom('.tool-versions', '.go-version'),
    fc.constantFrom('nowhere', '.tool-versions', '.go-version'),
  )
  .map(([folder, name, link]): [string, Entry] => [folder === '' ? name : `${folder}/${name}`, { link }])

/** Pins outside $HOME, in whose folders others may have a say, and the store. */
const doubt = fc
  .tuple(
    fc.constantFrom('w/.tool-versions', 'w/p/.tool-versions', 'w/p/.go-version', '.tool-versions', 's'),
    fc.constantFrom<Doubt>('writable', 'foreign'),
  )
  // That anyone may write into a store is the one thing that no shell can see.
  .filter(([path, kind]) => path !== 's' || kind === 'foreign')

const installed = fc.subarray(
  [
    ...['go1.22.5', 'go1.22.12', 'go1.22.1', 'go1.21.3', 'go1.20', 'go1.20.3', 'go1.23.1', 'go1.23rc1', 'go1.19.13'],
    ...['go1.22.7.darwin-amd64', 'go1.22.9/file', 'go1.22.8/link', 'go1.20.0', 'go1.22.x.77', 'junk', 'go1.22'],
  ],
  { minLength: 9 },
)

/** Undefined but in one of so many cases. */
function rarely<T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

const setting = (name: string, ...values: readonly string[]) =>
  rarely(20, fc.constantFrom(...values)).map((value): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )

const env = fc
  .tuple(
    rarely(10, version).map((v): [string, string][] => (v === undefined ? [] : [['GV_VERSION', v]])),
    setting('GOWORK', '', 'off', 'auto', '@/h/go.work', '@/missing', 'relative'),
    setting('GO111MODULE', '', 'on', 'off', 'auto', 'maybe'),
    setting('TMPDIR', '@/w/p', '@/h/p', '@/x', ''),
    setting('GOENV', 'off', '@/h/goenv'),
    setting('GV_AUTO_INSTALL', 'never', 'bad'),
  )
  .map((settings) => Object.fromEntries(settings.flat()))

const settingsFile = rarely(
  8,
  fc.constantFrom('GOPROXY=off\n', 'GOWORK=off\n', 'GO111MODULE=off', 'GOFLAGS=-v\nGOWORK=auto'),
).map((text): [string, Entry][] => (text === undefined ? [] : [['h/.config/go/env', Buffer.from(text)]]))

const configuration = rarely(
  12,
  fc.constantFrom(
    'auto_install = "never"\n',
    '# none\n',
    'gomod = "minimum"\n',
    'trust_shared_files = true\n',
    'nonsense',
  ),
).map((text): [string, Entry][] => (text === undefined ? [] : [['s/config.toml', Buffer.from(text)]]))

/** A case; most have a clear answer, many are odd in one way. */
export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    files: fc.array(file, { minLength: 1, maxLength: 6 }),
    broken: rarely(12, brokenLink),
    doubts: rarely(8, fc.array(doubt, { minLength: 1, maxLength: 2 })),
    installed,
    inSystem: rarely(12, fc.subarray(['go1.22.13', 'go1.22.5', 'go1.19.1'])),
    settingsFile,
    configuration,
    cwd: fc.constantFrom(...standpoints),
    env,
    plus: rarely(12, version),
  })
  .map(({ files, broken, doubts, installed, inSystem, settingsFile, configuration, cwd, env, plus }) => ({
    files: Object.fromEntries([
      ...(broken ? [[broken[0].replace('@cwd', realFolder(cwd)), broken[1]] as const] : []),
      ...files,
      ...installed.map(toolchainEntry),
      ...(inSystem ?? []).map((name): [string, Entry] => [`sys/${name}`, 'folder']),
      ...settingsFile,
      ...configuration,
    ]),
    doubts: Object.fromEntries(doubts ?? []),
    cwd,
    env,
    plus,
  }))

/** Where a standpoint is without the links on the way. */
export function realFolder(standpoint: string): string {
  return standpoint.replace(/^h\/self/, 'h').replace(/^x/, 'h/p')
}

function toolchainEntry(name: string): [string, Entry] {
  const [folder = '', kind] = name.split('/')
  if (kind === 'file') return [`s/versions/${folder}`, Buffer.from('')]
  if (kind === 'link') return [`s/versions/${folder}`, { link: 'go1.22.5' }]
  return [`s/versions/${folder}`, 'folder']
}
