import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What lies at each path: a file's content, a folder (null), or a link's target. */
export type Tree = Readonly<Record<string, string | Buffer | null | { readonly link: string }>>

/** A folder with those files, taken away when the test ends; its path has no links in it. */
export function makeTree(tree: Tree): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gv-tree-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  plant(root, tree)
  return root
}

export function plant(root: string, tree: Tree): void {
  for (const [name, content] of Object.entries(tree)) {
    const path = join(root, name)
    mkdirSync(content === null ? path : dirname(path), { recursive: true })
    if (content === null) continue
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, path)
    else writeFileSync(path, content)
  }
}
