import { accessSync, constants, readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** What a real toolchain and its archive need, twice over. */
const wantedBytes = 2e9

/**
 * A folder for what tests write: in memory where the system has a big enough one that may hold programs, else the
 * temporary folder. (Deleting big trees makes some disks slow for minutes.)
 */
export function fastFolder(): string {
  return inMemory() ? '/dev/shm' : tmpdir()
}

function inMemory(): boolean {
  try {
    accessSync('/dev/shm', constants.W_OK)
    const { bavail, bsize } = statfsSync('/dev/shm')
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === '/dev/shm')
    const options = mount?.split(' ')[3]?.split(',') ?? ['noexec']
    return bavail * bsize > wantedBytes && !options.includes('noexec')
  } catch {
    return false
  }
}
