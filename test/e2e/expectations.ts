import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { GvResult } from '../support/gv-process.ts'
import type { Sandbox } from '../support/sandbox.ts'
import { type FakeToolchain, sha256Hex } from '../support/toolchain-factory.ts'
import type { Stage } from './stage.ts'

/** Exit statuses, as DESIGN.md has them. */
export const exit = { failed: 1, usage: 2, noSuchVersion: 3, network: 4, verification: 5, storage: 6 } as const

/** Checks that gv failed with a status, in one line that says why, with at most one hint, and printed nothing else (but a line for each retry). */
export function expectFailure(result: GvResult, status: number, says: RegExp): void {
  const final = result.stderr.replace(/^gv: .+; trying again(?: in .+)?\n/gm, '')
  expect(final).toMatch(says)
  expect(result).toMatchObject({ status, stdout: '' })
  expect(final).toMatch(/^gv: .+\n(?:hint: .+\n)?$/)
  expectPlainText(result.stderr)
}

/** No stack trace, and no character that a terminal would act on. */
export function expectPlainText(text: string): void {
  expect(text).not.toMatch(/^\s+at .+:\d+/m)
  expect(text).not.toMatch(/[^\P{C}\n]/u)
}

/** Checks that nothing of an installation is to be seen in the store, also no bytes that were refused. */
export async function expectNothingInstalled(sandbox: Sandbox): Promise<void> {
  for (const folder of ['versions', 'receipts', 'tmp', 'locks', 'cache/downloads', 'cache/archives']) {
    expect(await sandbox.list('store', folder), folder).toEqual([])
  }
}

/** Checks that a toolchain is there file by file as it was published, with its receipt, that it runs, and that no staging is left. */
export async function expectInstalled(stage: Stage, toolchain: FakeToolchain): Promise<void> {
  const { version } = toolchain
  expect(await treeOf(stage.path('store/versions', `go${version}`))).toEqual(publishedTree(toolchain, stage.origin))
  const receipts = await stage.list('store/receipts')
  expect(receipts).toEqual(expect.arrayContaining([`go${version}.h1`, `go${version}.json`]))
  const { stdout } = await promisify(execFile)(stage.path('store/versions', `go${version}`, 'bin/go'), ['version'])
  expect(stdout).toBe(`go version go${version} linux/amd64\n`)
  expect(await stage.list('store/tmp')).toEqual([])
}

/** What lies below a folder: mode and SHA-256 of each file, mode of each folder, by path. */
export async function treeOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const described = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    const mode = ((await stat(path)).mode & 0o7777).toString(8)
    const content = entry.isFile() ? sha256Hex(await readFile(path)) : entry.isDirectory() ? 'folder' : 'other'
    return [relative(root, path), `${mode} ${content}`]
  })
  return Object.fromEntries(await Promise.all(described))
}

/** The same of a toolchain as an origin's archive has it. */
export function publishedTree(
  { files }: FakeToolchain,
  origin: Stage['origin'],
  umask = process.umask(),
): Record<string, string> {
  const mode = (bits: number) => (bits & ~umask).toString(8)
  const tree: Record<string, string> = {}
  for (const { path, data, mode: published } of files) {
    if (origin === 'a GOPROXY' && /^(?:api|doc|misc|test)\//.test(path)) continue
    tree[path] = `${mode(published)} ${sha256Hex(data)}`
    const folders = path.split('/').slice(0, -1)
    for (const [i] of folders.entries()) tree[folders.slice(0, i + 1).join('/')] = `${mode(0o755)} folder`
  }
  return tree
}
