import type { CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { exitStatuses } from '../errors.ts'
import type { Resolution, Source } from '../project/resolution.ts'
import { typed } from '../text.ts'
import { resolveHere } from './chosen.ts'

/** `gv current`: which Go is meant here, why, and whether it is there; status 1 when there is nothing to run. */
export async function current(context: Context): Promise<CommandResult> {
  const resolution = resolveHere(context)
  return {
    text: lines(resolution).join('\n'),
    json: {
      version: resolution.version?.text ?? null,
      installed: resolution.installed,
      spec: resolution.spec,
      source: sourceWord(resolution.source),
      line: resolution.source.line ?? null,
      reason: resolution.reason,
      goroot: resolution.goroot,
      program: resolution.program,
      requirement: requirementOf(resolution),
      warnings: resolution.warnings,
    },
    exitStatus: resolution.installed ? 0 : exitStatuses.failed,
  }
}

function requirementOf({ requirement }: Resolution) {
  return requirement ? { version: requirement.minimum.text, file: requirement.file, line: requirement.line } : null
}

/** As the contract has it: a file, or a word for what is none. */
function sourceWord(source: Source): string | null {
  switch (source.kind) {
    case 'pin':
    case 'go.mod':
    case 'go.work':
      return source.file
    case 'environment':
      return 'GV_VERSION'
    case 'none':
      return null
    default:
      return source.kind
  }
}

function lines({ version, installed, wanted, spec, reason, warnings, program, goroot }: Resolution): string[] {
  const name = version?.text ?? (installed ? `a Go without a version (${program})` : (spec ?? 'none'))
  const missing = wanted ? [`hint: gv install ${typed(version?.text ?? wanted.text)}`] : []
  return [
    `${name}  ${reason}`,
    ...(goroot ? [`GOROOT ${goroot}`] : []),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...missing,
  ]
}
