import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../store/layout.ts'
import { replaceFile } from '../store/replace-file.ts'
import { storageError } from '../store/storage-error.ts'
import { quoteFor } from './quote.ts'

/** What the launcher starts. Both absolute. */
export interface Launched {
  /** The Node that runs gv now; another one in PATH does when it is gone, as version managers of Node take it away. */
  readonly node: string
  /** gv's own program, `dist/gv.js`. */
  readonly program: string
}

/** Writes `bin/gv` of a store, by which shims and people start gv. Throws GvError('storage'). */
export function writeLauncher(store: Store, launched: Launched): void {
  const path = join(store.bin, 'gv')
  const text = launcherText(store, launched)
  try {
    mkdirSync(store.bin, { recursive: true, mode: 0o755 })
    if (readIfThere(path) === text) return
    replaceFile(path, text, 0o755)
  } catch (error) {
    throw storageError(error, 'cannot write the launcher', path)
  }
}

function launcherText({ root }: Store, { node, program }: Launched): string {
  return `#!/bin/sh
# Starts gv, by the Node that it was set up with or else by that in PATH. A hook that is newer than gv it prints itself: for each shell that
# starts 40 ms less.
node=${quoteFor('sh', node)} program=${quoteFor('sh', program)} root=${quoteFor('sh', root)}
case $#:\${1-}:\${2-} in
  2:init:bash | 2:init:zsh | 2:init:fish | 2:init:sh)
    if [ "\${GV_ROOT:-$root}" = "$root" ] && [ "$root/lib/hook.$2" -nt "\${program%/*}" ]; then exec /bin/cat "$root/lib/hook.$2"; fi
    ;;
esac
if [ ! -x "$node" ]; then node=$(command -v node); fi
if [ -z "$node" ] || [ ! -f "$program" ]; then
  printf 'gv: gv cannot be started: its Node or its program (%s) is gone\\nhint: install Node 20.19 or newer, and run gv reshim from where gv is now\\n' "$program" >&2
  exit 127
fi
exec "$node" "$program" "$@"
`
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
