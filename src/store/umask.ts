let known: number | undefined

/**
 * This process's umask. Asking the system means setting it for a moment, for all threads: it is asked once, before
 * the first worker thread writes.
 */
export function processUmask(): number {
  // oxlint-disable-next-line typescript/no-deprecated -- there is no other way to learn it
  known ??= process.umask()
  return known
}
