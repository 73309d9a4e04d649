import { execFileSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { isExecutable } from './shells.ts'

/** The Go of this machine, for tests that ask it what the truth is. */
export interface RealGo {
  /** The real program, absolute. */
  readonly path: string
  /** A clean environment, in which it runs itself and nothing else, and asks no network. */
  readonly env: Readonly<Record<string, string>>
  readonly version: string
}

/** Finds it in PATH or in /usr/local/go; says why and returns undefined when there is none. */
export function findRealGo(): RealGo | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin']
  const path = folders.map((folder) => join(folder, 'go')).find(isExecutable)
  if (path === undefined) {
    console.warn('skipped: there is no go on this machine to compare with')
    return undefined
  }
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: process.env.HOME ?? '/',
    GOTOOLCHAIN: 'local',
    GOPROXY: 'off',
    GOENV: 'off',
  }
  const version = execFileSync(path, ['env', 'GOVERSION'], { env, cwd: '/', encoding: 'utf8' }).trim()
  return { path, env, version }
}
