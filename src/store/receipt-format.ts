/** What a receipt holds, its text, and back. Pure. */
import { type Platform, platformName } from '../platform.ts'
import { type Proof, parseProof } from '../verify/proof.ts'
import { countOf, malformed, objectOf, textOf } from '../verify/receipt-fields.ts'
import { type GoVersion, isRelease, parseGoVersion } from '../version/go-version.ts'

/** How a toolchain came here and how it was proven: `receipts/go1.22.5.json`. */
export interface Receipt {
  readonly version: GoVersion
  readonly platform: Platform
  /** The URL the archive came from, without user, password and query; of one that was copied, the path. */
  readonly source: string
  /** The archive as it was fetched; null where a tree was copied that was here already. */
  readonly archive: { readonly sha256: string; readonly sizeBytes: number } | null
  readonly tree: TreeSummary
  /** What proves it; null only for an install with --insecure. */
  readonly proof: Proof | null
  /** Whether it was installed without a proof, because the user said so. */
  readonly insecure: boolean
  /** ISO 8601, UTC. */
  readonly installedAt: string
  /** gv's own version. */
  readonly gvVersion: string
  /** The user's umask at that time: which bits were taken off 0644 and 0755. */
  readonly umask: number
}

/** The installed tree in short. */
export interface TreeSummary {
  /** Over the files that the log covers; the receipt's `.h1` file is the text it is the hash of. */
  readonly h1: string
  /** SHA-256 of the receipt's `.extra` file, the lines of the other files; null when there are none. */
  readonly extraSha256: string | null
  readonly files: number
  /** Of the files' contents. */
  readonly sizeBytes: number
}

/** Counted up when a field changes its meaning. */
const format = 1

export function receiptText(receipt: Receipt): string {
  const { version, platform, umask, ...rest } = receipt
  const json = {
    format,
    version: version.text,
    platform: platformName(platform),
    ...rest,
    umask: umask.toString(8).padStart(3, '0'),
  }
  return `${JSON.stringify(json, null, 2)}\n`
}

/** Reads a receipt. Throws GvError('storage') for anything that gv does not write itself. */
export function parseReceipt(text: string): Receipt {
  const json = objectOf(parseJson(text), 'receipt')
  if (json.format !== format) throw malformed('format')
  if (typeof json.insecure !== 'boolean') throw malformed('insecure')
  return {
    version: versionOf(json.version),
    platform: platformOf(json.platform),
    source: textOf(json.source, 'source', oneLine),
    archive: json.archive === null ? null : archiveOf(json.archive),
    tree: treeOf(json.tree),
    proof: json.proof === null ? null : parseProof(json.proof),
    insecure: json.insecure,
    installedAt: textOf(json.installedAt, 'installedAt', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/),
    gvVersion: textOf(json.gvVersion, 'gvVersion', oneLine),
    umask: Number.parseInt(textOf(json.umask, 'umask', /^[0-7]{3,4}$/), 8),
  }
}

const oneLine = /^[^\n]{1,4096}$/
const sha256 = /^[0-9a-f]{64}$/

function archiveOf(json: unknown): Receipt['archive'] {
  const archive = objectOf(json, 'archive')
  return {
    sha256: textOf(archive.sha256, 'archive.sha256', sha256),
    sizeBytes: countOf(archive.sizeBytes, 'archive.sizeBytes'),
  }
}

function treeOf(json: unknown): TreeSummary {
  const tree = objectOf(json, 'tree')
  return {
    h1: textOf(tree.h1, 'tree.h1', /^h1:[A-Za-z0-9+/]{43}=$/),
    extraSha256: tree.extraSha256 === null ? null : textOf(tree.extraSha256, 'tree.extraSha256', sha256),
    files: countOf(tree.files, 'tree.files'),
    sizeBytes: countOf(tree.sizeBytes, 'tree.sizeBytes'),
  }
}

function versionOf(json: unknown): GoVersion {
  const version = typeof json === 'string' ? parseGoVersion(json) : undefined
  if (!version || !isRelease(version)) throw malformed('version')
  return version
}

function platformOf(json: unknown): Platform {
  const [, os, arch] = /^([a-z0-9]+)-([a-z0-9]+)$/.exec(textOf(json, 'platform')) ?? []
  if (os === undefined || arch === undefined) throw malformed('platform')
  return { os, arch }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('receipt')
  }
}
