import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'

/** How long the counting keeps the thread before timers and signals get their turn, in milliseconds. */
const sliceMs = 50
/** What st_blocks counts in, whatever the file system's own blocks are. Source: POSIX, sys/stat.h. */
const blockBytes = 512

/**
 * The bytes that the disk gets back when all that lies below some paths is removed: blocks, not sizes, and a file with several names
 * only where all of them are among these. Links are not followed; what cannot be read counts as nothing. (Clones that share blocks
 * on file systems that can do that are not seen by any system call of Node's.)
 */
export async function freedBytes(paths: readonly string[]): Promise<number> {
  const linked = new Map<string, { stat: Stats; seen: number }>()
  let bytes = 0
  let since = performance.now()
  for (const path of paths) {
    for (const found of entriesBelow(path)) {
      if (found.isDirectory() || found.nlink === 1) bytes += found.blocks * blockBytes
      else {
        const key = `${found.dev}:${found.ino}`
        linked.set(key, { stat: found, seen: (linked.get(key)?.seen ?? 0) + 1 })
      }
      if (performance.now() - since < sliceMs) continue
      await setImmediate()
      since = performance.now()
    }
  }
  for (const { stat, seen } of linked.values()) if (seen >= stat.nlink) bytes += stat.blocks * blockBytes
  return bytes
}

/** The bytes that all below a path would take if nothing were shared with others; blocks, not sizes. */
export async function apparentBytes(path: string): Promise<number> {
  let bytes = 0
  let since = performance.now()
  for (const { blocks } of entriesBelow(path)) {
    bytes += blocks * blockBytes
    if (performance.now() - since < sliceMs) continue
    await setImmediate()
    since = performance.now()
  }
  return bytes
}

function* entriesBelow(path: string): Generator<Stats> {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat) return
  yield stat
  if (!stat.isDirectory()) return
  for (const name of namesIn(path)) yield* entriesBelow(join(path, name))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
