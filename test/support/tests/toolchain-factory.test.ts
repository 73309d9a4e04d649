import { execFileSync } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { readZip } from '../read-zip.ts'
import { makeSandbox } from '../sandbox.ts'
import { archiveOf, makeToolchain, moduleH1, moduleVersion, moduleZip, writeTree } from '../toolchain-factory.ts'

const toolchain = makeToolchain('1.22.5', {
  extra: { [`src/${'deep/'.repeat(25)}x.go`]: 'package deep\n' },
  bulkBytes: 5000,
})

describe('a toolchain of the tests', () => {
  test('runs as a tree', async () => {
    const { path } = await makeSandbox()
    await writeTree(toolchain, path('go'))
    expect(run(path('go/bin/go'), 'version')).toBe('go version go1.22.5 linux/amd64\n')
    expect(run(path('go/bin/go'), 'env', 'GOROOT')).toBe(`${path('go')}\n`)
    expect(run(path('go/bin/go'), 'test', './a b')).toBe('go1.22.5: [test] [./a b]\n')
  })

  test('is unpacked from its tarball by tar as the same tree', async () => {
    const { path } = await makeSandbox()
    await writeTree(toolchain, path('go'))
    await writeFile(path('a.tar.gz'), archiveOf(toolchain))
    execFileSync('tar', ['-xpzf', path('a.tar.gz'), '-C', path('tmp')])
    expect(await treeOf(path('tmp/go'))).toEqual(await treeOf(path('go')))
  })

  test('has a tarball that repeats itself', () => {
    expect(archiveOf(makeToolchain('1.22.5'))).toEqual(archiveOf(makeToolchain('1.22.5')))
    expect(archiveOf(makeToolchain('1.22.5'))).not.toEqual(archiveOf(makeToolchain('1.22.6')))
  })

  test('has a module zip with the files that the log covers', async () => {
    const read = await readZip(moduleZip(toolchain))
    const prefix = `golang.org/toolchain@${moduleVersion(toolchain)}/`
    expect(String(read.get(`${prefix}src/cmd/_go.mod`))).toBe('module cmd\n\ngo 1.22\n')
    expect([...read.keys()].filter((name) => /\/(api|doc|misc|test)\//.test(name))).toEqual([])
    expect(read.size).toBe(toolchain.files.length - 5)
  })

  test('has the hash that golang.org/x/mod would give it', () => {
    // Of one file, worked out with sha256sum and base64.
    const one = {
      version: '1.22.5',
      platform: 'linux-amd64',
      files: [{ path: 'VERSION', data: Buffer.from('go1.22.5\n'), mode: 0o644 }],
    }
    expect(moduleH1(one)).toBe('h1:0cZtTR1xzl7xqMv+M9d0uxONp1uTDk+6RKYOdKONblg=')
  })
})

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' })
}

/** Each file with its mode and contents. */
async function treeOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`)
  const described = files.map(async (file) => [
    file.slice(root.length),
    `${((await stat(file)).mode & 0o7777).toString(8)} ${await readFile(file, 'latin1')}`,
  ])
  return Object.fromEntries(await Promise.all(described))
}
