/**
 * What `gv init SHELL` prints, and what lies in a store's lib/ as hook.SHELL for start-up files to read without starting gv: one text.
 * Pure.
 */
import { quoteFor, type ShellName } from './quote.ts'
import { partText, type ShimPlaces } from './shim-text.ts'

type Parts = ReadonlyMap<string, string>

/**
 * The hook of a shell, to be evaluated by it. Nothing in it is taken for an alias of the user's, and no path is unquoted.
 * @param parts the files of shims/, by name
 */
export function hookText(shell: ShellName, parts: Parts, places: ShimPlaces): string {
  const text = (name: string) => partText(part(parts, name), places)
  switch (shell) {
    case 'bash':
      return withoutAliasesInBash(hookWithResolver('bash', parts, places))
    case 'zsh':
      return withoutAliasesInZsh(hookWithResolver('zsh', parts, places))
    case 'fish':
      return hookForFish(part(parts, 'hook.fish'), places)
    case 'sh':
      return text('hook.sh')
  }
}

/** Its words are quoted otherwise, and comments cost it nothing that can be measured. */
function hookForFish(text: string, { interpreter, lib, root }: ShimPlaces): string {
  const values = { '@interpreter@': interpreter, '@lib@/answer.sh': `${lib}/answer.sh`, '@root@': root }
  return Object.entries(values).reduce(
    (result, [place, value]) => result.replaceAll(place, () => quoteFor('fish', value)),
    text.replaceAll(/^ *#.*\n/gm, ''),
  )
}

/** Aliases are put in when a text is parsed, so that it is parsed while there are none: as one word for `eval`. */
function withoutAliasesInBash(text: string): string {
  return `\\shopt -q expand_aliases && __gv_aliases=-s || __gv_aliases=-u
\\shopt -u expand_aliases
\\builtin eval ${quoteFor('bash', text)}
\\shopt "$__gv_aliases" expand_aliases
\\unset __gv_aliases
`
}

/** The same within a function whose options end with it. */
function withoutAliasesInZsh(text: string): string {
  return `() {
\\builtin emulate -L zsh
\\builtin setopt no_aliases
\\builtin eval "$1"
} ${quoteFor('zsh', text)}
`
}

/** The order counts in the last two: what an outer shell left in PATH goes out before the shims come first in it. */
const commonParts = [
  ...['hook-common.sh', 'hook-memory.sh', 'hook-find.sh', 'hook-watch.sh', 'hook-words.sh'],
  ...['hook-path.sh', 'path.sh'],
]

function hookWithResolver(shell: 'bash' | 'zsh', parts: Parts, places: ShimPlaces): string {
  const resolver = [...parts].filter(([file]) => file.startsWith('resolve') && file !== 'resolve-walk.sh')
  const functions = resolver.map(([file, text]) => `${functionOf(file)}() {\n${asFunction(file, text, parts)}}\n`)
  const own = [...commonParts, `hook.${shell}`].map((name) => inPlace(part(parts, name), parts, shell))
  const text = [...functions, ...own]
    .map((one) => partText(one, places))
    .join('')
    .replaceAll('$__gv_settings', () => settings)
    .replaceAll('@is-text-same@', () => `{ ${read[shell]}; [[ $__gv_reply == "$__gv_text" ]]; }`)
    .replaceAll('@noted@', () => noted)
    .replaceAll('@gone@', () => gone)
    .replaceAll('@emulate@', () => (shell === 'zsh' ? 'emulate -L sh' : ''))
  return `__gv_own_root=${quoteFor(shell, places.root)} ${initial}\n${text}`
}

/** All variables that the answer hangs on. */
const settings = [
  ...['GV_VERSION', 'GV_ROOT', 'HOME', 'GOWORK', 'GO111MODULE', 'GOENV', 'TMPDIR', 'XDG_CONFIG_HOME', 'GV_SYSTEM_ROOT'],
  'GV_AUTO_INSTALL',
]
  .map((name) => `\${${name}-}`)
  .join('|')

/** Reading so many characters of a file. At its end the status of bash's is 1. */
const read = {
  bash: `IFS='' read -r -d '' -n "$__gv_size" __gv_reply <"$__gv_file"`,
  zsh: `__gv_reply=''; sysread -s "$__gv_size" __gv_reply <"$__gv_file"`,
} as const

/** Names that did not come stand in variables of their own, as going through an array costs bash twice as much; further ones in the array. */
const single = Array.from({ length: 24 }, (_, i) => i + 1)
const initial = single.map((n) => `__gv_n${n}=''`).join(' ')
const noted = `__gv_names=("\${@:-}") __gv_more_names=\${25-} ${single.map((n) => `__gv_n${n}=\${${n}-}`).join(' ')}`

/** That none of them is there, but for the first; where they end the rest is not asked for. */
const gone = single.slice(1).reduceRight((rest, n) => {
  const these = `! -e $__gv_n${n}${rest && ` && ${rest}`}`
  return n > 3 && n % 3 === 0 ? `(-z $__gv_n${n} || (${these}))` : these
}, '')

/** A part of the resolver as the body of a function. */
function asFunction(file: string, text: string, parts: Parts): string {
  const called = text
    .replaceAll(
      /\. "\$_gv_lib\/(resolve-(?:pin|module)-text\.sh)"/g,
      (_, name: string) => `__gv_recall ${functionOf(name)}`,
    )
    .replaceAll('. "$_gv_lib/resolve-choice.sh"', '__gv_asked=$_gv_spec\n__gv_part_choice')
    .replaceAll(/\. "\$_gv_lib\/(resolve[\w-]*\.sh)"/g, (_, name: string) => functionOf(name))
  return withDoubleBrackets(inPlace(file.endsWith('-text.sh') ? fromMemory(file, called) : called, parts))
}

/** `__gv_part_pin_text` for `resolve-pin-text.sh`, `__gv_part` for `resolve.sh`. */
function functionOf(file: string): string {
  return `__gv_part${file.slice('resolve'.length, -'.sh'.length).replaceAll('-', '_')}`
}

/**
 * What takes the lines of a file apart, made to take them from `__gv_left`: that is what is remembered, and zsh would read byte by byte.
 * NULs are seen there, in zsh too.
 */
function fromMemory(file: string, text: string): string {
  const line = `{ case $__gv_left in *$'\\n'*) _gv_text=\${__gv_left%%$'\\n'*} __gv_left=\${__gv_left#*$'\\n'} ;; *) _gv_text=$__gv_left __gv_left='' && false ;; esac; }`
  const changed = text
    .replace(/^ *if test -e \/proc\/self\/fdinfo\/0; then\n[\s\S]*?^ *fi\n/m, '')
    .replace(/^.*ZSH_VERSION.*\n/m, '')
    .replace('read -r _gv_text', () => line)
    .replace('done <"$_gv_file"', 'done')
  if (/\bread\b|<"|\/proc/.test(changed.replaceAll(/^ *#.*$/gm, '')))
    throw new Error(`shims/${file} reads in a way that is new`)
  return changed
}

/** The tests of files in the words of bash and zsh, which take a fifth of the time there. */
function withDoubleBrackets(text: string): string {
  return text.replaceAll(/\btest ((?:! )?-[defhrO] "[^"\n]*"|"[^"\n]*" -(?:ef|nt) "[^"\n]*")/g, '[[ $1 ]]')
}

/** Parts that stand where they would be read. */
function inPlace(text: string, parts: Parts, shell?: ShellName): string {
  return text.replaceAll(/\. "\$_gv_lib\/(hook-check\.sh|hook-prompt\.sh|watch\.sh)"/g, (_, name: string) =>
    withDoubleBrackets(part(parts, name === 'hook-prompt.sh' && shell === 'zsh' ? 'hook-check.sh' : name)),
  )
}

function part(parts: Parts, name: string): string {
  const text = parts.get(name)
  if (text === undefined) throw new Error(`shims/${name} is missing`)
  return text
}
