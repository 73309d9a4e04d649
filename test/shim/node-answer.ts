/** The TypeScript resolver's answer to a case, in the words of the sh resolver. */
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { readConfiguration } from '../../src/config/configuration.ts'
import { GvError } from '../../src/errors.ts'
import type { Resolution } from '../../src/project/resolution.ts'
import { resolveGo } from '../../src/project/resolve.ts'
import { surroundingsOf } from '../../src/project/surroundings.ts'
import { plantCase } from '../support/plant-case.ts'
import type { Case } from '../support/project-cases.ts'
import type { ShAnswer } from './run-resolver.ts'

/** Plants the case below a root of its own, and resolves it; `declined` where it is an error. */
export function answerOfNode(root: string, one: Case): ShAnswer {
  const env = plantCase(root, one)
  const cwd = join(root, one.cwd)
  const context = {
    env: { ...env, PWD: cwd, PATH: '' },
    cwd: realpathSync(cwd),
    home: env.HOME ?? '',
    host: { os: 'linux', arch: 'amd64' },
    stdout: silent,
    stderr: silent,
    now: () => new Date(0),
    signal: new AbortController().signal,
  }
  try {
    const { gomod, trustSharedFiles } = readConfiguration(context)
    return answerOf(resolveGo(surroundingsOf(context, { asked: one.plus, gomod, trustsSharedFiles: trustSharedFiles })))
  } catch (error) {
    if (error instanceof GvError) return { kind: 'declined' }
    throw error
  }
}

const silent = { write: () => {}, isTTY: false, columns: 80 }

function answerOf({ source, spec, goroot, installed }: Resolution): ShAnswer {
  if (['default', 'system', 'none'].includes(source.kind)) return { kind: 'nothing' }
  const place = { file: source.file ?? '', line: String(source.line ?? '') }
  if (installed && goroot !== null) return { kind: 'found', goroot, ...place }
  return { kind: 'missing', spec: (spec ?? '').replace(/^go/, '').replace(/\.x$/, ''), ...place }
}
