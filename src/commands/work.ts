import { type CommandInput, flagSet, flagValue } from '../command.ts'
import type { Context } from '../context.ts'
import { openWorkbench, type Workbench } from '../install/workbench.ts'
import { createReporter } from '../progress/reporter.ts'
import { type Store, storeLayout } from '../store/layout.ts'
import { assertNotCallersStore } from '../system/sudo.ts'

/**
 * Opens a workbench as the flags of a command ask for, does the work with it, and closes it whatever happens.
 * @param store the one to work on; the user's own, if not said otherwise
 */
export async function withWorkbench<T>(
  context: Context,
  input: CommandInput,
  work: (bench: Workbench) => Promise<T>,
  store: Store = storeLayout(context),
): Promise<T> {
  // Lists and the log's tiles are kept in it by every command that asks for them.
  assertNotCallersStore(store, context.env)
  const reporter = createReporter(context.stderr, flagSet(input, 'quiet'))
  const options = {
    source: flagValue(input, 'source'),
    offline: flagSet(input, 'offline'),
    gpg: flagSet(input, 'gpg'),
    insecure: flagSet(input, 'insecure'),
  }
  try {
    const bench = openWorkbench(context, options, reporter, store)
    try {
      return await work(bench)
    } finally {
      await bench.client.close()
    }
  } finally {
    reporter.close()
  }
}
