import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import type { Platform } from '../platform.ts'
import { describeProgram, isProgramFor } from '../store/archive/program-header.ts'

/** Where Linux has the interpreters that it knows for programs of other machines, such as qemu's. */
const interpreters = '/proc/sys/fs/binfmt_misc'

/**
 * Whether a file is a program that this machine cannot run, by its header. It has to be known before: execvp(3), which Node starts
 * programs with, hands what the kernel refuses to sh, and that takes the bytes for commands.
 */
export function isForeignProgram(path: string, host: Platform): boolean {
  const head = headOf(path)
  const kind = describeProgram(head)
  if (kind === undefined || kind === 'script') return false
  return ![host, ...alsoRun(host)].some((platform) => isProgramFor(platform, head)) && !hasInterpreters(host)
}

/** Rosetta 2 runs Intel's programs on Apple silicon; most kernels those of the machine's 32-bit sister. */
function alsoRun({ os, arch }: Platform): Platform[] {
  if (os === 'darwin') return arch === 'arm64' ? [{ os, arch: 'amd64' }] : []
  const sister = { amd64: '386', arm64: 'arm' }[arch]
  return sister === undefined ? [] : [{ os, arch: sister }]
}

function hasInterpreters({ os }: Platform): boolean {
  return (
    os === 'linux' && existsSync(interpreters) && readdirSync(interpreters).some((name) => name.startsWith('qemu-'))
  )
}

function headOf(path: string): Buffer {
  const head = Buffer.alloc(4096)
  try {
    const fd = openSync(path, 'r')
    try {
      return head.subarray(0, readSync(fd, head, 0, head.length, 0))
    } finally {
      closeSync(fd)
    }
  } catch {
    // Whoever runs it is told what is wrong.
    return head.subarray(0, 0)
  }
}
