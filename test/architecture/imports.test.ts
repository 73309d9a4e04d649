import { describe, expect, test } from 'vitest'
import { type Import, sourceFiles, sourceImports, specifiersOf } from './source-imports.ts'

/**
 * From the bottom up: a file imports from its own folder and from the lines above it in this list.
 * A file that lies in src/ itself is named; all others go by their first folder.
 */
const order = [
  ['errors.ts', 'text.ts', 'platform.ts', 'context.ts', 'checkpoint.ts', 'own-version.ts', 'disk-room.ts'],
  ['version'],
  ['goenv'],
  ['net'],
  ['verify'],
  ['progress'],
  ['exec'],
  ['store'],
  ['system'],
  ['shell'],
  ['config'],
  ['release'],
  ['project'],
  ['install'],
  ['inspect'],
  ['upkeep'],
  ['managers'],
  ['command.ts', 'render.ts'],
  ['commands'],
  ['table.ts', 'help.ts', 'cli.ts', 'main.ts', 'gv.ts'],
]

/** Each npm package and the one place that knows it. */
const importers: Readonly<Record<string, string>> = {
  cac: 'cli.ts',
  execa: 'exec/',
  openpgp: 'verify/pgp.ts',
  'proper-lockfile': 'store/lock.ts',
  semver: 'version/range.ts',
  'smol-toml': 'config/',
  tar: 'store/archive/',
  undici: 'net/',
  yauzl: 'store/archive/',
}

const imports = sourceImports()

describe('imports in src', () => {
  test('are found at all, in every form', () => {
    const text =
      "import 'a'\nimport { b } from 'b'\nimport type { C } from 'c'\nexport * from 'd'\nawait import('e')\n// from 'f'\n"
    expect(specifiersOf(text, 'x.ts').map(({ to }) => to)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(imports.length).toBeGreaterThan(50)
  })

  test('every file has its place in the order', () => {
    expect(sourceFiles().filter((file) => rankOf(file) < 0)).toEqual([])
  })

  test('go down only', () => {
    const upwards = imports.filter(({ from, to, kind }) => kind === 'source' && rankOf(to) > rankOf(from))
    expect(upwards.map(described)).toEqual([])
  })

  test('of a package stand in one place', () => {
    const strays = imports.filter(({ from, to, kind }) => kind === 'package' && !isImporter(from, to))
    expect(strays.map(described)).toEqual([])
  })

  test('of heavy packages are made when they are needed, or in a file that is itself loaded then', () => {
    const atStart = reachableAtStart()
    const heavy = imports.filter(({ from, to, kind }) => kind === 'package' && to !== 'cac' && atStart.has(from))
    expect(heavy.map(described)).toEqual([])
  })
})

function rankOf(file: string): number {
  const name = file.includes('/') ? file.slice(0, file.indexOf('/')) : file
  return order.findIndex((names) => names.includes(name))
}

function isImporter(from: string, specifier: string): boolean {
  const place = importers[specifier.split('/')[0] ?? '']
  return place !== undefined && (place.endsWith('/') ? from.startsWith(place) : from === place)
}

/** The files of the start; exec is there for its signals, which import nothing. */
function reachableAtStart(): ReadonlySet<string> {
  return new Set(['gv.ts', 'main.ts', 'cli.ts', 'help.ts', 'table.ts', 'render.ts', 'command.ts', ...(order[0] ?? [])])
}

function described({ from, to }: Import): string {
  return `${from} imports ${to}`
}
