/** Cases on the disk. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Case, Entry } from './cases.ts'

/** Writes a case below a root, and hands back its environment with all paths. */
export function plantCase(root: string, { files, env }: Case, change: (name: string, entry: Entry) => Entry) {
  for (const folder of ['h/p/a/b', 'w/p/a', 's/versions']) mkdirSync(join(root, folder), { recursive: true })
  symlinkSync(join(root, 'h'), join(root, 'h/self'))
  symlinkSync(join(root, 'h/p'), join(root, 'x'))
  chmodSync(root, 0o755)
  for (const [name, entry] of Object.entries(files)) plantEntry(join(root, name), change(name, entry))
  const own = {
    HOME: join(root, 'h'),
    GV_ROOT: join(root, 's'),
    GV_SYSTEM_ROOT: join(root, 'sys'),
    GV_SYSTEM_LINK: join(root, 'no'),
  }
  const theirs = Object.entries(env).map(([name, value]) => [name, value.replace('@', root)])
  return { ...own, ...Object.fromEntries(theirs) } as Record<string, string>
}

function plantEntry(path: string, entry: Entry): void {
  mkdirSync(entry === 'folder' ? path : dirname(path), { recursive: true })
  if (entry === 'folder') return
  if (Buffer.isBuffer(entry)) writeFileSync(path, entry)
  else symlinkSync(entry.link, path)
}

/**
 * What the sh resolver reads of a go.mod or go.work: as far as the directive that follows the `go` line, if that is
 * `toolchain`, else not so far; and no NUL, which dash's `read` drops. This is all that it knows less than Node.
 */
export function headOfModule(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').replaceAll('\0', '').split('\n')
  const goLine = lines.findIndex((line) => /^go ./.test(line))
  if (goLine === -1) return Buffer.from(lines.join('\n'), 'latin1')
  const next = lines.findIndex((line, i) => i > goLine && line !== '' && !line.startsWith('//'))
  if (next === -1) return Buffer.from(lines.join('\n'), 'latin1')
  const end = lines[next]?.startsWith('toolchain') ? next + 1 : next
  return Buffer.from(`${lines.slice(0, end).join('\n')}\n`, 'latin1')
}
