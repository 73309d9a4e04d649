import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../store/layout.ts'
import { storageError } from '../store/storage-error.ts'
import { type CommandLine, type CompletedShell, completedShells, completionScript } from './completions.ts'
import { readParts } from './parts.ts'
import { writeIfOther } from './shims.ts'
import { libFolder } from './startup.ts'

/** A shell's script, by which the launcher of a store is asked. */
export function completionsOf(shell: CompletedShell, store: Store, commandLine: CommandLine): string {
  return completionScript(shell, commandLine, readParts(), join(store.bin, 'gv'))
}

/** Writes the scripts into the store's lib/, where start-up files read them. Throws GvError('storage'). */
export function writeCompletions(store: Store, commandLine: CommandLine): void {
  const lib = libFolder(store)
  try {
    mkdirSync(lib, { recursive: true, mode: 0o755 })
    for (const shell of completedShells) {
      writeIfOther(join(lib, `completion.${shell}`), completionsOf(shell, store, commandLine), 0o644)
    }
  } catch (error) {
    throw storageError(error, 'cannot write the completions', lib)
  }
}
