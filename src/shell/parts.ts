/** The shell programs that come with gv, as files: shims/ beside src/ or dist/. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The files of shims/, by name: `go`, `resolve.sh`, `hook.bash`, … */
export function readParts(folder = partsFolder()): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** shims/ of the package; this file lies in src/shell/, or bundled in dist/. */
function partsFolder(): string {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const [found] = ['../shims', '../../shims'].map((path) => join(here, path)).filter((path) => existsSync(path))
  if (found === undefined) throw new Error(`shims/ is missing beside ${here}`)
  return found
}
