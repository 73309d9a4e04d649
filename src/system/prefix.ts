/** Where a system store and its link may lie: not in what belongs to the operating system itself. */
import { GvError } from '../errors.ts'
import type { Platform } from '../platform.ts'
import { defaultSystemLink, defaultSystemRoot, parseToolchainName, type Store } from '../store/layout.ts'
import { realPathSoFar } from '../store/ownership.ts'
import { storageError } from '../store/storage-error.ts'
import { quoted } from '../text.ts'

interface ProtectedPrefix {
  readonly prefix: string
  /** Folders in it that are the machine's owner's all the same. */
  readonly except?: readonly string[]
}

/**
 * What System Integrity Protection keeps from everyone, root included. Source: /System/Library/Sandbox/rootless.conf; "About
 * System Integrity Protection on your Mac" (support.apple.com/102149). /etc, /tmp and /var are links into /private.
 */
const macPrefixes: readonly ProtectedPrefix[] = [
  { prefix: '/System' },
  { prefix: '/usr', except: ['/usr/local'] },
  { prefix: '/bin' },
  { prefix: '/sbin' },
  { prefix: '/Library/Apple' },
  ...['db', 'install', 'networkd', 'protected', 'root/Library', 'vm'].flatMap((name) => [
    { prefix: `/var/${name}` },
    { prefix: `/private/var/${name}` },
  ]),
  { prefix: '/dev' },
  { prefix: '/cores' },
]

/** What the package manager and the kernel fill. Source: the Filesystem Hierarchy Standard 3.0; /dev/shm is a file system in memory like any. */
const linuxPrefixes: readonly ProtectedPrefix[] = [
  { prefix: '/usr', except: ['/usr/local'] },
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'boot', 'etc', 'proc', 'sys'].map((name) => ({
    prefix: `/${name}`,
  })),
  { prefix: '/dev', except: ['/dev/shm'] },
]

/**
 * The protected prefix that an absolute path without links lies in; undefined for one that may be used. On macOS letters count as equal
 * whatever their case, as its file systems have it, and the folder `/` itself cannot be written. Pure.
 */
export function protectedPrefixOf(path: string, { os }: Platform): string | undefined {
  const fold = (text: string) => (os === 'darwin' ? text.normalize('NFC').toLowerCase() : text)
  const folded = fold(path)
  const isIn = (folder: string) => folded === fold(folder) || folded.startsWith(`${fold(folder)}/`)
  const found = (os === 'darwin' ? macPrefixes : linuxPrefixes).find(
    ({ prefix, except = [] }) => isIn(prefix) && !except.some(isIn),
  )
  if (found) return found.prefix
  return path === '/' || (os === 'darwin' && /^\/[^/]+$/.test(path) && folded !== '/opt') ? '/' : undefined
}

/**
 * Throws GvError('usage'), with the reason and the two places that work, when a system store or its link would lie where they
 * must not: in a prefix of the operating system, or one in the other.
 */
export function assertUsablePlaces(store: Store, host: Platform): void {
  assertUsablePrefix('GV_SYSTEM_ROOT', store.root, host)
  assertUsablePrefix('GV_SYSTEM_LINK', store.current, host)
  const problem = overlap(store, host)
  if (problem === undefined) return
  throw new GvError('usage', `GV_SYSTEM_LINK is ${quoted(store.current)}`, {
    reason: problem,
    hint: `unset GV_SYSTEM_LINK, which then is ${defaultSystemLink}`,
  })
}

function assertUsablePrefix(variable: string, path: string, host: Platform): void {
  const real = resolved(path)
  // A path that only leads there through a link is as wrong, and one that is wrong as it stands need not lead there yet.
  const prefix = protectedPrefixOf(path, host) ?? protectedPrefixOf(real, host)
  if (prefix === undefined) return
  const isMac = host.os === 'darwin'
  const leads = real === path ? '' : `it leads to ${quoted(real)}, and `
  const whose = isMac
    ? `macOS protects ${prefix} from everyone (System Integrity Protection)`
    : `${prefix} belongs to the operating system`
  throw new GvError('usage', `${variable} is ${quoted(path)}`, {
    reason: `${leads}${whose}`,
    hint: `unset GV_SYSTEM_ROOT GV_SYSTEM_LINK: ${defaultSystemRoot} and ${defaultSystemLink} work; so does anything else in /opt and /usr/local`,
  })
}

function resolved(path: string): string {
  try {
    return realPathSoFar(path)
  } catch (error) {
    throw storageError(error, 'cannot look at', path)
  }
}

/** The link may stand beside the toolchains under a name of its own, nowhere else in the store; and the store not behind the link. */
function overlap({ root, own, current }: Store, host: Platform): string | undefined {
  const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
  if (isIn(root, current)) return `the store ${quoted(root)} would lie behind it`
  if (isIn(current, own)) return 'gv keeps its own files there'
  if (!isIn(current, root)) return undefined
  const name = current.slice(root.length + 1)
  if (name.includes('/')) return 'it would lie within a toolchain'
  return parseToolchainName(name, host) ? 'that is the place of a toolchain' : undefined
}
