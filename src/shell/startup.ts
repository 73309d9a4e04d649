/** What start-up files of shells say to load gv, and what they load: files in the store's lib/, so that a shell starts without a fork. Pure. */
import { join, relative } from 'node:path'
import type { Store } from '../store/layout.ts'
import { quoteFor, type ShellName } from './quote.ts'

/** What a start-up file is to do. */
export type StartupPurpose =
  /** Everything: PATH, the hook, completions. */
  | 'session'
  /** PATH alone, in the words of sh: for what reads no file of interactive shells, such as login shells of IDEs. */
  | 'path'
  /** PATH, and the session where it is bash that reads it: `.profile` where nothing else makes bash read `.bashrc`. */
  | 'path or bash session'
  /** What fish completes for `gv`. */
  | 'fish completions'

/**
 * The lines of gv's block in a start-up file. They read files of the store if those are there, so that they need not change when gv does,
 * and do no harm when it is gone.
 */
export function startupLines(purpose: StartupPurpose, shell: ShellName, store: Store, home: string): string[] {
  const word = (path: string) => pathWord(shell, path, home)
  const root = store.root === join(home, '.gv') ? [] : [setRoot(shell, word(store.root))]
  const lib = libFolder(store)
  const read = (name: string, condition = '') => readLine(shell, word(join(lib, name)), condition)
  switch (purpose) {
    case 'session':
      return [...root, read(`start.${shell}`)]
    case 'path':
      return [...root, read('path.sh')]
    case 'path or bash session':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell that puts this in
      return [...root, read('path.sh'), read('start.bash', '[ -n "${BASH_VERSION-}" ] && ')]
    case 'fish completions':
      return [read('completion.fish')]
  }
}

/** Where lies what shims, hooks and start-up files read when they need it. */
export function libFolder(store: Store): string {
  return join(store.root, 'lib')
}

/** The files of lib/ that blocks read, by name; path.sh is one of shims/. */
export function startFiles(store: Store): ReadonlyMap<string, string> {
  const lib = libFolder(store)
  const inSh = (shell: 'bash' | 'zsh') => {
    const file = (name: string) => quoteFor(shell, join(lib, name))
    const completions = `if [ -r ${file(`completion.${shell}`)} ]; then . ${file(`completion.${shell}`)}; fi\n`
    return `. ${file('path.sh')}\n. ${file(`hook.${shell}`)}\n${completions}`
  }
  return new Map([
    ['start.bash', inSh('bash')],
    ['start.zsh', inSh('zsh')],
    ['start.sh', `. ${quoteFor('sh', join(lib, 'hook.sh'))}\n`],
    ['start.fish', startInFish(store, lib)],
  ])
}

function startInFish({ shims, bin }: Store, lib: string): string {
  const word = (path: string) => quoteFor('fish', path)
  return `fish_add_path --path --move ${word(shims)} ${word(bin)}
if status is-interactive
    source ${word(join(lib, 'hook.fish'))}
end
`
}

function readLine(shell: ShellName, file: string, condition: string): string {
  if (shell === 'fish') return `test -r ${file}; and source ${file}`
  return `if ${condition}[ -r ${file} ]; then . ${file}; fi`
}

function setRoot(shell: ShellName, root: string): string {
  return shell === 'fish' ? `set -gx GV_ROOT ${root}` : `export GV_ROOT=${root}`
}

/** A path as one word; by way of $HOME where that can be read as easily, so that dotfiles may be shared. */
function pathWord(shell: ShellName, path: string, home: string): string {
  const inside = relative(home, path)
  return /^\w?[\w./-]*\w$/.test(inside) && !inside.startsWith('..') ? `"$HOME/${inside}"` : quoteFor(shell, path)
}
