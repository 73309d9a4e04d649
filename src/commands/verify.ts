import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { exitStatuses, GvError } from '../errors.ts'
import { type Inspection, inspectGoroot, inspectToolchain, isSound } from '../inspect/inspect.ts'
import { repairToolchain } from '../inspect/repair.ts'
import type { Workbench } from '../install/workbench.ts'
import { platformName } from '../platform.ts'
import { describeError, type ErrorObject, renderError } from '../render.ts'
import type { Difference } from '../store/check.ts'
import { listInstalled } from '../store/installed.ts'
import { storeLayout, systemStoreLayout } from '../store/layout.ts'
import { listAllInstalled, type PlacedToolchain } from '../system/seen.ts'
import { printable, quoted } from '../text.ts'
import { releaseName } from '../version/go-version.ts'
import { chooseInstalled } from './chosen.ts'
import { platformAskedFor } from './platform-flags.ts'
import { withWorkbench } from './work.ts'
import { workplaceOf } from './workplace.ts'

/** `gv verify [SPEC | PATH]… [--all]`: checks every file; a check that finds something ends with status 5. */
export async function verify(asked: Context, input: CommandInput): Promise<CommandResult> {
  const repairs = flagSet(input, 'repair')
  const { context, store } = repairs
    ? workplaceOf(asked, input, 'verify')
    : { context: asked, store: storeLayout(asked) }
  const look = async (work: Workbench): Promise<CommandResult> => {
    const targets = readTargets(work, input)
    const results: Result[] = []
    for (const target of targets) results.push(await check(work, target, input, targets.length > 1))
    const failure = results.find((result) => 'error' in result || !result.ok)
    const exitStatus = failure ? ('error' in failure ? failure.error.exitStatus : exitStatuses.verification) : 0
    const texts = results.flatMap((result) => ('error' in result ? [] : [result.text]))
    const json = results.map(({ text, ...fields }) => fields)
    return { text: texts.join('\n') || (targets.length === 0 ? 'no Go is installed' : ''), json, exitStatus }
  }
  return withWorkbench(context, input, look, store)
}

/** An installed toolchain, or the path of a GOROOT. */
type Target = { readonly toolchain: PlacedToolchain } | { readonly goroot: string }

type Result =
  | { readonly goroot: string; readonly text: string; readonly error: ErrorObject }
  | {
      readonly goroot: string
      readonly version: string
      readonly os: string
      readonly arch: string
      readonly ok: boolean
      readonly against: string
      readonly repaired: readonly Difference[]
      readonly differences: readonly Difference[]
      readonly problem: string | null
      readonly text: string
    }

function readTargets(work: Workbench, input: CommandInput): Target[] {
  const { context } = work
  const installed = toolchainsToLookAt(work, input)
  if (flagSet(input, 'all')) return installed.map((toolchain) => ({ toolchain }))
  if (input.args.length === 0) {
    throw new GvError('usage', 'what is to be verified?', {
      reason: 'nothing was named',
      hint: 'gv verify 1.22.5, gv verify --all',
    })
  }
  const platform = platformAskedFor(context, input)
  return input.args.map((text) => {
    if (!text.includes('/') && text !== '.' && text !== '..')
      return { toolchain: chooseInstalled(context, text, platform, installed) }
    const goroot = resolve(context.cwd, text.replace(/^path:/, ''))
    if (!statSync(goroot, { throwIfNoEntry: false })?.isDirectory()) {
      throw new GvError('usage', `${quoted(text)} is not a folder`, { hint: 'gv verify /usr/local/go' })
    }
    const own = installed.find((toolchain) => toolchain.goroot === goroot)
    return own ? { toolchain: own } : { goroot }
  })
}

/** Of both stores; with --system of the system store alone. */
function toolchainsToLookAt({ context, store }: Workbench, input: CommandInput): PlacedToolchain[] {
  const isSystem = flagSet(input, 'system')
  if (!isSystem) return listAllInstalled(context)
  const shared = store.kind === 'system' ? store : systemStoreLayout(context)
  return listInstalled(shared, context.host).map((toolchain) => ({ ...toolchain, store: shared }))
}

async function check(work: Workbench, target: Target, input: CommandInput, isOneOfMany: boolean): Promise<Result> {
  const goroot = 'toolchain' in target ? target.toolchain.goroot : target.goroot
  try {
    const found =
      'toolchain' in target
        ? await inspectToolchain(work, target.toolchain, target.toolchain.store)
        : await inspectGoroot(work, goroot)
    const wantsRepair = flagSet(input, 'repair') && !isSound(found)
    if (!wantsRepair) return describe(found, [])
    if (!('toolchain' in target)) throw notOurs(goroot)
    if (target.toolchain.store.kind !== work.store.kind) throw rootsToRepair(target.toolchain)
    return describe(await repairToolchain(work, target.toolchain, found), found.differences)
  } catch (error) {
    if (!isOneOfMany || (error instanceof GvError && error.code === 'interrupted')) throw error
    renderError(work.context, error, false)
    return { goroot, text: '', error: describeError(error) }
  }
}

function notOurs(goroot: string): GvError {
  return new GvError('usage', `${quoted(goroot)} is not repaired`, {
    reason: 'gv repairs only what it installed',
    hint: 'install it again the way it was installed',
  })
}

function rootsToRepair({ name, version }: PlacedToolchain): GvError {
  return new GvError('storage', `${name} is not repaired`, {
    reason: "it lies in the system store, which is root's to change",
    hint: `sudo gv verify --repair --system ${version.text}`,
  })
}

function describe(found: Inspection, repaired: readonly Difference[]): Result {
  const { goroot, toolchain, against, differences, problem } = found
  const { version, platform } = toolchain
  return {
    goroot,
    version: version.text,
    ...platform,
    ok: isSound(found),
    against,
    repaired,
    differences,
    problem: problem ?? null,
    text: lines(found, repaired).join('\n'),
  }
}

const soundTexts = {
  receipt: 'every file is as the checksum database has it (by its receipt)',
  log: 'every file is as the checksum database has it',
  note: 'every file is as it was installed; that it is the published one was NOT PROVEN',
} as const

const kindTexts: Readonly<Record<Difference['kind'], string>> = {
  changed: 'changed',
  missing: 'missing',
  added: 'added',
  mode: 'mode',
  type: 'type',
}

function lines(found: Inspection, repaired: readonly Difference[]): string[] {
  const { toolchain, differences, problem } = found
  const name = `${releaseName(toolchain.version)} ${platformName(toolchain.platform)}`
  const mended = repaired.length > 0 ? [`${name}: ${repaired.length} repaired`, ...repaired.map(differenceLine)] : []
  if (isSound(found)) return [...mended, `${name}: ${soundTexts[found.against]}: ${printable(found.goroot)}`]
  const what = problem ?? `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`
  return [
    ...mended,
    `${name} is NOT as published: ${what}: ${printable(found.goroot)}`,
    ...differences.map(differenceLine),
  ]
}

function differenceLine({ kind, path, detail }: Difference): string {
  return `  ${kindTexts[kind].padEnd(7)}  ${printable(path || '.', 1000)}${detail ? ` (${printable(detail)})` : ''}`
}
