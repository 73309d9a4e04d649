import { describe, expect, test } from 'vitest'
import { foreignLines } from '../../src/shell/foreign-managers.ts'

describe('lines of other managers', () => {
  // As each manager's own documentation has it.
  test.each([
    ['asdf', '. "$HOME/.asdf/asdf.sh"'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    ['asdf', 'export PATH="${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH"'],
    ['asdf', 'source ~/.asdf/asdf.fish'],
    ['goenv', 'eval "$(goenv init -)"'],
    ['goenv', 'export PATH="$GOENV_ROOT/bin:$PATH"'],
    ['gvm', '[[ -s "$HOME/.gvm/scripts/gvm" ]] && source "$HOME/.gvm/scripts/gvm"'],
    ['mise', 'eval "$(~/.local/bin/mise activate bash)"'],
    ['mise', 'mise activate fish | source'],
    ['gobrew', 'export PATH="$HOME/.gobrew/current/bin:$HOME/.gobrew/bin:$PATH"'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    ['g', '[ -s "${HOME}/.g/env" ] && \\. "${HOME}/.g/env"'],
    ['vfox', 'eval "$(vfox activate zsh)"'],
    ['a Go in PATH', 'export PATH=/usr/local/go/bin:$PATH'],
    ['a Go in PATH', 'fish_add_path /usr/local/go/bin'],
    ['GOROOT', 'export GOROOT=/usr/local/go'],
  ])('%s: %s', (manager, text) => {
    expect(foreignLines(`first\n${text}\n`)).toEqual([{ line: 2, manager, text }])
    expect(foreignLines(`${text}\nsecond\n`, 2)).toEqual([])
    expect(foreignLines(`# ${text}\n`)).toEqual([])
  })

  test.each([
    'export PATH="$HOME/go/bin:$PATH"',
    'export PATH=$PATH:$(go env GOPATH)/bin',
    'export PATH="$GOPATH/bin:$PATH"',
    'export PATH=$PATH:/usr/local/go/bin',
    'alias gs="git status"',
    'export EDITOR=vim',
  ])('%s is none', (text) => {
    expect(foreignLines(`${text}\n`)).toEqual([])
  })
})
