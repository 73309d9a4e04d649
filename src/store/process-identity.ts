import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { systemErrorCode } from '../errors.ts'

/** Which process left something behind; enough to say later whether it still lives. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Where the number means this process: the machine's boot and the PID namespace; null where the system does not tell. */
  readonly space: string | null
  /** When it started, in the system's own count; null where the system does not tell. Numbers are given out again. */
  readonly birth: string | null
}

let own: ProcessIdentity | undefined

export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, host: hostname(), space: pidSpace(), birth: statOf(process.pid)?.birth ?? null }
  return own
}

/** Whether a process still lives; 'unknown' for one of another machine or container. */
export function livenessOf(identity: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  const { host, space } = ownIdentity()
  if (identity.host !== host || identity.space !== space) return 'unknown'
  if (!isThere(identity.pid)) return 'dead'
  const stat = statOf(identity.pid)
  if (!stat || identity.birth === null) return 'alive'
  // A killed process that nobody has waited for yet is there, and does nothing any more.
  return stat.birth === identity.birth && stat.state !== 'Z' && stat.state !== 'X' ? 'alive' : 'dead'
}

/** Reads an identity out of parsed JSON; undefined for anything else. */
export function parseIdentity(json: unknown): ProcessIdentity | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { pid, host, space, birth }: { pid?: unknown; host?: unknown; space?: unknown; birth?: unknown } = json
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0 || typeof host !== 'string') return undefined
  if ((typeof space !== 'string' && space !== null) || (typeof birth !== 'string' && birth !== null)) return undefined
  return { pid, host, space, birth }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH'
  }
}

/** Source: proc(5), `/proc/pid/stat`; the second field is the program's name in parentheses and may hold anything. */
function statOf(pid: number): { state: string; birth: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state, birth] = [fields[0], fields[19]]
    return state !== undefined && birth !== undefined ? { state, birth } : undefined
  } catch {
    return undefined
  }
}

function pidSpace(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}
