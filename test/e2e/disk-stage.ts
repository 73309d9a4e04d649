import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Stage, StageOptions } from './stage.ts'

/** Whether a test may mount a file system. */
export const canMount = process.platform === 'linux' && process.geteuid?.() === 0

/** What a full file system has no more of. */
export type Fullness = 'bytes' | 'files'

/** A file system of a test's own. */
export interface Disk {
  /** Mounts it with other options: `ro`, `size=60m`. */
  remount(...options: string[]): void
  /** Leaves no room in it, but for one more file: that by which a test lets a parked gv go on. */
  fill(of: Fullness): void
}

/** Enough for the files of a release, of which gv makes sure. */
const filesOfDisk = 50_000

/** A stage for the running test on a file system of its own, of that many MB. */
export async function stageOnDisk<S extends Stage>(
  megabytes: number,
  set: (place: StageOptions) => Promise<S>,
): Promise<S & Disk> {
  const folder = mkdtempSync(join(tmpdir(), 'gv-disk-'))
  const mount = (...options: string[]) => void execFileSync('mount', [...options, folder])
  const remount = (...options: string[]) => mount('-o', ['remount', ...options].join(','))
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m,nr_inodes=${filesOfDisk},mode=0755`, 'tmpfs')
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
    rmdirSync(folder)
  })
  const stage = await set({ in: folder })
  // Before the stage goes.
  onTestFinished(() => remount('rw'))
  const fill = (of: Fullness) => {
    const { bsize, blocks, bfree, files, ffree } = statfsSync(folder)
    remount(of === 'bytes' ? `size=${(blocks - bfree) * bsize}` : `nr_inodes=${files - ffree + 1}`)
  }
  return { ...stage, remount, fill }
}
