import type { Context } from './context.ts'

/** The words and flags of one call; values are always the text that was typed. */
export interface CommandInput {
  readonly args: readonly string[]
  /** By name without dashes, as in `ls-remote --all` → `all`: true, or the value's text. */
  readonly flags: Readonly<Record<string, string | true>>
}

/** What a command hands back to be printed; it prints nothing on stdout itself. */
export interface CommandResult {
  /** For people; without the last line feed. Nothing is printed when it is empty. */
  readonly text: string
  /** The same for programs, with --json. */
  readonly json: unknown
  /** 0 when absent; 1 for "a check found something". */
  readonly exitStatus?: number
}

/** The one shape of every command. Throws GvError. */
export type Command = (context: Context, input: CommandInput) => Promise<CommandResult>

/** The value of a flag that takes one. */
export function flagValue(input: CommandInput, name: string): string | undefined {
  const value = input.flags[name]
  return value === true ? undefined : value
}

export function flagSet(input: CommandInput, name: string): boolean {
  return input.flags[name] !== undefined
}
