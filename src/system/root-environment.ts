/** What counts when root works on the system store: root's own settings, and never those of the user who called sudo. */
import { userInfo } from 'node:os'
import { delimiter, isAbsolute } from 'node:path'
import type { Context, Environment } from '../context.ts'
import { isRootsAlone } from '../store/ownership.ts'

/** Variables that name a place of the user who called: what lies there may be anyone's to write. */
const places = [
  'GOENV',
  'NETRC',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
  'GOROOT',
  'GOPATH',
  'GOBIN',
  'GOCACHE',
  'GOMODCACHE',
  'TMPDIR',
]
/** Variables that mean one user's choice of Go, or a store. */
const personal = ['GV_ROOT', 'GV_VERSION', 'GV_AUTO_INSTALL', 'GOTOOLCHAIN', 'GOWORK', 'GO111MODULE', 'GOFLAGS']

/**
 * The context for work on the system store. sudo keeps HOME on macOS and on some Linux systems, and su and doas keep more:
 * so that nothing depends on who called, a variable that names a place counts only where that place is root's alone,
 * and HOME is else root's own. Hence `~/.netrc` and the file of `go env -w` are root's, PATH (in which a Go's go.env is looked for)
 * has no folder of a user's, and gv's configuration is the system store's. What names no place and was handed through by root's
 * own rules (GOPROXY, GOSUMDB, GV_MIRROR, HTTPS_PROXY, SSL_CERT_FILE …) counts, as it does for any program under sudo.
 */
export function rootContext(context: Context): Context {
  const env: Record<string, string | undefined> = { ...context.env }
  for (const name of personal) delete env[name]
  for (const name of places) if (env[name] !== 'off' && !isTrustedPlace(env[name])) delete env[name]
  const home = isTrustedPlace(env.HOME) ? env.HOME : rootsHome()
  return { ...context, home, env: { ...env, HOME: home, PATH: rootsPath(env) } }
}

function isTrustedPlace(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path) && isRootsAlone(path)
}

/** The home of the user that this process runs as, as the system has it, and not the environment; `/` where that too is another's. */
function rootsHome(): string {
  const { homedir } = userInfo()
  return isTrustedPlace(homedir) ? homedir : '/'
}

function rootsPath({ PATH = '' }: Environment): string {
  return PATH.split(delimiter).filter(isTrustedPlace).join(delimiter)
}
