/** The sh resolver, run in real shells for many cases at once. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readParts } from '../../src/shell/parts.ts'
import { quoteFor } from '../../src/shell/quote.ts'
import { libTexts } from '../../src/shell/shim-text.ts'
import type { Shell } from '../support/shells.ts'

/** What a case comes to in sh. */
export type ShAnswer =
  | { readonly kind: 'declined' }
  /** Nobody asks for a version. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'missing'; readonly spec: string; readonly file: string; readonly line: string }
  | { readonly kind: 'found'; readonly goroot: string; readonly file: string; readonly line: string }

export interface Run {
  /** Below which the case lies. */
  readonly root: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly plus: string | undefined
}

const variables = ['GV_VERSION', 'GOWORK', 'GO111MODULE', 'TMPDIR', 'GOENV', 'GV_AUTO_INSTALL', 'XDG_CONFIG_HOME']

/** Resolves all the cases in one process of a shell. `edit` may change the text of the resolver's parts. */
export function runResolver(
  shell: Shell,
  runs: readonly Run[],
  scratch: string,
  edit: (text: string) => string = (text) => text,
): ShAnswer[] {
  const lib = mkdtempSync(join(scratch, 'lib-'))
  const places = { interpreter: '/bin/sh', lib, root: '/nonexistent', host: { os: 'linux', arch: 'amd64' } }
  for (const [name, text] of libTexts(readParts(), places)) writeFileSync(join(lib, name), edit(text))
  const script = join(lib, 'driver')
  writeFileSync(script, [prelude(lib), ...runs.map(callOf)].join('\n'))
  const output = execFileSync(shell.path, [...shell.args, script], { encoding: 'utf8', maxBuffer: 1e9 })
  const fields = output.split('\0')
  return runs.map((_, i) => answerOf(fields.slice(i * 4, i * 4 + 4)))
}

/** After resolve.sh the toolchain's folder is looked at, as fall-back.sh does. */
function prelude(lib: string): string {
  return `
case \${ZSH_VERSION-} in ?*) emulate sh ;; esac
one() {
  _gv_lib=${quoteFor('sh', lib)} _gv_root=\${GV_ROOT%/} _gv_name=go
  IFS=''
  . "$_gv_lib/resolve.sh"
  case $_gv_spec in
    ?*) if test ! -d "$_gv_goroot" || test -h "$_gv_goroot"; then . "$_gv_lib/resolve-choice.sh"; fi ;;
  esac
  printf '%s\\0' "$_gv_goroot" "$_gv_spec" "$_gv_file" "$_gv_line"
}
`
}

function callOf({ cwd, env, plus }: Run): string {
  const settings = Object.entries(env).map(([name, value]) => `export ${name}=${quoteFor('sh', value)}`)
  const call = plus === undefined ? 'one version' : `one ${quoteFor('sh', `+${plus}`)} version`
  return `(unset ${variables.join(' ')}; ${settings.join('; ')}; cd ${quoteFor('sh', cwd)} && ${call})`
}

function answerOf([goroot = '', spec = '', file = '', line = '']: readonly string[]): ShAnswer {
  if (spec === '?') return { kind: 'declined' }
  if (goroot !== '/dev/null') return { kind: 'found', goroot, file, line }
  return spec === '' ? { kind: 'nothing' } : { kind: 'missing', spec, file, line }
}
