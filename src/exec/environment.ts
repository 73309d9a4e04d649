import { delimiter, join } from 'node:path'
import type { Environment } from '../context.ts'

/**
 * The environment for a program that is to find one toolchain: GOROOT names it, its bin comes first in PATH, once.
 * Nothing else is touched; GOTOOLCHAIN, GOPATH, GOBIN and the caches are the user's.
 */
export function toolchainEnvironment(env: Environment, goroot: string): Record<string, string> {
  const bin = join(goroot, 'bin')
  const rest = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== bin)
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(kept), GOROOT: goroot, PATH: [bin, ...rest].join(delimiter) }
}
