/** What keeps users from getting the Go that the machine's link leads to; looked at once the link was switched, never changed. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Context } from '../context.ts'
import { readUserEnvFile, userEnvFilePath } from '../goenv/env-file.ts'
import { isExecutableFile, realPath } from '../goenv/program-file.ts'
import type { Store } from '../store/layout.ts'
import { printable } from '../text.ts'
import { gopathProblems } from './gopath.ts'
import { callingUser } from './sudo.ts'

/** Where the system keeps what new sessions start from. */
const systemFolder = '/etc'
/** What a session starts with where nothing else is said. Source: login(1), sshd(8). */
const usualPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/snap/bin']
/** Homebrew's shellenv puts its own folder first, in start-up files that gv does not read. */
const homebrewFolders = ['/opt/homebrew/bin', '/home/linuxbrew/.linuxbrew/bin']
/** Files of settings that are longer are not looked through. */
const maxSettingsBytes = 64 * 1024

/**
 * Sentences without a full stop, fit for a terminal; none where all is well.
 * @param context as the command was called, with the user's own HOME and GOPATH as far as sudo let them through
 * @param etc in the place of /etc, for tests
 */
export function adviceOn(context: Context, store: Store, etc = systemFolder): string[] {
  const linkBin = join(store.current, 'bin')
  const path = sessionPath(context, etc)
  return [
    ...shadows(path, linkBin).map(
      (program) => `${printable(program)} comes before ${printable(linkBin)} in PATH, and is what "go" means then`,
    ),
    ...(path.includes(linkBin) || isNamedInProfiles(linkBin, etc) ? [] : [missingInPath(linkBin, context.host.os)]),
    ...gopathProblems(gopathOf(context, etc), { user: userOf(context), goroots: [store.current, store.root] }),
  ]
}

/**
 * PATH as a user's new session has it. sudo sets one of its own: what it says is nothing of the user's. On macOS path_helper(8)
 * makes it of /etc/paths and then the files in /etc/paths.d.
 */
function sessionPath({ env, host }: Context, etc: string): string[] {
  if (host.os === 'darwin') {
    const files = [join(etc, 'paths'), ...namesIn(join(etc, 'paths.d')).map((name) => join(etc, 'paths.d', name))]
    return [...homebrewFolders, ...files.flatMap((file) => textOf(file).split('\n'))].filter(isAbsolute)
  }
  const own = callingUser(env) === undefined ? env.PATH?.split(delimiter) : undefined
  const fromEnvironment = /^PATH="?([^"\n]*)"?$/m.exec(textOf(join(etc, 'environment')))?.[1]?.split(':')
  return (own ?? [...homebrewFolders, ...(fromEnvironment ?? usualPath)]).filter(isAbsolute)
}

/** The programs `go` that are found before the link's, and are another Go. */
function shadows(path: readonly string[], linkBin: string): string[] {
  const end = path.indexOf(linkBin)
  const own = realPath(join(linkBin, 'go'))
  const programs = (end < 0 ? path : path.slice(0, end)).map((folder) => join(folder, 'go'))
  return [...new Set(programs)].filter((program) => isExecutableFile(program) && realPath(program) !== own)
}

/** Shells read more than one place; where one of these names the folder, somebody has seen to it. */
function isNamedInProfiles(linkBin: string, etc: string): boolean {
  const more = namesIn(join(etc, 'profile.d')).map((name) => join('profile.d', name))
  const names = ['profile', 'environment', 'zprofile', 'zshenv', 'bash.bashrc', 'zsh/zprofile', 'zsh/zshenv', ...more]
  return names.some((name) => textOf(join(etc, name)).includes(linkBin))
}

function missingInPath(linkBin: string, os: string): string {
  const command =
    os === 'darwin'
      ? `echo ${linkBin} | sudo tee /etc/paths.d/go`
      : `echo 'export PATH="$PATH:${linkBin}"' | sudo tee /etc/profile.d/go.sh`
  return printable(`${linkBin} is not in the PATH of new sessions: ${command}`, 1000)
}

/** As `go env GOPATH` would say it for the user who called. */
function gopathOf(context: Context, etc: string): string[] {
  const { env, host, cwd } = context
  const home = homeOf(context, etc)
  const file = userEnvFilePath({ ...env, HOME: home }, host, cwd)
  const stated = env.GOPATH || (file === undefined ? undefined : fileValue(file))
  return (stated ? stated.split(delimiter) : [join(home, 'go')]).filter((folder) => folder !== '')
}

function fileValue(file: string): string | undefined {
  try {
    return readUserEnvFile(file)?.values.get('GOPATH') || undefined
  } catch {
    return undefined
  }
}

function userOf({ env }: Context): number {
  const caller = Number(callingUser(env) ?? Number.NaN)
  return Number.isSafeInteger(caller) ? caller : (process.geteuid?.() ?? 0)
}

/** sudo sets HOME to root's on most systems; then the user's is the one that the system knows. */
function homeOf(context: Context, etc: string): string {
  const uid = callingUser(context.env)
  const fields = textOf(join(etc, 'passwd'), 1_000_000)
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => uid !== undefined && (entry[2] === uid || entry[0] === uid))
  return fields?.[5] || context.home
}

function textOf(path: string, maxBytes = maxSettingsBytes): string {
  try {
    const stat = statSync(path)
    return stat.isFile() && stat.size <= maxBytes ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
