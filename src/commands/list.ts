import { dirname, resolve } from 'node:path'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { platformName, samePlatform } from '../platform.ts'
import { listInstalled } from '../store/installed.ts'
import { type Store, storeLayout } from '../store/layout.ts'
import { readLink } from '../store/link.ts'
import { readReceipt } from '../store/receipt.ts'
import { type PlacedToolchain, seeSystemStore } from '../system/seen.ts'
import { bytesText, printable } from '../text.ts'
import { proofTexts, proofWord } from './proof-words.ts'

/** `gv list`: what is installed, the user's own and then what all users of the machine have, and how each was proven. */
export async function list(context: Context, input: CommandInput): Promise<CommandResult> {
  const shared = seeSystemStore(context, process.geteuid?.())
  for (const note of shared.notes) context.stderr.write(`gv: ${note}\n`)
  const own = flagSet(input, 'system') ? [] : ownToolchains(context)
  const toolchains = [...own, ...shared.toolchains.map((toolchain) => ({ ...toolchain, store: shared.store }))]
  const rows = toolchains.map(describe)
  if (rows.length === 0) return { text: nothingYet, json: rows }
  if (!flagSet(input, 'size')) return { text: table(context, rows).join('\n'), json: rows }
  return withSizes(table(context, rows), rows)
}

function ownToolchains(context: Context): PlacedToolchain[] {
  const store = storeLayout(context)
  return listInstalled(store, context.host).map((toolchain) => ({ ...toolchain, store }))
}

const nothingYet = 'no Go is installed yet\nhint: gv install latest'

interface Row {
  readonly version: string
  readonly os: string
  readonly arch: string
  readonly goroot: string
  /** Whose it is: `user`, or `system` for what all users of the machine have. */
  readonly store: string
  /** Whether the store's own link leads to it: `current`, or for the system store `/usr/local/go`. */
  readonly default: boolean
  /** `log`, `pgp`, `file` (a file:// GOPROXY's word), `none` (--insecure), `missing` (no receipt), `unreadable`. */
  readonly proof: string
  readonly source: string | null
  readonly installedAt: string | null
}

function describe(toolchain: PlacedToolchain): Row {
  const { store, version, platform, goroot } = toolchain
  const { proof, source, installedAt } = provenance(toolchain)
  return {
    version: version.text,
    ...platform,
    goroot,
    store: store.kind,
    default: goroot === linkedGoroot(store),
    proof,
    source,
    installedAt,
  }
}

function provenance(toolchain: PlacedToolchain): Pick<Row, 'proof' | 'source' | 'installedAt'> {
  try {
    const receipt = readReceipt(toolchain.store, toolchain)
    if (!receipt) return { proof: 'missing', source: null, installedAt: null }
    return { proof: proofWord(receipt.proof), source: receipt.source, installedAt: receipt.installedAt }
  } catch {
    // A list never fails for one bad receipt; `gv verify` says what is wrong with it.
    return { proof: 'unreadable', source: null, installedAt: null }
  }
}

function table(context: Context, rows: readonly Row[]): string[] {
  const names = rows.map((row) =>
    samePlatform(row, context.host) ? row.version : `${row.version} ${platformName(row)}`,
  )
  const width = Math.max(...names.map((name) => name.length))
  return rows.map((row, i) => {
    const where = row.store === 'system' ? `; of all users: ${printable(row.goroot)}` : ''
    return `${row.default ? '*' : ' '} ${(names[i] ?? '').padEnd(width)}  ${proofTexts[row.proof]}${where}`
  })
}

/** What each takes on the disk, what of that would be free without it, and all together: files of several are there once. */
async function withSizes(lines: readonly string[], rows: readonly Row[]): Promise<CommandResult> {
  const { apparentBytes, freedBytes } = await import('../upkeep/disk-usage.ts')
  const sized: (Row & { sizeBytes: number; ownBytes: number })[] = []
  for (const row of rows) {
    sized.push({ ...row, sizeBytes: await apparentBytes(row.goroot), ownBytes: await freedBytes([row.goroot]) })
  }
  const total = sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const real = await freedBytes(rows.map(({ goroot }) => goroot))
  const sizes = sized.map(({ sizeBytes, ownBytes }) => `; ${bytesText(sizeBytes)}, ${bytesText(ownBytes)} of its own`)
  const texts = lines.map((line, i) => `${line}${sizes[i]}`)
  return { text: [...texts, `${bytesText(total)} in all, ${bytesText(real)} on the disk`].join('\n'), json: sized }
}

/** The toolchain that a store's link leads to; undefined where it leads nowhere, or there is none. */
function linkedGoroot({ current }: Store): string | undefined {
  try {
    const target = readLink(current)
    return target === undefined ? undefined : resolve(dirname(current), target)
  } catch {
    return undefined
  }
}
