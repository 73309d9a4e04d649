/** A GOROOT that gv did not choose from its store: named by a path, or found on the machine. */
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GvError } from '../errors.ts'
import { isProgram } from '../exec/find-program.ts'
import { type GoVersion, parseGoVersion } from '../version/go-version.ts'
import { isThere, readProjectFile } from './project-file.ts'

/** A Go as it lies somewhere. */
export interface ForeignGo {
  /** The program `go`, absolute. */
  readonly program: string
  /** Undefined where the program is somebody's wrapper, with no GOROOT around it. */
  readonly goroot: string | undefined
  /** Undefined for one built from source, and for a wrapper's. */
  readonly version: GoVersion | undefined
}

/** The Go at a GOROOT; undefined if there is no program to run. */
export function goAt(goroot: string): ForeignGo | undefined {
  const program = join(goroot, 'bin/go')
  return isProgram(program) ? { program, goroot, version: readGorootVersion(goroot) } : undefined
}

/** The Go behind a program named `go`; undefined if it cannot be run. Its GOROOT is where its links lead to. */
export function goBehind(program: string): ForeignGo | undefined {
  if (!isProgram(program)) return undefined
  const goroot = dirname(dirname(realpathSync(program)))
  const isGoroot = isThere(join(goroot, 'VERSION')) && isThere(join(goroot, 'pkg/tool'))
  return { program, goroot: isGoroot ? goroot : undefined, version: isGoroot ? readGorootVersion(goroot) : undefined }
}

/** What the first line of a GOROOT's VERSION says; undefined for `devel …`, a custom suffix or no such file. */
function readGorootVersion(goroot: string): GoVersion | undefined {
  try {
    const text = readProjectFile(join(goroot, 'VERSION'), 4096).bytes.toString('utf8')
    return parseGoVersion(text.split('\n', 1)[0] ?? '')
  } catch (error) {
    if (error instanceof GvError) return undefined
    throw error
  }
}
