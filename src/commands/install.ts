import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { type InstallOutcome, installToolchain } from '../install/install.ts'
import { readRequests } from '../install/requests.ts'
import { describeError, renderError } from '../render.ts'
import type { ToolchainId } from '../store/layout.ts'
import { durationText, printable } from '../text.ts'
import { resolveHere } from './chosen.ts'
import { platformAskedFor } from './platform-flags.ts'
import { proofTexts, proofWord } from './proof-words.ts'
import { refreshShims } from './reshim.ts'
import { withWorkbench } from './work.ts'

/** `gv install SPEC…`: installs several side by side; one that fails does not keep the others from being installed. */
export async function install(context: Context, input: CommandInput): Promise<CommandResult> {
  const platform = platformAskedFor(context, input)
  const specs = input.args.length > 0 ? input.args : [specHere(context)]
  return withWorkbench(context, input, async (work) => {
    const requests = await readRequests(work, specs, platform)
    const results = await Promise.allSettled(requests.map((id) => installToolchain(work, id)))
    refreshShims(context)
    return summarize(context, requests, results)
  })
}

/** What the project asks for. */
function specHere(context: Context): string {
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
