import { cac } from 'cac'
import type { Command, CommandInput, CommandResult } from './command.ts'
import type { Context } from './context.ts'
import { GvError, messageOf } from './errors.ts'
import { commandHelp, overviewHelp } from './help.ts'
import { type CommandSpec, commandTable, globalFlags } from './table.ts'
import { quoted } from './text.ts'

/** What the words on the command line ask for, before any command's code is loaded. */
type Call =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'command'; readonly load: () => Promise<Command>; readonly input: CommandInput }

/**
 * Runs what the words (without `node` and the program's name) ask for.
 * Throws GvError('usage') for words that mean nothing, and what the command throws.
 */
export async function runCommandLine(context: Context, words: readonly string[]): Promise<CommandResult> {
  const call = await readCall(words)
  if (call.kind === 'help') return { text: call.text, json: { help: call.text } }
  const command = await call.load()
  return command(context, call.input)
}

/** Whether the words ask for JSON, as far as they are gv's own and not those of a program to run. */
export function asksForJson(words: readonly string[]): boolean {
  const name = words.find((word) => !word.startsWith('-')) ?? ''
  const end = commandTable.find((spec) => spec.name === name)?.passesThrough ? words.indexOf(name) : words.indexOf('--')
  return (end < 0 ? words : words.slice(0, end)).includes('--json')
}

/** Reads the words into a call. Throws GvError('usage') for a command or option that does not exist. */
export async function readCall(words: readonly string[]): Promise<Call> {
  const name = words.find((word) => !word.startsWith('-'))
  const leading = name === undefined ? words : words.slice(0, words.indexOf(name))
  if (name === undefined || name === 'help') {
    const topic = name === undefined ? undefined : words[words.indexOf(name) + 1]
    if (topic !== undefined) return { kind: 'help', text: commandHelp(await findCommand(topic)) }
    rejectUnknownFlags(leading)
    return { kind: 'help', text: overviewHelp() }
  }
  rejectUnknownFlags(leading)
  const spec = await findCommand(name)
  const rest = [...leading, ...words.slice(words.indexOf(name) + 1)]
  const [own, passed] = spec.passesThrough ? splitAtProgram(rest, spec) : splitAtDashes(rest)
  // cac takes 2 ms to say that nothing was said.
  const isBare = own.length === 0 && passed.length === 0 && !spec.args.includes('<')
  const input = isBare ? { args: [], flags: {} } : readWords(spec, own, passed)
  if (input.flags.help !== undefined) return { kind: 'help', text: commandHelp(spec) }
  return { kind: 'command', load: spec.load, input }
}

async function findCommand(name: string): Promise<CommandSpec> {
  const found = commandTable.find((spec) => spec.name === name)
  if (found) return found
  const { closest } = await import('./version/suggest.ts')
  const near = closest(
    name,
    commandTable.map((spec) => spec.name),
  )
  throw new GvError('usage', `there is no command ${quoted(name)}`, {
    reason: near === undefined ? undefined : `did you mean "${near}"?`,
    hint: near === undefined ? 'gv --help' : `gv ${near} --help`,
  })
}

function rejectUnknownFlags(words: readonly string[]): void {
  for (const word of words) {
    if (word === '-h' || globalFlags.some((flag) => flag.flag === word) || word === '--json') continue
    throw new GvError('usage', `there is no option ${quoted(word)}`, { hint: 'gv --help' })
  }
}

/** Cuts the words where the program to run begins: the first one that is not a flag of gv's own. */
function splitAtProgram(words: readonly string[], spec: CommandSpec): [string[], string[]] {
  let i = 0
  while (i < words.length && words[i]?.startsWith('-') && words[i] !== '--') {
    i += takesValue(spec, words[i] ?? '') ? 2 : 1
  }
  return [words.slice(0, i), words.slice(i)]
}

/** What follows `--` are arguments, whatever they look like. */
function splitAtDashes(words: readonly string[]): [readonly string[], readonly string[]] {
  const at = words.indexOf('--')
  return at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)]
}

/** Reads the words of one command with cac. `passed` is handed on untouched. */
function readWords(spec: CommandSpec, words: readonly string[], passed: readonly string[]): CommandInput {
  const parser = cac('gv')
  const command = parser.command(`${spec.name} ${spec.args}`, spec.summary)
  for (const { flag, help } of [...globalFlags, ...spec.flags])
    command.option(flag === '--help' ? '-h, --help' : flag, help)
  const parsed = parser.parse(['node', 'gv', spec.name, ...protectFromCac(spec, words)], { run: false })
  try {
    command.checkUnknownOptions()
    command.checkOptionValue()
    if (parsed.options.help !== true && passed.length === 0) command.checkRequiredArgs()
    command.checkUnusedArgs()
  } catch (error) {
    throw usage(spec, messageOf(error))
  }
  return { args: [...parsed.args, ...passed], flags: readFlags(spec, parsed.options) }
}

/**
 * cac reads `--json 1.20` as the flag and the *number* 1.2, and turns an option's value into a number
 * wherever it can. So a flag without value gets its `true` here, and a value a first character that no number has.
 */
function protectFromCac(spec: CommandSpec, words: readonly string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const equals = word.indexOf('=')
    const name = equals > 0 ? word.slice(0, equals) : word
    if (!word.startsWith('-')) out.push(word)
    else if (equals > 0 && !takesValue(spec, name)) throw usage(spec, `${name} takes no value`)
    else if (equals > 0) out.push(`${name}==${word.slice(equals + 1)}`)
    else if (takesValue(spec, word) && words[i + 1] !== undefined) out.push(`${word}==${words[++i]}`)
    else out.push(takesValue(spec, word) ? word : `${word}=true`)
  }
  return out
}

function takesValue(spec: CommandSpec, word: string): boolean {
  return spec.flags.some(({ flag }) => flag.startsWith(`${word} <`))
}

function readFlags(spec: CommandSpec, options: Readonly<Record<string, unknown>>): Record<string, string | true> {
  const flags: Record<string, string | true> = {}
  for (const { flag } of [...globalFlags, ...spec.flags]) {
    const name = flag.replace(/^--| <.*$/g, '')
    // cac keeps `--dry-run` as dryRun.
    const value = options[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())]
    if (value === undefined) continue
    if (Array.isArray(value)) throw usage(spec, `--${name} was said more than once`)
    flags[name] = typeof value === 'string' ? value.slice(1) : true
  }
  return flags
}

function usage(spec: CommandSpec, what: string): GvError {
  return new GvError('usage', `gv ${spec.name}: ${what}`, { hint: `gv ${spec.name} --help` })
}
