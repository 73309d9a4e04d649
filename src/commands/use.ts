import { join, relative } from 'node:path'
import { type CommandInput, type CommandResult, flagSet } from '../command.ts'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { goEnvironment } from '../exec/environment.ts'
import { captureProgram } from '../exec/run.ts'
import { installToolchain } from '../install/install.ts'
import { readRequests } from '../install/requests.ts'
import { writePin } from '../project/pin-write.ts'
import { hasPin, pinFileToWrite } from '../project/project-pin.ts'
import { requirementIn } from '../project/resolve.ts'
import { surroundingsOf } from '../project/surroundings.ts'
import { storeLayout } from '../store/layout.ts'
import { switchLink } from '../store/link.ts'
import { printable, quoted, typed } from '../text.ts'
import { compareGoVersions, type GoVersion, lineOf, makeGoVersion } from '../version/go-version.ts'
import { parseSpec, type VersionSpec } from '../version/spec.ts'
import { resolveHere } from './chosen.ts'
import { withWorkbench } from './work.ts'

/** What was asked for, and the Go that it is now. */
interface Choice {
  readonly spec: VersionSpec
  readonly version: GoVersion
  readonly goroot: string
}

/**
 * `gv use [SPEC]`: installs what is asked for, and then makes it what counts: in the project's pin, as the user's default, or in
 * its go.mod. Without a SPEC it installs what the project asks for, and writes nothing.
 */
export async function use(context: Context, input: CommandInput): Promise<CommandResult> {
  const [text] = input.args
  const scope = scopeOf(input)
  if (scope === 'system') return (await import('./use-system.ts')).useForAll(context, input)
  if (scope === 'shell') return useInShell(context, input)
  if (text === undefined && scope === undefined) return useWhatIsAskedFor(context, input)
  const spec = parseSpec(text ?? specHere(context))
  if (spec.kind === 'system' || spec.kind === 'path') return useForeign(context, spec, scope)
  const newest = newestOf(spec)
  if (scope === undefined && !flagSet(input, 'force') && newest) refuseForbidden(context, newest)
  const choice = { spec, ...(await installed(context, input, spec)) }
  if (scope === 'global') return useGlobally(context, choice)
  if (scope === 'mod') return useInModule(context, choice)
  if (!flagSet(input, 'force')) refuseForbidden(context, choice.version)
  return useInProject(context, choice)
}

function scopeOf(input: CommandInput): 'global' | 'mod' | 'shell' | 'system' | undefined {
  const said = (['global', 'mod', 'shell', 'system'] as const).filter((name) => flagSet(input, name))
  if (said.length < 2) return said[0]
  throw new GvError('usage', `--${said[0]} and --${said[1]} cannot be said together`, { hint: 'gv use --help' })
}

/** The shell's own function `gv` (shims/hook-words.sh) takes this line and sets what it says; nothing behind the sign unsets it. */
async function useInShell(context: Context, input: CommandInput): Promise<CommandResult> {
  const [text] = input.args
  if (!context.env.GV_SHELL_HOOK) throw needsHook(text)
  if (text === undefined) return { text: 'GV_VERSION=', json: { version: null, goroot: null, file: null } }
  const spec = parseSpec(text)
  if (spec.kind === 'system' || spec.kind === 'path') {
    return { text: `GV_VERSION=${spec.text}`, json: { version: null, goroot: null, file: null } }
  }
  const choice = { spec, ...(await installed(context, input, spec)) }
  return done(choice, `GV_VERSION=${pinText(choice)}`, null)
}

function needsHook(text: string | undefined): GvError {
  return new GvError('usage', '--shell works through the shell itself', {
    reason: 'this shell has not loaded gv',
    hint: `eval "$(gv init bash)" (or zsh, fish) in its start-up file; or for now: export GV_VERSION=${typed(text ?? '1.22')}`,
  })
}

function specHere(context: Context): string {
  const { wanted, version, reason } = resolveHere(context)
  const text = wanted?.text ?? (version && exactText(version))
  if (text) return text
  throw new GvError('usage', 'which Go is to be used?', { reason, hint: 'gv use 1.22' })
}

async function useWhatIsAskedFor(context: Context, input: CommandInput): Promise<CommandResult> {
  const before = resolveHere(context)
  if (before.wanted) await installed(context, input, before.wanted)
  const { version, reason, goroot, wanted, warnings } = before.wanted ? resolveHere(context) : before
  if (version === null || goroot === null || wanted)
    throw new GvError('no-such-version', 'there is no Go to use here', { reason, hint: 'gv use latest' })
  return {
    text: [`${version.text} is used here: ${reason}`, ...warnings].join('\n'),
    json: { version: version.text, goroot, file: null },
  }
}

/** The toolchain that a spec stands for: an installed one if there is one, else it is installed. */
async function installed(
  context: Context,
  input: CommandInput,
  spec: VersionSpec,
): Promise<{ version: GoVersion; goroot: string }> {
  const { version, goroot } = resolveHere(context, spec.text)
  if (version !== null && goroot !== null) return { version, goroot }
  return withWorkbench(context, input, async (work) => {
    const [id] = await readRequests(work, [spec.text], context.host)
    if (!id) throw new Error('one spec is one request')
    return (await installToolchain(work, id)).toolchain
  })
}

/** What is written: a line where a line was asked for; for whatever changes its meaning, the version it means now. */
function pinText({ spec, version }: Choice): string {
  return spec.kind === 'line' ? `${spec.line.major}.${spec.line.minor}` : exactText(version)
}

/** `1.20` would be read as a line: that release is written `1.20.0`. */
function exactText(version: GoVersion): string {
  return version.patch === undefined && !version.prerelease ? `${version.text}.0` : version.text
}

/** What a spec can mean at the most, as far as that is known without a list: nothing is installed only to be refused. */
function newestOf(spec: VersionSpec): GoVersion | undefined {
  if (spec.kind === 'exact') return spec.version
  return spec.kind === 'line' ? makeGoVersion({ ...spec.line, patch: 9999, prerelease: undefined }) : undefined
}

function refuseForbidden(context: Context, version: GoVersion): void {
  const requirement = requirementIn(surroundingsOf(context))
  if (!requirement || compareGoVersions(version, requirement.minimum) >= 0) return
  throw new GvError('usage', `${version.patch === 9999 ? lineOf(version) : version.text} is too old for this project`, {
    reason: `${printable(requirement.file)}:${requirement.line} asks for go >= ${requirement.minimum.text}`,
    hint: `gv use ${requirement.minimum.text}, or say --force`,
  })
}

function useInProject(context: Context, choice: Choice): CommandResult {
  const file = pinFileToWrite(context)
  const text = pinText(choice)
  writePin(file, text)
  // What comes before the pin (GV_VERSION), or what go will make of it, is said at once.
  const { reason, warnings, source } = resolveHere(context)
  const overruled = source.file === file ? [] : [`but ${reason}`]
  return done(choice, [`${printable(file)} pins ${text}`, ...overruled, ...warnings].join('\n'), file)
}

async function useGlobally(context: Context, choice: Choice): Promise<CommandResult> {
  const { root, current } = storeLayout(context)
  const inside = relative(root, choice.goroot)
  await switchLink(current, inside.startsWith('..') ? choice.goroot : inside)
  // `~/.tool-versions` comes before the default, so that a Go line in it has to say the same.
  const home = join(context.home, '.tool-versions')
  const file = hasPin(home) ? home : null
  if (file !== null) writePin(file, pinText(choice))
  return done(
    choice,
    `${choice.version.text} is your default${file === null ? '' : `, also in ${printable(file)}`}`,
    file,
  )
}

/** go.mod is the go command's own: it is changed by nothing else. */
async function useInModule(context: Context, choice: Choice): Promise<CommandResult> {
  const bin = join(choice.goroot, 'bin')
  const env = { ...goEnvironment(context.env, choice.goroot, bin), GOTOOLCHAIN: 'local' }
  const line = pinText(choice)
  const toolchain = choice.version.minor < 21 ? [] : ['-toolchain=none']
  const words = ['mod', 'edit', `-go=${line}`, ...toolchain]
  const { exitStatus, stderr } = await captureProgram(join(bin, 'go'), words, env, context.cwd)
  if (exitStatus === 0) return done(choice, `go.mod asks for go ${line}`, null)
  throw new GvError('failed', 'go.mod was not changed', { reason: stderr.trim(), hint: 'go env GOMOD' })
}

function useForeign(context: Context, spec: VersionSpec, scope: string | undefined): CommandResult {
  if (spec.kind === 'path' || scope !== undefined) {
    throw new GvError('usage', `${quoted(spec.text)} cannot be used that way`, {
      reason: spec.kind === 'path' ? 'a project may not name a path' : 'it names the Go of this machine, not a version',
      hint: `GV_VERSION=${typed(spec.text)} go version`,
    })
  }
  const file = pinFileToWrite(context)
  writePin(file, 'system')
  return { text: `${printable(file)} pins system`, json: { version: null, goroot: null, file } }
}

function done({ version, goroot }: Choice, text: string, file: string | null): CommandResult {
  return { text, json: { version: version.text, goroot, file } }
}
