/** What keeps users from getting the Go that the machine's link leads to. */
import type { Context } from '../context.ts'
import type { Store } from '../store/layout.ts'

/** Sentences without a full stop, fit for a terminal; none where all is well. */
export function adviceOn(_context: Context, _store: Store): string[] {
  return []
}
