import { isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import type { Platform } from '../platform.ts'
import { quoted } from '../text.ts'
import { readBoundedText } from './bounded-file.ts'

/** Real ones have a few hundred bytes. */
const maxBytes = 64 * 1024

export interface EnvFile {
  readonly path: string
  readonly values: ReadonlyMap<string, string>
}

/**
 * The path of the file that `go env -w` keeps; undefined with GOENV=off and where there is no folder for it. A
 * relative GOENV counts from the working directory. Source: cfg.EnvFile and os.UserConfigDir.
 */
export function userEnvFilePath(env: Environment, host: Platform, cwd: string): string | undefined {
  if (env.GOENV === 'off') return undefined
  if (env.GOENV) return resolve(cwd, env.GOENV)
  if (host.os === 'darwin') return env.HOME ? join(env.HOME, 'Library/Application Support/go/env') : undefined
  if (env.XDG_CONFIG_HOME) return isAbsolute(env.XDG_CONFIG_HOME) ? join(env.XDG_CONFIG_HOME, 'go/env') : undefined
  return env.HOME ? join(env.HOME, '.config/go/env') : undefined
}

/**
 * Reads the user's file. As for `go`, one that cannot be read says nothing; but one that is too big is an error,
 * because settings such as GOPROXY=off in it would be lost in silence.
 */
export function readUserEnvFile(path: string): EnvFile | undefined {
  const file = readBoundedText(path, maxBytes)
  if ('text' in file) return { path, values: parseEnvFile(file.text, 'last') }
  if (file.unread !== 'too-big') return undefined
  throw new GvError('failed', `the settings of go in ${quoted(path)} cannot be read`, {
    reason: `it has more than ${maxBytes / 1024} KiB`,
    hint: 'GOENV=off gv … does without it',
  })
}

/** Reads `GOROOT/go.env`, the settings of whoever packed that Go; undefined where there is none. */
export function readPackagedEnvFile(goroot: string): EnvFile | undefined {
  const path = join(goroot, 'go.env')
  const file = readBoundedText(path, maxBytes)
  return 'text' in file ? { path, values: parseEnvFile(file.text, 'first') } : undefined
}

/**
 * Lines KEY=VALUE, taken as they stand: no quotes, no trimming, a CR at the end is part of the value; a comment is a
 * line whose key is no variable's. Of several lines for one key the last counts in the user's file, the first in
 * go.env. Source: cfg.readEnvFile.
 */
function parseEnvFile(text: string, counts: 'first' | 'last'): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=')
    if (equals < 0) continue
    const key = line.slice(0, equals)
    if (counts === 'last' || !values.has(key)) values.set(key, line.slice(equals + 1))
  }
  return values
}
