import { type CommandSpec, commandTable, type FlagSpec, globalFlags } from './table.ts'

/** The help of the program: what it is for and its commands. */
export function overviewHelp(): string {
  return [
    'gv, the Go version manager that proves every Go it installs',
    '',
    'Usage: gv <command> [arguments]',
    '',
    'Commands:',
    ...columns(commandTable.filter(({ isInternal }) => !isInternal).map((spec) => [spec.name, spec.summary])),
    '',
    'Options:',
    ...columns(globalFlags.map(row)),
    '',
    'gv <command> --help shows the options of a command, and examples.',
  ].join('\n')
}

/** The help of one command, with examples. */
export function commandHelp(spec: CommandSpec): string {
  const usage = spec.usage ?? shownArguments(spec.args)
  return [
    `${spec.summary}.`,
    '',
    `Usage: gv ${spec.name}${usage ? ` ${usage}` : ''} [options]`,
    '',
    'Options:',
    ...columns([...spec.flags, ...globalFlags.filter(({ flag }) => flag !== '--version')].map(row)),
    '',
    'Examples:',
    ...spec.examples.map((example) => `  ${example}`),
  ].join('\n')
}

/** cac's `[...specs]` as people know it: `[specs…]`. */
function shownArguments(args: string): string {
  return args.replace(/([<[])\.\.\.(\w+)([>\]])/g, '$1$2…$3')
}

function row({ flag, help }: FlagSpec): readonly [string, string] {
  return [flag, help]
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
