import { readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import type { CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { platformName, samePlatform } from '../platform.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { type Store, storeLayout } from '../store/layout.ts'
import { readReceipt } from '../store/receipt.ts'
import { proofTexts, proofWord } from './proof-words.ts'

/** `gv list`: what is installed, newest first, and how each was proven. */
export async function list(context: Context): Promise<CommandResult> {
  const store = storeLayout(context)
  const current = currentName(store)
  const rows = listInstalled(store, context.host).map((toolchain) => describe(store, toolchain, current))
  return { text: rows.length === 0 ? nothingYet : table(context, rows), json: rows }
}

const nothingYet = 'no Go is installed yet\nhint: gv install latest'

interface Row {
  readonly version: string
  readonly os: string
  readonly arch: string
  readonly goroot: string
  readonly default: boolean
  /** `log`, `pgp`, `file` (a file:// GOPROXY's word), `none` (--insecure), `missing` (no receipt), `unreadable`. */
  readonly proof: string
  readonly source: string | null
  readonly installedAt: string | null
}

function describe(store: Store, toolchain: Toolchain, current: string | undefined): Row {
  const { proof, source, installedAt } = provenance(store, toolchain)
  return {
    version: toolchain.version.text,
    ...toolchain.platform,
    goroot: toolchain.goroot,
    default: toolchain.name === current,
    proof,
    source,
    installedAt,
  }
}

function provenance(store: Store, toolchain: Toolchain): Pick<Row, 'proof' | 'source' | 'installedAt'> {
  try {
    const receipt = readReceipt(store, toolchain)
    if (!receipt) return { proof: 'missing', source: null, installedAt: null }
    return { proof: proofWord(receipt.proof), source: receipt.source, installedAt: receipt.installedAt }
  } catch {
    // A list never fails for one bad receipt; `gv verify` says what is wrong with it.
    return { proof: 'unreadable', source: null, installedAt: null }
  }
}

function table(context: Context, rows: readonly Row[]): string {
  const names = rows.map((row) =>
    samePlatform(row, context.host) ? row.version : `${row.version} ${platformName(row)}`,
  )
  const width = Math.max(...names.map((name) => name.length))
  return rows
    .map((row, i) => `${row.default ? '*' : ' '} ${(names[i] ?? '').padEnd(width)}  ${proofTexts[row.proof]}`)
    .join('\n')
}

/** The toolchain that `current` points at, by name; undefined where no default is set. */
function currentName(store: Store): string | undefined {
  try {
    return basename(readlinkSync(store.current))
  } catch {
    return undefined
  }
}
