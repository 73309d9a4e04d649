/** Cases on the disk. */
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Case, type Doubt, type Entry, realFolder } from './project-cases.ts'

/** Writes a case below a root, and hands back its environment with all paths. */
export function plantCase(root: string, { files, doubts, env, cwd }: Case): Record<string, string> {
  for (const folder of ['h/p/a/b', 'w/p/a', 's/versions', realFolder(cwd)])
    mkdirSync(join(root, folder), { recursive: true })
  symlinkSync(join(root, 'h'), join(root, 'h/self'))
  symlinkSync(join(root, 'h/p'), join(root, 'x'))
  chmodSync(root, 0o755)
  for (const [name, entry] of Object.entries(files)) plantEntry(join(root, name), entry)
  for (const [name, doubt] of Object.entries(doubts)) castDoubt(join(root, name), doubt)
  const own = {
    HOME: join(root, 'h'),
    GV_ROOT: join(root, 's'),
    GV_SYSTEM_ROOT: join(root, 'sys'),
    GV_SYSTEM_LINK: join(root, 'no'),
  }
  const theirs = Object.entries(env).map(([name, value]) => [name, value.replace('@', root)])
  return { ...own, ...Object.fromEntries(theirs) }
}

function plantEntry(path: string, entry: Entry): void {
  mkdirSync(entry === 'folder' ? path : dirname(path), { recursive: true })
  if (entry === 'folder') return
  if (Buffer.isBuffer(entry)) writeFileSync(path, entry)
  else symlinkSync(entry.link, path)
}

/** Anybody but the user and root. */
const stranger = 12345

function castDoubt(path: string, doubt: Doubt): void {
  if (!existsSync(path)) return
  if (doubt === 'writable') chmodSync(path, 0o666)
  else if (process.getuid?.() === 0) chownSync(path, stranger, stranger)
}

/**
 * A case as the sh resolver sees it, which is all that it knows less than Node: of a go.mod or go.work so much as comes before
 * the directive that follows the `go` line, and that one if it is `toolchain`, and no NUL, which most shells' `read` drops; and
 * no pin that leads nowhere but in the working directory.
 */
export function asShSees(one: Case): Case {
  const seen = Object.entries(one.files).flatMap(([name, entry]): [string, Entry][] => {
    if (/go\.(mod|work)$/.test(name) && Buffer.isBuffer(entry)) return [[name, headOfModule(entry)]]
    const isHidden = isPin(name) && isLink(entry) && dirname(name) !== realFolder(one.cwd)
    return [isHidden ? [dirname(name), 'folder'] : [name, entry]]
  })
  return { ...one, files: Object.fromEntries(seen) }
}

function isPin(name: string): boolean {
  return /(^|\/)\.(tool-versions|go-version)$/.test(name)
}

function isLink(entry: Entry): boolean {
  return typeof entry === 'object' && !Buffer.isBuffer(entry)
}

function headOfModule(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').replaceAll('\0', '').split('\n')
  const goLine = lines.findIndex((line) => /^go ./.test(line))
  const next = lines.findIndex((line, i) => i > goLine && line !== '' && !line.startsWith('//'))
  if (goLine === -1 || next === -1) return Buffer.from(lines.join('\n'), 'latin1')
  const end = lines[next]?.startsWith('toolchain') ? next + 1 : next
  return Buffer.from(`${lines.slice(0, end).join('\n')}\n`, 'latin1')
}
