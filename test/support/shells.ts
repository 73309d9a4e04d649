import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** A shell of this machine. */
export interface Shell {
  /** As it is told in the name of a test: `bash --posix`. */
  readonly name: string
  readonly path: string
  /** Words between the program and its own arguments: `busybox ash`, `zsh -f`; no start-up files are read. */
  readonly args: readonly string[]
  readonly family: 'posix' | 'fish'
}

const known: readonly (Omit<Shell, 'path' | 'family'> & { program: string; family?: 'fish' })[] = [
  { name: 'sh', program: 'sh', args: [] },
  { name: 'dash', program: 'dash', args: [] },
  { name: 'busybox ash', program: 'busybox', args: ['ash'] },
  { name: 'bash', program: 'bash', args: ['--norc', '--noprofile'] },
  { name: 'bash --posix', program: 'bash', args: ['--norc', '--noprofile', '--posix'] },
  { name: 'zsh', program: 'zsh', args: ['-f'] },
  { name: 'fish', program: 'fish', args: ['--no-config'], family: 'fish' },
]

/** The shells that are installed here, for `describe.each`; `scripts/test` says which are missing. */
export function findShells(): readonly Shell[] {
  return known.flatMap(({ name, program, args, family }): Shell[] => {
    const path = findInSystem(program)
    return path === undefined ? [] : [{ name, path, args, family: family ?? 'posix' }]
  })
}

/** The path of a program in the usual folders of a system; undefined when there is none. */
export function findInSystem(program: string): string | undefined {
  const folders = ['/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

/** Whether this user may run a file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
