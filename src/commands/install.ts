import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { type InstallOutcome, installToolchain } from '../install/install.ts'
import { readRequests } from '../install/requests.ts'
import type { Platform } from '../platform.ts'
import { describeError, renderError } from '../render.ts'
import { listInstalled } from '../store/installed.ts'
import { type Store, systemStoreLayout, type ToolchainId, toolchainName } from '../store/layout.ts'
import { durationText, printable } from '../text.ts'
import { parseSpec } from '../version/spec.ts'
import { resolveHere } from './chosen.ts'
import { platformAskedFor } from './platform-flags.ts'
import { proofTexts, proofWord } from './proof-words.ts'
import { refreshShims } from './reshim.ts'
import { withWorkbench } from './work.ts'
import { lookedAt, whichForAll, workplaceOf } from './workplace.ts'

/** `gv install SPEC…`: installs several side by side; one that fails does not keep the others from being installed. */
export async function install(asked: Context, input: CommandInput): Promise<CommandResult> {
  const platform = platformAskedFor(asked, input)
  const specs = input.args.length > 0 ? input.args : [specHere(asked, input)]
  const isThere = flagSet(input, 'system') && areInstalled(systemStoreLayout(asked), asked, specs, platform)
  const { context, store } = isThere ? lookedAt(asked, input) : workplaceOf(asked, input, 'install')
  return withWorkbench(
    context,
    input,
    async (work) => {
      const requests = await readRequests(work, specs, platform)
      const results = await Promise.allSettled(requests.map((id) => installToolchain(work, id)))
      if (store.kind === 'user') refreshShims(context)
      return summarize(context, requests, results)
    },
    store,
  )
}

/** Whether nothing is to be done: anybody may find that out. */
function areInstalled(store: Store, { host }: Context, specs: readonly string[], platform: Platform): boolean {
  const names = listInstalled(store, host).map(({ name }) => name)
  return specs.map(parseSpec).every((spec) => {
    return spec.kind === 'exact' && names.includes(toolchainName(spec.version, platform, host))
  })
}

/** What the project asks for. */
function specHere(context: Context, input: CommandInput): string {
  // A project says what its own user runs; what all users get is named.
  if (flagSet(input, 'system')) throw whichForAll('install')
  const { spec, source, version, reason } = resolveHere(context)
  if (spec !== null && source.kind !== 'system' && source.kind !== 'default') return version?.text ?? spec
  throw new GvError('usage', 'which Go is to be installed?', { reason, hint: 'gv install latest' })
}

/** What was done, and what failed: a single failure is thrown as it is, of several each is told. */
function summarize(
  context: Context,
  requests: readonly ToolchainId[],
  results: readonly PromiseSettledResult<InstallOutcome>[],
): CommandResult {
  const [first] = results
  if (results.length === 1 && first?.status === 'rejected') throw first.reason
  const rows = results.map((result, i) => {
    const id = requests[i]
    return result.status === 'fulfilled' ? installedRow(result.value) : failedRow(context, id, result.reason)
  })
  const failure = rows.find((row) => 'error' in row)
  return {
    text: results.flatMap((result) => (result.status === 'fulfilled' ? [outcomeLine(result.value)] : [])).join('\n'),
    json: rows,
    exitStatus: failure && 'error' in failure ? failure.error.exitStatus : 0,
  }
}

function outcomeLine({ toolchain, alreadyInstalled, receipt, durationMs }: InstallOutcome): string {
  const where = printable(toolchain.goroot)
  if (alreadyInstalled === 'system') return `${toolchain.name} is there already, in the system store: ${where}`
  if (alreadyInstalled === 'before') return `${toolchain.name} is already installed: ${where}`
  if (alreadyInstalled === 'meanwhile') return `${toolchain.name} was installed by another gv meanwhile: ${where}`
  return `${toolchain.name} installed in ${durationText(durationMs)}, ${proofTexts[proofWord(receipt?.proof ?? null)]}: ${where}`
}

function installedRow({ toolchain, alreadyInstalled, receipt }: InstallOutcome) {
  return {
    version: toolchain.version.text,
    ...toolchain.platform,
    goroot: toolchain.goroot,
    alreadyInstalled: alreadyInstalled !== undefined,
    source: receipt?.source ?? null,
    proof: receipt ? proofWord(receipt.proof) : null,
  }
}

function failedRow(context: Context, id: ToolchainId | undefined, reason: unknown) {
  renderError(context, reason, false)
  const error = describeError(reason)
  return { version: id?.version.text, ...id?.platform, error }
}
