import { delimiter } from 'node:path'
import type { Environment } from '../context.ts'

/**
 * The environment for a program that is to find one Go: its bin comes first in PATH, once, and GOROOT names it (null for
 * somebody's wrapper, which knows better). Nothing else is touched; GOTOOLCHAIN, GOPATH, GOBIN and the caches are the user's.
 */
export function goEnvironment(env: Environment, goroot: string | null, bin: string): Record<string, string> {
  const path = env.PATH ? env.PATH.split(delimiter).filter((folder) => folder !== bin) : []
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const { GOROOT: _, ...rest } = Object.fromEntries(kept)
  return { ...rest, ...(goroot !== null && { GOROOT: goroot }), PATH: [bin, ...path].join(delimiter) }
}
