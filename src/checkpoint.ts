import { channel } from 'node:diagnostics_channel'

/**
 * The moments of an installation, and then those of other work, at which a crash must leave the store right or unchanged, in
 * their order. Tests park a process at each of them and kill it there.
 */
export const checkpoints = [
  'locked',
  'download-started',
  'download-half',
  'download-done',
  'archive-verified',
  'staging-made',
  'unpack-half',
  'unpacked',
  'tree-verified',
  'synced',
  'published',
  'receipt-written',
  'unlocking',
  'uninstall-renamed',
  'uninstall-half',
  'repair-half',
  'link-made',
  'link-switched',
  'adopt-half',
  'adopt-published',
  'adopt-moved-aside',
  'adopt-switched',
  'profile-staged',
  'import-copied',
  'upgrade-installed',
  'prune-half',
] as const

export type Checkpoint = (typeof checkpoints)[number]

const observers = channel('gv:checkpoint')

/**
 * Tells whoever listens in this process that a moment has come. Nobody listens in normal use; a test
 * preloads a module (`NODE_OPTIONS=--import`) that blocks here, so that the code under test is the shipped code.
 */
export function checkpoint(name: Checkpoint): void {
  if (observers.hasSubscribers) observers.publish(name)
}
