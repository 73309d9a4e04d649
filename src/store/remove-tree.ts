import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { systemErrorCode } from '../errors.ts'

/** How long the removal keeps the thread before timers and signals get their turn, in milliseconds. */
const sliceMs = 50

/**
 * Removes a file or a folder with all that is in it, also where folders are read-only. Links are removed, never followed.
 * What is gone already is no error: two processes may remove the same tree.
 * @param onHalf told once, some way through
 */
export async function removeTree(path: string, onHalf?: () => void): Promise<void> {
  let since = performance.now()
  for (const _ of removals(path, onHalf)) {
    if (performance.now() - since < sliceMs) continue
    await setImmediate()
    since = performance.now()
  }
}

/** Removes bottom up; yields after each folder. */
function* removals(path: string, onHalf?: () => void): Generator<void> {
  if (!removeLeaf(path)) {
    const entries = orGone(() => readdirSync(makeWritable(path), { withFileTypes: true })) ?? []
    const folders = entries.filter((entry) => entry.isDirectory())
    const middle = Math.floor(folders.length / 2)
    for (const entry of entries) if (!entry.isDirectory()) orGone(() => unlinkSync(join(path, entry.name)))
    for (const [i, entry] of folders.entries()) {
      if (i === middle) onHalf?.()
      yield* removals(join(path, entry.name))
    }
    orGone(() => rmdirSync(path))
    yield
  }
}

/** Removes what is no folder; false for a folder. */
function removeLeaf(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory()) return false
  if (stat) orGone(() => unlinkSync(path))
  return true
}

/** Takes care that the names in a folder of ours can be read and removed. */
function makeWritable(folder: string): string {
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  if (stat?.isDirectory() && (stat.mode & 0o700) !== 0o700) orGone(() => chmodSync(folder, 0o700))
  return folder
}

function orGone<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Makes a folder fit for being moved to another one: that changes its `..`, for which it has to be writable itself.
 * Then moves it.
 */
export function moveFolder(from: string, to: string): void {
  makeWritable(from)
  renameSync(from, to)
}
