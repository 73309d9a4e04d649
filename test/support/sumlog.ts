import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { GvError } from '../../src/errors.ts'
import { formatTree, type ModuleVersion } from '../../src/verify/log-format.ts'
import type { LogStorage } from '../../src/verify/log-tiles.ts'
import { type NoteKey, parseNoteKey } from '../../src/verify/note.ts'

/**
 * A checksum database of the tests' own: it signs, serves tiles, can be forked, and can be told to lie.
 * It computes its tree in the plainest way there is (all levels kept), so that it shares no code with what it tests.
 */
export class SumLog {
  readonly key: NoteKey
  readonly #privateKey: KeyObject
  /** hashes[L][i] is the root over the records [i·2^L, (i+1)·2^L). */
  readonly #hashes: Buffer[][] = [[]]
  readonly #texts: string[] = []
  readonly #records = new Map<string, number>()

  constructor(name = 'sum.test.invalid', privateKey = generateKeyPairSync('ed25519').privateKey) {
    this.#privateKey = privateKey
    this.key = parseNoteKey(verifierKeyText(name, privateKey))
  }

  get size(): number {
    return this.#texts.length
  }

  /** Appends a record as it stands and returns its number. */
  append(text: string): number {
    let hash = sha256(Buffer.of(0), text)
    let index = this.#texts.push(text) - 1
    for (let level = 0; ; level++) {
      const hashes = this.#hashes[level] ?? []
      this.#hashes[level] = hashes
      hashes.push(hash)
      const left = hashes[index - 1]
      if (index % 2 === 0 || !left) return this.#texts.length - 1
      hash = sha256(Buffer.of(1), left, hash)
      index = (index - 1) / 2
    }
  }

  /** Appends the record of a module. */
  add(module: ModuleVersion, h1 = h1Of(`${module.module}@${module.version}`), goModH1 = h1Of('go.mod')): number {
    const record = this.append(recordText(module, h1, goModH1))
    this.#records.set(lookupName(module), record)
    return record
  }

  /** Appends records of no interest until there are that many. */
  growTo(size: number): this {
    while (this.size < size) this.add({ module: 'example.com/filler', version: `v1.0.${this.size}` })
    return this
  }

  /** A log with the same key that begins with the first records of this one, and may go on otherwise. */
  fork(size = this.size): SumLog {
    const other = new SumLog(this.key.name, this.#privateKey)
    for (const text of this.#texts.slice(0, size)) other.append(text)
    for (const [name, record] of this.#records) if (record < size) other.#records.set(name, record)
    return other
  }

  rootHash(size = this.size): Buffer {
    if (size === 0) return sha256()
    const parts: Buffer[] = []
    for (let from = 0, level = 52; level >= 0; level--) {
      const width = 2 ** level
      if (from + width > size) continue
      parts.push(this.#hashAt(level, from / width))
      from += width
    }
    return parts.reduceRight((right, left) => sha256(Buffer.of(1), left, right))
  }

  /** The signed head of the tree of the first `size` records. */
  head(size = this.size): string {
    return this.sign(formatTree({ size, hash: this.rootHash(size) }))
  }

  /** A note over any text, signed with the log's key. */
  sign(text: string): string {
    const signature = Buffer.concat([
      Buffer.from(this.key.hash, 'hex'),
      sign(null, Buffer.from(text), this.#privateKey),
    ])
    return `${text}\n— ${this.key.name} ${signature.toString('base64')}\n`
  }

  /** The text of a record. */
  record(number: number): string {
    return this.#texts[number] ?? raise(`there is no record ${number}`)
  }

  recordOf(module: ModuleVersion): number {
    return this.#records.get(lookupName(module)) ?? raise(`there is no record of ${module.version}`)
  }

  /** What the log answers to a look-up; with the head of an older tree if asked to. */
  answer(module: ModuleVersion, size = this.size): string {
    const record = this.recordOf(module)
    return `${record}\n${this.record(record)}\n${this.head(size)}`
  }

  /** What it serves at a path below its URL; undefined for 404. */
  serve(path: string): Buffer | undefined {
    if (path === 'latest') return Buffer.from(this.head())
    if (path.startsWith('lookup/')) {
      const record = this.#records.get(path.slice('lookup/'.length))
      return record === undefined ? undefined : Buffer.from(`${record}\n${this.record(record)}\n${this.head()}`)
    }
    return this.#tile(path)
  }

  #tile(path: string): Buffer | undefined {
    const match = /^tile\/8\/(\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path)
    if (!match) return undefined
    const [, level = '', place = '', width = '256'] = match
    const index = Number(place.replace(/[x/]/g, ''))
    const hashes = this.#hashes[8 * Number(level)]?.slice(index * 256, index * 256 + Number(width)) ?? []
    return hashes.length === Number(width) ? Buffer.concat(hashes) : undefined
  }

  #hashAt(level: number, index: number): Buffer {
    return this.#hashes[level]?.[index] ?? raise(`there is no hash ${level}/${index}`)
  }
}

/** The storage of one store, in memory, with a log behind it that can be exchanged and counted. */
export class MemoryStorage implements LogStorage {
  serve: (path: string) => Buffer | undefined
  readonly cache = new Map<string, Buffer>()
  readonly requests: string[] = []
  readonly evidence: string[] = []
  head: string | undefined
  offline = false

  constructor(log: Pick<SumLog, 'serve'>) {
    this.serve = (path) => log.serve(path)
  }

  async readRemote(path: string): Promise<Buffer | undefined> {
    if (this.offline) throw new GvError('network', 'there is no network')
    this.requests.push(path)
    return this.serve(path)
  }

  async readCache(path: string): Promise<Buffer | undefined> {
    return this.cache.get(path)
  }

  async writeCache(path: string, data: Buffer): Promise<void> {
    this.cache.set(path, Buffer.from(data))
  }

  async dropCache(path: string): Promise<void> {
    this.cache.delete(path)
  }

  async readHead(): Promise<string | undefined> {
    return this.head
  }

  async replaceHead(previous: string | undefined, next: string): Promise<boolean> {
    if (this.head !== previous) return false
    this.head = next
    return true
  }

  async keepEvidence(text: string): Promise<string> {
    this.evidence.push(text)
    return `/evidence/${this.evidence.length}.txt`
  }
}

export function recordText({ module, version }: ModuleVersion, h1: string, goModH1: string): string {
  return `${module} ${version} ${h1}\n${module} ${version}/go.mod ${goModH1}\n`
}

/** Some `h1:` hash, another for each text. */
export function h1Of(text: string): string {
  return `h1:${createHash('sha256').update(text).digest('base64')}`
}

/** The toolchain module of a release. */
export function toolchain(release: string, platform = 'linux-amd64'): ModuleVersion {
  return { module: 'golang.org/toolchain', version: `v0.0.1-go${release}.${platform}` }
}

/** `name+hash+base64` of a private key's public half. */
function verifierKeyText(name: string, privateKey: KeyObject): string {
  const { x } = privateKey.export({ format: 'jwk' })
  const key = Buffer.concat([Buffer.of(1), Buffer.from(x ?? raise('no public half'), 'base64url')])
  return `${name}+${sha256(`${name}\n`, key).toString('hex', 0, 4)}+${key.toString('base64')}`
}

function lookupName({ module, version }: ModuleVersion): string {
  return `${module}@${version}`
}

function sha256(...parts: (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function raise(reason: string): never {
  throw new Error(reason)
}
