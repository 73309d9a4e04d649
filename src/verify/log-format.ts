/**
 * The texts that a checksum database serves: answers to look-ups, records, tree heads.
 * Sources: golang.org/design/25530-sumdb, golang.org/x/mod/sumdb/tlog (note.go). Pure.
 */
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'
import { decodeBase64 } from './base64.ts'
import { parseDecimal } from './decimal.ts'
import { type NoteKey, openNote } from './note.ts'
import { decodeStrictText } from './strict-text.ts'
import { hashBytes, type Tree } from './tlog.ts'

/** The longest answer to a look-up that is read, in bytes; real ones have about 500. */
const maxAnswerBytes = 64 * 1024

/** What a look-up was answered with. Nothing of it is proven yet. */
export interface LookupAnswer {
  /** The record's number in the log, from 0 on. */
  readonly record: number
  readonly recordText: string
  /** The signed tree head, a note. */
  readonly head: string
}

/**
 * Takes an answer apart: a number, a record, a blank line, a signed tree head. Undefined for anything else.
 * Stricter than Go's ParseRecord, which also takes `+5`, `-5` and `007` for numbers.
 */
export function parseLookupAnswer(answer: Uint8Array): LookupAnswer | undefined {
  if (answer.length > maxAnswerBytes) return undefined
  const text = decodeStrictText(answer)
  if (text === undefined) return undefined
  const numberEnd = text.indexOf('\n')
  const recordEnd = text.indexOf('\n\n', numberEnd + 1)
  if (numberEnd < 0 || recordEnd < 0) return undefined
  const record = parseDecimal(text.slice(0, numberEnd))
  if (record === undefined) return undefined
  return { record, recordText: text.slice(numberEnd + 1, recordEnd + 1), head: text.slice(recordEnd + 2) }
}

/** A module as the log names it: `golang.org/toolchain`, `v0.0.1-go1.22.5.linux-amd64`. */
export interface ModuleVersion {
  readonly module: string
  readonly version: string
}

/** What a record says of a module. */
export interface ModuleHashes {
  /** `h1:…` of the module's files. */
  readonly h1: string
  /** `h1:…` of its go.mod. */
  readonly goModH1: string
}

const h1Grammar = /^h1:[A-Za-z0-9+/]{43}=$/

/** Whether a text is an `h1:` hash, in its one right spelling. */
function isH1(text: string): boolean {
  return h1Grammar.test(text) && decodeBase64(text.slice(3)) !== undefined
}

/**
 * The hashes in the record of a module; undefined unless the record is exactly the two lines of that module and version.
 * cmd/go looked for its line among whatever came, and took it for proven when none was there (CVE-2026-42501, CVE-2026-56864).
 */
export function parseRecord(recordText: string, { module, version }: ModuleVersion): ModuleHashes | undefined {
  const lines = recordText.split('\n')
  const h1 = hashAfter(lines[0], `${module} ${version} `)
  const goModH1 = hashAfter(lines[1], `${module} ${version}/go.mod `)
  if (h1 === undefined || goModH1 === undefined || lines.length !== 3 || lines[2] !== '') return undefined
  return { h1, goModH1 }
}

function hashAfter(line: string | undefined, prefix: string): string | undefined {
  const hash = line?.startsWith(prefix) ? line.slice(prefix.length) : undefined
  return hash !== undefined && isH1(hash) ? hash : undefined
}

/** A tree head whose signature was checked, with the note that it stood in. */
export interface TreeHead extends Tree {
  readonly note: string
}

/** Opens a signed tree head. Throws GvError('verification') unless it is signed by this key and well formed. */
export function openTreeHead(note: string, key: NoteKey): TreeHead {
  const text = openNote(Buffer.from(note), key)
  const tree = parseTree(text)
  if (tree) return { ...tree, note }
  throw new GvError('verification', 'the tree head of the checksum database is malformed', {
    reason: `the log signed ${quoted(text)}`,
  })
}

const treeTitle = 'go.sum database tree'

/** Reads the text of a tree head; lines after the third are for later versions of the format, as for Go. Source: tlog.ParseTree. */
export function parseTree(text: string): Tree | undefined {
  const lines = text.split('\n', 4)
  const [title, sizeText = '', hashText = ''] = lines
  if (title !== treeTitle || lines.length < 4) return undefined
  const size = parseDecimal(sizeText)
  const hash = decodeBase64(hashText)
  return size !== undefined && hash?.length === hashBytes ? { size, hash } : undefined
}

/** The text that a log signs for a tree. Source: tlog.FormatTree. */
export function formatTree(tree: Tree): string {
  return `${treeTitle}\n${tree.size}\n${tree.hash.toString('base64')}\n`
}

/**
 * The path of a look-up below the log's URL. Throws GvError('usage') for what cannot be a module and its version; capitals are written
 * `!x`, as cmd/go does. Source: golang.org/x/mod/module, EscapePath and EscapeVersion.
 */
export function lookupPath({ module, version }: ModuleVersion): string {
  const isModule = module.split('/').every((element) => /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(element))
  if (!isModule || !/^v[0-9][A-Za-z0-9._~+-]*$/.test(version)) {
    throw new GvError('usage', `${quoted(`${module}@${version}`)} is not the name of a module`)
  }
  return `lookup/${escapeCapitals(module)}@${escapeCapitals(version)}`
}

function escapeCapitals(text: string): string {
  return text.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`)
}
