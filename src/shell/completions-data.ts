/** What can be completed after `gv`. Pure. */

/** What a word can be. `specs`, `versions` and `lines` are asked of gv; a list is all that there is. */
export type WordKind = 'specs' | 'versions' | 'lines' | 'program' | 'files' | 'none' | readonly string[]

export interface CompletedFlag {
  /** `--os` */
  readonly name: string
  readonly help: string
  /** Undefined where it takes no value. */
  readonly value: WordKind | undefined
}

export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly flags: readonly CompletedFlag[]
  readonly words: WordKind
  /** Whether several words of that kind may follow. */
  readonly takesMany: boolean
}

/** What a script is made of. */
export interface Completions {
  readonly commands: readonly CompletedCommand[]
  /** Flags that every command takes. */
  readonly flags: readonly CompletedFlag[]
  /** gv's launcher, as a word of the shell: what answers for versions, whatever PATH says. */
  readonly program: string
  /** The file of shims/ that the commands are put into. */
  readonly skeleton: string
}

/** Words that are known without asking; undefined for kinds that have to be asked or listed. */
export function knownWords(kind: WordKind): readonly string[] | undefined {
  return typeof kind === 'string' ? undefined : kind
}

/** Whether gv has to be asked for the words. */
export function isAsked(kind: WordKind): kind is 'specs' | 'versions' | 'lines' {
  return kind === 'specs' || kind === 'versions' || kind === 'lines'
}
