import { readdirSync, statSync } from 'node:fs'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'
import type { Environment } from '../context.ts'
import type { Platform } from '../platform.ts'
import { isExecutableFile, realPath } from './program-file.ts'

/**
 * Where a Go usually lies on macOS and Linux; a `*` at the end stands for every folder of that beginning, newest
 * first. Other package managers' links lead to one of these.
 */
export function usualGoroots(home: string): readonly string[] {
  return [
    '/usr/local/go',
    '/opt/go/*',
    '/usr/lib/go*',
    '/usr/lib/golang',
    '/opt/homebrew/opt/go/libexec',
    '/usr/local/opt/go/libexec',
    join(home, 'sdk/*'),
    '/snap/go/current',
  ]
}

/**
 * The folders that may be a GOROOT on this machine, the likeliest first, each looked for only when the one before did
 * not do.
 */
export function* gorootCandidates(env: Environment, host: Platform, places: readonly string[]): Generator<string> {
  yield* gorootsInPath(env.PATH ?? '', host)
  for (const place of places) yield* place.endsWith('*') ? foldersMatching(place) : [place]
}

/**
 * The GOROOTs of the programs named `go` in PATH, found as such a program finds its own (cfg.findGOROOT): two or
 * three folders up from where it lies. Linux tells a program its path with all links followed, other systems as it
 * was called. gv's own shim, like that of every other manager, has no GOROOT there and is passed over; so are
 * relative entries of PATH.
 */
function* gorootsInPath(path: string, host: Platform): Generator<string> {
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue
    const program = join(folder, 'go')
    if (!isExecutableFile(program)) continue
    for (const exe of host.os === 'linux' ? [realPath(program)] : [program, realPath(program)]) {
      const bin = dirname(exe)
      yield* [dirname(bin), dirname(dirname(bin))].filter(isGoroot)
    }
  }
}

/** Go's own test: a GOPATH has no pkg/tool. */
function isGoroot(folder: string): boolean {
  return statSync(join(folder, 'pkg/tool'), { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** `/usr/lib/go*` → /usr/lib/go-1.22, /usr/lib/go-1.9, …: in the order of their numbers, highest first. */
function foldersMatching(pattern: string): string[] {
  const folder = dirname(pattern)
  const beginning = basename(pattern).slice(0, -1)
  const byNumber = new Intl.Collator('en', { numeric: true })
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(beginning) && !name.startsWith('.'))
      .sort((a, b) => byNumber.compare(b, a))
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}
