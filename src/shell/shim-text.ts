/** The text of the shim as it stands in a store. Pure. */
import type { Platform } from '../platform.ts'
import { quoteFor } from './quote.ts'

export interface ShimPlaces {
  /** What runs it: `/bin/dash`, where there is one; any sh will do. */
  readonly interpreter: string
  /** Where its parts lie, absolute. */
  readonly lib: string
  /** The store that it serves when GV_ROOT is not set, absolute. */
  readonly root: string
  readonly host: Platform
}

/**
 * The one program behind all names in `shims/`: shims/go with its paths put in, its usual parts in their places, and
 * without the comments, which dash would read at each start.
 * @param parts the files of shims/, by name
 */
export function shimText(parts: ReadonlyMap<string, string>, places: ShimPlaces): string {
  const program = hotParts.reduce((text, name) => inlined(text, parts, name), part(parts, 'go'))
  const [, mark = '', ...lines] = withPlaces(program, places).split('\n')
  return `#!${places.interpreter}\n${mark}\n${withoutComments(lines.join('\n'))}`
}

/** A part as it stands in the store's lib/: without comments. */
export function partText(text: string, places: ShimPlaces): string {
  return withoutComments(withPlaces(text, places))
}

/** The parts that the shim reads when it needs them, by name; what is read always with another stands in that. */
export function libTexts(parts: ReadonlyMap<string, string>, places: ShimPlaces): ReadonlyMap<string, string> {
  const texts = [...parts]
    .filter(([name]) => name.endsWith('.sh') && !name.startsWith('hook'))
    .map(([name, text]): [string, string] => [name, partText(inlined(text, parts, 'resolve-pin-text.sh'), places)])
  return new Map(texts)
}

/** What nearly every call needs: reading a file of its own for it would cost more. In the order in which they contain each other. */
const hotParts = ['resolve.sh', 'resolve-walk.sh', 'resolve-module.sh', 'resolve-module-text.sh']

function part(parts: ReadonlyMap<string, string>, name: string): string {
  const text = parts.get(name)
  if (text === undefined) throw new Error(`shims/${name} is missing`)
  return text
}

/** The text of a part in the place where it would be read. */
function inlined(text: string, parts: ReadonlyMap<string, string>, name: string): string {
  return text.replace(`. "$_gv_lib/${name}"`, () => `\n${part(parts, name)}`)
}

function withPlaces(text: string, { lib, root, host }: ShimPlaces): string {
  return text
    .replaceAll('@lib@', () => quoteFor('sh', lib))
    .replaceAll('@root@', () => quoteFor('sh', root))
    .replaceAll('@goenv@', () => goEnvPath[host.os] ?? goEnvPath.linux)
}

/** The file of `go env -w`, where os.UserConfigDir of Go has it. */
const goEnvPath: Readonly<Record<string, string>> & { readonly linux: string } = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell that puts these in
  linux: '"${XDG_CONFIG_HOME:-$HOME/.config}/go/env"',
  darwin: '"$HOME/Library/Application Support/go/env"',
}

function withoutComments(text: string): string {
  return text.replace(/^[ \t]*(?:#.*)?\n/gm, '').replace(/^[ \t]+/gm, '')
}
