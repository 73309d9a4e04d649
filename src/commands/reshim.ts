import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { samePlatform } from '../platform.ts'
import { writeLauncher } from '../shell/launcher.ts'
import { type ShimChanges, writeShims } from '../shell/shims.ts'
import { type Store, storeLayout } from '../store/layout.ts'
import { prepareStore } from '../store/store-folders.ts'
import { listAllInstalled } from '../system/seen.ts'
import { assertNotCallersStore } from '../system/sudo.ts'
import { printable } from '../text.ts'

/** `gv reshim`: makes the shims and the launcher of the store as they have to be. */
export async function reshim(context: Context): Promise<CommandResult> {
  const store = storeLayout(context)
  assertNotCallersStore(store, context.env)
  prepareStore(store)
  writeLauncher(store, { node: process.execPath, program: realpathSync(process.argv[1] ?? '') })
  const { written, removed } = write(context, store)
  const changes = [...written.map((name) => `wrote ${name}`), ...removed.map((name) => `removed ${name}`)]
  const done = changes.length === 0 ? 'the shims are up to date' : changes.join(', ')
  return { text: `${done}: ${printable(store.shims)}`, json: { shims: store.shims, written, removed } }
}

/** After an install or an uninstall: names like `go1.22.5` come and go in a store that has shims. */
export function refreshShims(context: Context): void {
  const store = storeLayout(context)
  if (existsSync(join(store.shims, 'go'))) write(context, store)
}

function write(context: Context, store: Store): ShimChanges {
  // Also for those that all users of the machine have: the go command looks for them in PATH by these names.
  const names = listAllInstalled(context)
    .filter(({ platform }) => samePlatform(platform, context.host))
    .map(({ name }) => name)
  return writeShims(store, [...new Set(names)], context.host)
}
