import { shownUrl } from '../text.ts'
import { countOf, malformed, objectOf, textOf } from './receipt-fields.ts'

/**
 * That the log holds the hash of a module: everything that is needed to check it again without network, with nothing but the
 * log's public key.
 */
export interface LogProof {
  /** The log's name, `sum.golang.org`. */
  readonly log: string
  readonly module: string
  readonly version: string
  /** `h1:…` of the module's files. */
  readonly h1: string
  /** The record's number, from 0 on. */
  readonly record: number
  readonly recordText: string
  /** The inclusion proof, from the record up; base64. */
  readonly inclusion: readonly string[]
  /** The signed tree head, a note. */
  readonly head: string
}

/** That the archive was signed with a key that the pinned one vouches for. */
export interface PgpProof {
  /** The pinned key; 40 (version 4) or 64 (version 6) lower-case hex digits. */
  readonly primaryFingerprint: string
  /** The key that signed, the same or a subkey. */
  readonly signingFingerprint: string
  /** When the signature says it was made; ISO 8601, UTC. */
  readonly signedAt: string
  /** The signature itself, armored. */
  readonly signature: string
}

/** That the archive is the one that go.dev's list (or a mirror's copy of it) names. Vouches for nothing that came from the same hand. */
export interface ListProof {
  /** Where the list came from, without user, password and query. */
  readonly url: string
  /** Of the archive; lower-case hex. */
  readonly sha256: string
  readonly sizeBytes: number
}

/**
 * That nothing was proven because the user's own settings excuse it, as they do for cmd/go: a GOPROXY that is one file:// URL, with the log
 * switched off.
 */
export interface FileExcuse {
  /** The GOPROXY, a file:// URL. */
  readonly url: string
  /** What switched the log off. */
  readonly setting: 'GOSUMDB' | 'GONOSUMDB'
}

/** What proves a toolchain, in one or several ways; kept in its receipt. */
export interface Proof {
  readonly log?: LogProof
  readonly pgp?: PgpProof
  readonly list?: ListProof
  readonly file?: FileExcuse
}

/** Reads the proof of a receipt out of parsed JSON. Throws GvError('storage') for anything that gv does not write itself. */
export function parseProof(json: unknown): Proof {
  const { log, pgp, list, file } = objectOf(json, 'proof')
  return {
    ...(log === undefined ? {} : { log: parseLogProof(log) }),
    ...(pgp === undefined ? {} : { pgp: parsePgpProof(pgp) }),
    ...(list === undefined ? {} : { list: parseListProof(list) }),
    ...(file === undefined ? {} : { file: parseFileExcuse(file) }),
  }
}

function parseLogProof(json: unknown): LogProof {
  const fields = objectOf(json, 'log')
  const { inclusion } = fields
  if (!Array.isArray(inclusion) || inclusion.length > 64) throw malformed('log')
  return {
    log: textOf(fields.log, 'log.log'),
    module: textOf(fields.module, 'log.module'),
    version: textOf(fields.version, 'log.version'),
    h1: textOf(fields.h1, 'log.h1', /^h1:[A-Za-z0-9+/]{43}=$/),
    record: countOf(fields.record, 'log.record'),
    recordText: textOf(fields.recordText, 'log.recordText'),
    inclusion: inclusion.map((hash) => textOf(hash, 'log.inclusion', /^[A-Za-z0-9+/]{43}=$/)),
    head: textOf(fields.head, 'log.head'),
  }
}

function parsePgpProof(json: unknown): PgpProof {
  const fields = objectOf(json, 'pgp')
  const fingerprint = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
  return {
    primaryFingerprint: textOf(fields.primaryFingerprint, 'pgp.primaryFingerprint', fingerprint),
    signingFingerprint: textOf(fields.signingFingerprint, 'pgp.signingFingerprint', fingerprint),
    signedAt: textOf(fields.signedAt, 'pgp.signedAt', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    signature: textOf(fields.signature, 'pgp.signature'),
  }
}

function parseListProof(json: unknown): ListProof {
  const fields = objectOf(json, 'list')
  return {
    url: shownUrl(textOf(fields.url, 'list.url')),
    sha256: textOf(fields.sha256, 'list.sha256', /^[0-9a-f]{64}$/),
    sizeBytes: countOf(fields.sizeBytes, 'list.sizeBytes'),
  }
}

function parseFileExcuse(json: unknown): FileExcuse {
  const fields = objectOf(json, 'file')
  const setting = textOf(fields.setting, 'file.setting', /^GO(?:NO)?SUMDB$/)
  return {
    url: shownUrl(textOf(fields.url, 'file.url', /^file:/)),
    setting: setting === 'GOSUMDB' ? 'GOSUMDB' : 'GONOSUMDB',
  }
}
