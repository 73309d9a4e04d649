import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GvError } from '../../src/errors.ts'
import { h1OfManifest, manifestText } from '../../src/verify/dirhash.ts'
import { parseLookupAnswer, parseTree } from '../../src/verify/log-format.ts'
import { openNote, parseNoteKey } from '../../src/verify/note.ts'
import { SumDatabase } from '../../src/verify/sumdb.ts'
import { tilePath } from '../../src/verify/tile.ts'
import { provesConsistency, provesInclusion } from '../../src/verify/tlog.ts'
import { corrupted, proofOfConsistency, proofOfInclusion, sha256Hex, treeHashes } from '../support/log-cases.ts'
import { findRealGo } from '../support/real-go.ts'
import { h1Of, MemoryStorage, SumLog, toolchain } from '../support/sumlog.ts'

/**
 * Go's own packages as a second opinion: what gv accepts, Go accepts and reads alike. The sources are those that the go command of this
 * machine is built from, so that no network is needed.
 */
const go = findRealGo()
const seed = Date.now()
const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) => fc.sample(arbitrary, { numRuns, seed })

/** What one side makes of a case. */
interface Opinion {
  readonly ok: boolean
  readonly text?: string
  readonly rest?: string
  readonly size?: number
  readonly lines?: readonly string[]
}

interface Comparison {
  readonly ask: Record<string, unknown>
  readonly ours: Opinion
  /** Where gv may be stricter: it may refuse what Go takes. Never the other way round. */
  readonly mayRefuse?: boolean
}

const comparisons: Comparison[] = []
let folder: string | undefined

describe.skipIf(!go)(`Go's own packages agree (seed ${seed})`, () => {
  let answers: Required<Opinion>[] = []

  beforeAll(async () => {
    comparisons.push(
      ...keys(),
      ...notes(),
      ...trees(),
      ...records(),
      ...proofs(),
      ...tiles(),
      ...dirhashes(),
      ...(await lookups()),
    )
    answers = askGo(comparisons.map(({ ask }) => ask))
  })

  afterAll(() => {
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  test.each(['key', 'note', 'tree', 'record', 'inclusion', 'consistency', 'tilePath', 'h1', 'lookup'])(
    'on each %s',
    (op) => {
      let accepted = 0
      let refused = 0
      for (const [i, { ask, ours, mayRefuse }] of comparisons.entries()) {
        if (ask.op !== op) continue
        const theirs = answers[i]
        if (mayRefuse && !ours.ok) continue
        expect({ ask, opinion: { ...theirs, ...ours } }).toEqual({ ask, opinion: theirs })
        if (ours.ok) accepted++
        else refused++
      }
      // Without cases of both kinds this would prove nothing.
      expect(accepted).toBeGreaterThan(20)
      if (op !== 'tilePath' && op !== 'h1' && op !== 'lookup') expect(refused).toBeGreaterThan(20)
    },
  )
})

function askGo(cases: readonly object[]): Required<Opinion>[] {
  if (!go) throw new Error('there is no Go')
  folder = mkdtempSync(join(tmpdir(), 'gv-oracle-'))
  const goroot = execFileSync(go.path, ['env', 'GOROOT'], { env: go.env, encoding: 'utf8' }).trim()
  cpSync(join(goroot, 'src/cmd/vendor/golang.org/x/mod'), join(folder, 'mod'), { recursive: true })
  // The server needs net/http, which takes long to compile.
  for (const file of ['server.go', 'test.go']) rmSync(join(folder, 'mod/sumdb', file), { force: true })
  writeFileSync(join(folder, 'mod/go.mod'), 'module golang.org/x/mod\n\ngo 1.23\n')
  cpSync(join(import.meta.dirname, 'fixtures/oracle/main.go'), join(folder, 'main.go'))
  writeFileSync(
    join(folder, 'go.mod'),
    'module oracle\n\ngo 1.23\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./mod\n',
  )
  const env = { ...go.env, GOFLAGS: '-mod=mod', GOWORK: 'off' }
  const output = execFileSync(go.path, ['run', '.'], {
    cwd: folder,
    env,
    input: JSON.stringify(cases, (_, value: unknown) => value),
    maxBuffer: 64 << 20,
  })
  return JSON.parse(output.toString())
}

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof GvError) return undefined
    throw error
  }
}

const log = new SumLog().growTo(20)

function keys(): Comparison[] {
  const real = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
  const texts = [
    real,
    real.toUpperCase(),
    `${real}\n`,
    real.replace('033de0ae', '033DE0AE'),
    ...sample(corrupted(real), 200),
  ]
  for (let i = 0; i < 25; i++) texts.push(new SumLog(`log${i}.example.com/~x`).key.text)
  return texts.map((text) => {
    const key = attempt(() => parseNoteKey(text))
    const ours = key ? { ok: true, text: key.name, size: Number.parseInt(key.hash, 16) } : { ok: false }
    const encoded = text.split('+').slice(2).join('+')
    return { ask: { op: 'key', text: base64(text) }, ours, mayRefuse: !isCanonical(encoded) }
  })
}

function notes(): Comparison[] {
  const other = new SumLog('other.example.com')
  const line = (signed: string) => `${signed.trimEnd().split('\n').at(-1)}\n`
  const note = log.head()
  const cases = [
    note,
    note + line(other.sign('x\n')),
    `${note.slice(0, note.indexOf('—'))}${line(other.sign('x\n'))}${line(note)}`,
    note + line(log.sign('another text\n')),
    `${note.slice(0, note.indexOf('—'))}${line(log.sign('another text\n'))}${line(note)}`,
    note + line(note).repeat(99),
    note + line(note).repeat(100),
    note.replace('—', '--'),
    `${note}\n`,
    note.trimEnd(),
    `\n${note}`,
    log.sign('\n'),
    log.sign('a\n\nb\n'),
    log.sign('ünïcödé \u{1f600} \ufeff\u2028\n'),
    log.sign('a\u0007b\n'),
    log.sign('a\tb\n'),
    log.sign('a\u007fb\u0085\n'),
    ...Array.from({ length: 25 }, (_, i) => log.head(i % 20)),
    ...sample(fc.string({ unit: 'grapheme', maxLength: 30 }), 60).map((text) => log.sign(`${text}\n`)),
    ...sample(corrupted(note), 400),
  ]
  return cases.map((text) => {
    const opened = attempt(() => openNote(Buffer.from(text), log.key))
    const ours = opened === undefined ? { ok: false } : { ok: true, text: opened }
    return {
      ask: { op: 'note', key: log.key.text, text: base64(text) },
      ours,
      mayRefuse: !signaturesOf(text).every(isCanonical),
    }
  })
}

function signaturesOf(note: string): string[] {
  const lines = note.split('\n').filter((line) => line.startsWith('— '))
  return lines.map((line) => line.split(' ')[2] ?? '')
}

/** Go's base64 passes over line ends and stray bits at its end; gv takes only the one spelling that the log itself has. */
function isCanonical(encoded: string): boolean {
  return base64(Buffer.from(encoded, 'base64')) === encoded
}

function trees(): Comparison[] {
  const text = log.head().split('\n\n')[0] ?? ''
  const sizes = [
    ...['0', '1', '00', '01', '+5', '-5', '', ' 5', '5 ', '1e3', '0x5'],
    ...['9007199254740991', '9007199254740993', '9223372036854775808'],
  ]
  const cases = [
    `${text}\n`,
    text,
    `${text}\nmore\n`,
    ...sizes.map((size) => `${text}\n`.replace('\n20\n', `\n${size}\n`)),
    ...Array.from({ length: 25 }, (_, i) => `${log.head(i % 20).split('\n\n')[0]}\n`),
    ...sample(corrupted(`${text}\n`), 300),
  ]
  return cases.map((tree) => {
    const parsed = parseTree(tree)
    const ours = parsed ? { ok: true, size: parsed.size, text: base64(parsed.hash) } : { ok: false }
    const [, size = '', hash = ''] = tree.split('\n')
    return { ask: { op: 'tree', text: base64(tree) }, ours, mayRefuse: Number(size) >= 2 ** 53 || !isCanonical(hash) }
  })
}

function records(): Comparison[] {
  const answer = `7\n${log.record(7)}\n${log.head()}`
  const cases = [
    answer,
    ...Array.from({ length: 25 }, (_, i) => `${i}\n${log.record(i % 20)}\n${log.head()}`),
    ...sample(corrupted(answer), 400),
  ]
  return cases.map((text) => {
    const parsed = parseLookupAnswer(Buffer.from(text))
    const ours = parsed ? { ok: true, size: parsed.record, text: parsed.recordText, rest: parsed.head } : { ok: false }
    // gv refuses control characters in the head at once, Go when it opens it.
    const mayRefuse = /^(?:[+-]|0[0-9])|[\r\0]/.test(text) || Number(text.split('\n')[0]) >= 2 ** 53
    return { ask: { op: 'record', text: base64(text) }, ours, mayRefuse }
  })
}

function proofs(): Comparison[] {
  const hashes = treeHashes(700)
  const place = fc.record({
    size: fc.integer({ min: 1, max: 700 }),
    n: fc.nat(),
    damage: fc.nat({ max: 8 }),
    k: fc.nat(),
  })
  return sample(place, 500).flatMap(({ size, n, damage, k }) => {
    const root = hashes.root(size)
    const record = n % size
    const older = (k % size) + 1
    const damaged = (proof: Buffer[]) => damageProof(proof, damage, k)
    const inclusion = { proof: damaged(proofOfInclusion(hashes, size, record)), leaf: hashes.root(record + 1, record) }
    const consistency = { proof: damaged(proofOfConsistency(hashes, size, older)), leaf: hashes.root(older) }
    const off = damage === 7 ? 1 : 0
    const ask = { size, root: base64(root) }
    return [
      {
        ask: {
          ...ask,
          op: 'inclusion',
          hashes: inclusion.proof.map(base64),
          number: record + off,
          leaf: base64(inclusion.leaf),
        },
        ours: { ok: provesInclusion(inclusion.proof, { size, hash: root }, record + off, inclusion.leaf) },
      },
      {
        ask: {
          ...ask,
          op: 'consistency',
          hashes: consistency.proof.map(base64),
          number: older + off,
          leaf: base64(consistency.leaf),
        },
        ours: {
          ok: provesConsistency(consistency.proof, { size, hash: root }, { size: older + off, hash: consistency.leaf }),
        },
      },
    ]
  })
}

function damageProof(proof: Buffer[], kind: number, k: number): Buffer[] {
  const at = proof.length === 0 ? 0 : k % proof.length
  if (kind === 1) return proof.toSpliced(at, 1)
  if (kind === 2) return proof.toSpliced(at, 0, Buffer.alloc(32, k % 256))
  if (kind === 3) return proof.toReversed()
  if (kind === 4) return proof.toSpliced(at, 1, Buffer.alloc(32))
  if (kind === 5) return []
  if (kind === 6) return [...proof, ...proof]
  return proof
}

function tiles(): Comparison[] {
  const tile = fc.record({
    level: fc.nat({ max: 6 }),
    index: fc.oneof(fc.nat({ max: 3000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER })),
    width: fc.integer({ min: 1, max: 256 }),
  })
  return sample(tile, 200).map(({ level, index, width }) => ({
    ask: { op: 'tilePath', level, number: index, width },
    ours: { ok: true, text: tilePath({ level, index, width }) },
  }))
}

function dirhashes(): Comparison[] {
  // Names with characters of every length in UTF-8, as those sort otherwise in UTF-16.
  const name = fc.string({
    unit: fc.constantFrom('a', 'B', '/', '.', '-', ' ', 'é', '\uffee', '\u{1f600}', '\u{10000}'),
    minLength: 1,
    maxLength: 6,
  })
  return sample(fc.dictionary(name, fc.string(), { maxKeys: 12, noNullPrototype: true }), 150).map((files) => {
    const entries = Object.entries(files).map(([name, content]) => ({ name, sha256: sha256Hex(content) }))
    return {
      ask: {
        op: 'h1',
        files: Object.fromEntries(Object.entries(files).map(([key, content]) => [key, base64(content)])),
      },
      ours: { ok: true, text: h1OfManifest(manifestText(entries)) },
    }
  })
}

/** The whole client against Go's whole client, with answers, tiles and remembered heads that were tampered with. */
async function lookups(): Promise<Comparison[]> {
  const wanted = toolchain('1.22.5')
  const big = new SumLog().growTo(280)
  big.add(wanted, h1Of('the true one'))
  big.growTo(600)
  const fork = big.fork(280)
  fork.add(wanted, h1Of('an evil one'))
  fork.growTo(650)
  const honest = new MemoryStorage(big)
  await new SumDatabase(big.key, honest).lookup(wanted)
  const paths = honest.requests
  const lookup = paths.filter((path) => path.startsWith('lookup/'))
  const served = [...lookup, ...[100, 280, 600, 640, 650].flatMap(tilePathsOf)]
  const situations = sample(
    fc.record({
      target: fc.constantFrom(...paths),
      bit: fc.option(fc.nat(), { freq: 2 }),
      head: fc.constantFrom('', big.head(100), big.head(600), big.head(280), fork.head(640)),
      forked: fc.boolean(),
    }),
    150,
  )
  return Promise.all(
    situations.map(async ({ target, bit, head, forked }) => {
      const source = forked ? fork : big
      const serve = (path: string) => {
        const data = source.serve(path)
        return data && path === target && bit !== null ? withFlippedBit(data, bit) : data
      }
      const storage = new MemoryStorage({ serve })
      storage.head = head || undefined
      const found = await new SumDatabase(big.key, storage).lookup(wanted).catch((error: unknown) => {
        if (error instanceof GvError) return undefined
        throw error
      })
      const lines = found ? [`${wanted.module} ${wanted.version} ${found.h1}`] : []
      const files = Object.fromEntries(
        served.flatMap((path) => {
          const data = serve(path)
          return data ? [[path, base64(data)]] : []
        }),
      )
      return {
        ask: {
          op: 'lookup',
          key: big.key.text,
          head: base64(head),
          files,
          path: wanted.module,
          version: wanted.version,
        },
        ours: found ? { ok: true, lines } : { ok: false },
        mayRefuse: true,
      }
    }),
  )
}

/** The tiles at the right edge of a tree of less than 65,536 records, and all complete ones. */
function tilePathsOf(size: number): string[] {
  return [0, 1].flatMap((level) => {
    const entries = Math.floor(size / 256 ** level)
    return Array.from({ length: Math.ceil(entries / 256) }, (_, index) =>
      tilePath({ level, index, width: Math.min(256, entries - index * 256) }),
    )
  })
}

function withFlippedBit(bytes: Buffer, n: number): Buffer {
  const flipped = Buffer.from(bytes)
  const bit = n % (flipped.length * 8)
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}
