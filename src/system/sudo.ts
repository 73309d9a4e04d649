import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import type { Store } from '../store/layout.ts'
import { quoted } from '../text.ts'

/** Who called sudo, doas or pkexec, by number; undefined for root itself, and where nobody did. Source: sudo(8), pkexec(1). */
export function callingUser({ SUDO_UID, PKEXEC_UID, DOAS_USER }: Environment): string | undefined {
  const text = [SUDO_UID, PKEXEC_UID, DOAS_USER].find((value) => value !== undefined && value !== '')
  return text === '0' || text === 'root' ? undefined : text
}

/**
 * Throws GvError('storage') when root, by sudo with the HOME of the user who called it, would write into that user's store: what root leaves there
 * the user cannot change. Where root's home is another's for a reason of its own (a container), nothing is refused.
 */
export function assertNotCallersStore(store: Store, env: Environment): void {
  const user = callingUser(env)
  if (store.kind === 'system' || user === undefined || process.geteuid?.() !== 0) return
  const owner = ownerOf(store.root)
  if (owner === 0) return
  throw new GvError('storage', `the store ${quoted(store.root)} is not used`, {
    reason: `it belongs to user ${owner}, and what root leaves there, that user cannot change`,
    hint: 'gv without sudo; or, for all users of this machine, sudo gv install --system 1.22.5',
  })
}

/** Of a folder, or of the nearest one above it that is there. */
function ownerOf(folder: string): number {
  try {
    const stat = statSync(folder, { throwIfNoEntry: false })
    if (stat) return stat.uid
  } catch {
    // Something on the way is no folder: whoever makes the store says so.
  }
  return dirname(folder) === folder ? 0 : ownerOf(dirname(folder))
}
