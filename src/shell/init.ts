/** What `gv init SHELL` prints, and what lies in a store's lib/ for start-up files to read. Pure. */
import { quoteFor, type ShellName } from './quote.ts'
import { partText, type ShimPlaces } from './shim-text.ts'

/**
 * The hook of a shell, to be evaluated by it. Nothing in it is taken for an alias of the user's, and no path is unquoted.
 * @param parts the files of shims/, by name
 */
export function hookText(shell: ShellName, parts: ReadonlyMap<string, string>, places: ShimPlaces): string {
  const text = bodies[shell](parts, places)
  return wrappers[shell](text)
}

const bodies: Readonly<Record<ShellName, (parts: ReadonlyMap<string, string>, places: ShimPlaces) => string>> = {
  bash: (parts, places) => bodyWithResolver('hook.bash', 'bash', parts, places),
  zsh: (parts, places) => bodyWithResolver('hook.zsh', 'zsh', parts, places),
  sh: (parts, places) => ownRoot('sh', places) + partText(part(parts, 'hook.sh'), places),
  fish: (parts, places) => ownRoot('fish', places) + part(parts, 'hook.fish'),
}

/**
 * Aliases are put in when a text is parsed, so that it is parsed while there are none: in bash as one word for `eval`,
 * in zsh within a function whose options end with it.
 */
const wrappers: Readonly<Record<ShellName, (text: string) => string>> = {
  bash: (text) => `\\shopt -q expand_aliases && _gv_aliases=-s || _gv_aliases=-u
\\shopt -u expand_aliases
\\builtin eval ${quoteFor('bash', text)}
\\shopt "$_gv_aliases" expand_aliases
`,
  zsh: (text) => `() {
\\builtin emulate -L zsh
\\builtin setopt no_aliases
\\builtin eval "$1"
} ${quoteFor('zsh', text)}
`,
  sh: (text) => text,
  fish: (text) => text,
}

function bodyWithResolver(
  name: string,
  shell: 'bash' | 'zsh',
  parts: ReadonlyMap<string, string>,
  places: ShimPlaces,
): string {
  const functions = [...parts]
    .filter(([file]) => file.startsWith('resolve') && file !== 'resolve-walk.sh')
    .map(([file, text]) => `${functionOf(file)}() {\n${withCalls(partText(text, places))}}\n`)
  const own = [...functions, part(parts, name), part(parts, 'hook-common.sh')].map((text) => partText(text, places))
  return ownRoot(shell, places) + own.join('')
}

/** The parts call each other as functions; what reads a file remembers it. */
function withCalls(text: string): string {
  return text
    .replaceAll(/\. "\$_gv_lib\/(resolve-(?:pin|module)-text\.sh)"/g, (_, file: string) => {
      return `_gv_recall ${functionOf(file)}`
    })
    .replaceAll(/\. "\$_gv_lib\/(resolve[\w-]*\.sh)"/g, (_, file: string) => functionOf(file))
}

/** `_gv_part_pin_text` for `resolve-pin-text.sh`, `_gv_part` for `resolve.sh`. */
function functionOf(file: string): string {
  return `_gv_part${file.slice('resolve'.length, -'.sh'.length).replaceAll('-', '_')}`
}

function ownRoot(shell: ShellName, { root }: ShimPlaces): string {
  const value = quoteFor(shell, root)
  return shell === 'fish' ? `set -g _gv_own_root ${value}\n` : `_gv_own_root=${value}\n`
}

function part(parts: ReadonlyMap<string, string>, name: string): string {
  const text = parts.get(name)
  if (text === undefined) throw new Error(`shims/${name} is missing`)
  return text
}
