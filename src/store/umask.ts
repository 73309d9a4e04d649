let known: number | undefined

/**
 * This process's umask. Asking the system means setting it for a moment, for all threads: it is asked once, before
 * the first worker thread writes.
 */
export function processUmask(): number {
  known ??= process.umask()
  return known
}
