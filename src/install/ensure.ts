import type { Configuration } from '../config/configuration.ts'
import { GvError } from '../errors.ts'
import { agrees } from '../progress/question.ts'
import type { Resolution } from '../project/resolution.ts'
import { toolchainName } from '../store/layout.ts'
import { printable, typed } from '../text.ts'
import type { GoVersion } from '../version/go-version.ts'
import { installToolchain } from './install.ts'
import { readRequests } from './requests.ts'
import type { Workbench } from './workbench.ts'

/** A Go that can be run now. */
export interface RunnableGo {
  /** The program `go`, absolute. */
  readonly program: string
  /** Null for somebody's wrapper of which it is not known. */
  readonly goroot: string | null
  readonly version: GoVersion | null
}

/**
 * The Go that a resolution means, installed first where it is missing and the user's settings allow it. Where it cannot be
 * installed but an installed one meets what go.mod asks for, that one, with a line that says so.
 * Throws GvError: what was asked for, why it is not there, and which setting stood in the way.
 */
export async function ensureGo(
  work: Workbench,
  configuration: Configuration,
  resolution: Resolution,
): Promise<RunnableGo> {
  if (resolution.program !== null) return { ...resolution, program: resolution.program }
  const obstacle = await obstacleTo(work, configuration, resolution)
  if (obstacle) return substituteOr(work, resolution, obstacle)
  try {
    return await installWanted(work, resolution)
  } catch (error) {
    if (error instanceof GvError && error.code !== 'interrupted') return substituteOr(work, resolution, error)
    throw error
  }
}

/** Why the Go that is meant is not installed now; undefined where nothing stands in the way. */
async function obstacleTo(
  work: Workbench,
  configuration: Configuration,
  resolution: Resolution,
): Promise<GvError | undefined> {
  const { wanted, reason } = resolution
  if (!wanted)
    return new GvError('no-such-version', 'there is no Go to run', {
      reason,
      hint: 'gv install latest && gv use --global latest',
    })
  const say = (why: string, hint: string) =>
    new GvError('no-such-version', `Go ${typed(wanted.text)} is not installed`, { reason: `${reason}; ${why}`, hint })
  const hint = `gv install ${typed(wanted.text)}`
  if (wanted.kind === 'system' || wanted.kind === 'path') return say('gv installs no such thing', 'gv current')
  if (work.plan.offline !== undefined)
    return say(`${work.plan.offline} forbids the network`, `${work.plan.offline} off, then ${hint}`)
  // A go.env that says so (Debian's) speaks of the Go it came with, not of gv.
  const { value, userSet } = work.settings.GOTOOLCHAIN
  if (userSet && value === 'local') return say('GOTOOLCHAIN=local forbids installing it unasked', hint)
  if (configuration.autoInstall === 'never')
    return say(`auto_install is never (${configuration.autoInstallFrom})`, hint)
  if (configuration.autoInstall === 'ask' && !(await agrees(work.context, `${reason}. Install it?`))) {
    return say(`auto_install is ask (${configuration.autoInstallFrom}), and nobody agreed`, hint)
  }
  return undefined
}

async function installWanted(work: Workbench, { wanted, reason, source }: Resolution): Promise<RunnableGo> {
  const { host } = work.context
  const [id] = await readRequests(work, [wanted?.text ?? 'latest'], host)
  if (!id) throw new Error('one spec is one request')
  const place = source.file === undefined ? printable(reason) : `${printable(source.file)}:${source.line} asks for it`
  work.reporter.notice(`gv: installing ${toolchainName(id.version, id.platform, host)}: ${place}`)
  const { toolchain } = await installToolchain(work, id)
  return { program: `${toolchain.goroot}/bin/go`, goroot: toolchain.goroot, version: toolchain.version }
}

function substituteOr(work: Workbench, { substitute, wanted }: Resolution, error: GvError): RunnableGo {
  if (!substitute) throw error
  const why = error.reason === undefined ? error.message : `${error.message}: ${error.reason}`
  work.reporter.notice(`gv: using ${substitute.version.text} in place of ${wanted?.text}: ${why}`)
  return { program: `${substitute.goroot}/bin/go`, goroot: substitute.goroot, version: substitute.version }
}
