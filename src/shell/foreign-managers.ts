/** What other managers of Go's versions put into start-up files. Pure. */

export interface ForeignLine {
  /** 1 for the first line of the file. */
  readonly line: number
  /** Whose it is: `asdf`. */
  readonly manager: string
  readonly text: string
}

/** By what a line that runs shows whose it is. Each puts a `go` of its own first in PATH, or changes PATH at each prompt. */
const patterns: readonly (readonly [manager: string, pattern: RegExp])[] = [
  ['asdf', /asdf\.(?:sh|fish|bash|zsh)\b|asdf\/shims|\bASDF_DATA_DIR\b.*\/shims/],
  ['goenv', /\bgoenv +init\b|\bGOENV_ROOT\b.*\/(?:bin|shims)|goenv\/shims/],
  ['gvm', /\.gvm\/scripts\/gvm/],
  ['mise', /\bmise +activate\b|mise\/shims/],
  ['gobrew', /\.gobrew\/(?:current\/)?bin/],
  ['g', /\.g\/(?:env|go\/bin)|\bG_HOME\b.*\/bin/],
  ['vfox', /\bvfox +activate\b/],
  ['proto', /\bproto +activate\b|\.proto\/(?:shims|bin)/],
  ['a Go in PATH', /\bPATH\b.*\/go\/bin|(?:fish_add_path|path\+?=).*\/go\/bin|\bPATH\b.*\bGOROOT\b.*\/bin/],
  ['GOROOT', /^(?:export +|set +-\w+ +)?GOROOT[= ]/],
]

/** What stands behind all else in PATH, or only has programs that `go install` built, is no Go that comes first. */
const harmless = /\bPATH=["']?\$\{?PATH\b|\$\{?(?:HOME\}?|GOPATH\}?)(?:\/go)?\/bin|~\/go\/bin|\bgo env GOPATH\b/

/** The lines from a line on that would come before gv. Comments do not count. */
export function foreignLines(text: string, fromLine = 1): ForeignLine[] {
  return text.split('\n').flatMap((raw, index) => {
    const [line, shown] = [index + 1, raw.trim()]
    if (line < fromLine || shown.startsWith('#')) return []
    const manager = patterns.find(([, pattern]) => pattern.test(shown))?.[0]
    if (manager === undefined || (manager === 'a Go in PATH' && harmless.test(shown))) return []
    return [{ line, manager, text: shown }]
  })
}
