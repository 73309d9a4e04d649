import { execFileSync } from 'node:child_process'
import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundle } from '../../scripts/build.mjs'
import { bundleFaults } from '../../scripts/check-bundle.mjs'
import { makeSandbox } from '../support/sandbox.ts'

async function makeProject(main: string) {
  const sandbox = await makeSandbox()
  await sandbox.write('package.json', '{"version": "1.2.3", "type": "module"}')
  await sandbox.write('package-lock.json', '{}')
  await sandbox.write('scripts/build.mjs', '')
  await sandbox.write(
    'src/gv.ts',
    "#!/usr/bin/env node\ndeclare const GV_VERSION_OF_BUILD: string\nconsole.log(GV_VERSION_OF_BUILD)\nimport('./main.ts').then((m) => m.main())\n",
  )
  await sandbox.write('src/main.ts', main)
  const dist = sandbox.path('dist')
  return { ...sandbox, dist, build: () => bundle(sandbox.root, dist, 'silent') }
}

describe('the build', () => {
  test('runs by itself, with the version of the package in it, CommonJS included', async () => {
    const project = await makeProject("import c from './common.cjs'\nexport const main = () => console.log(c.sep)\n")
    await project.write('src/common.cjs', "module.exports = { sep: require('node:path').sep }\n")
    await project.build()
    expect(execFileSync(join(project.dist, 'gv.js'), { encoding: 'utf8', env: project.env })).toBe('1.2.3\n/\n')
    expect((await stat(join(project.dist, 'gv.js'))).mode & 0o111).toBe(0o111)
    expect((await readdir(project.dist)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('keeps the chunks of the build before, which may still run, and no older ones', async () => {
    const project = await makeProject("export const main = () => console.log('one')\n")
    const chunks = async () => (await readdir(project.dist)).filter((name) => name.startsWith('main-'))
    await project.build()
    const first = await chunks()
    const oldEntry = await readFile(join(project.dist, 'gv.js'), 'utf8')
    await project.write('src/main.ts', "export const main = () => console.log('two')\n")
    await project.build()
    expect(await chunks()).toEqual(expect.arrayContaining(first))
    await writeFile(join(project.dist, 'old.js'), oldEntry)
    expect(execFileSync('node', [join(project.dist, 'old.js')], { encoding: 'utf8', env: project.env })).toBe(
      '1.2.3\none\n',
    )
    await project.write('src/main.ts', "export const main = () => console.log('three')\n")
    await project.build()
    expect(await chunks()).not.toContain(first[0])
    expect(await chunks()).toHaveLength(2)
  })

  test('that fails leaves the one before as it was', async () => {
    const project = await makeProject("export const main = () => console.log('good')\n")
    await project.build()
    const stamp = (await stat(join(project.dist, 'stamp'))).mtimeMs
    await project.write('src/main.ts', 'export const = ;')
    await expect(project.build()).rejects.toThrow(/Build failed/)
    expect((await stat(join(project.dist, 'stamp'))).mtimeMs).toBe(stamp)
    expect(execFileSync(join(project.dist, 'gv.js'), { encoding: 'utf8', env: project.env })).toContain('good')
  })
})

describe('the bytecode beside the pack', () => {
  // The files of quick commands are packed; src/main.ts always is.
  async function makeBuilt() {
    const project = await makeProject("export const main = () => console.log('hello')\n")
    await project.build()
    const run = (...args: string[]) =>
      execFileSync(join(project.dist, 'gv.js'), args, { encoding: 'utf8', env: project.env })
    const caches = async () => (await readdir(project.dist)).filter((name) => name.endsWith('.cache'))
    const read = async () => readFile(join(project.dist, (await caches())[0] ?? ''))
    return { ...project, run, caches, read }
  }

  test('is written by the first run of each command, and only read by the next', async () => {
    const { run, caches, read } = await makeBuilt()
    const said = run('list')
    const first = await read()
    expect(first.toString('latin1', 0, 256).trim()).toBe('list')
    expect(run('list')).toBe(said)
    expect(await read()).toEqual(first)
    run('current')
    expect((await read()).toString('latin1', 0, 256).trim()).toBe('list current')
    run('../../no/command', 'list')
    expect((await read()).toString('latin1', 0, 256).trim()).toBe('list current')
    expect(await caches()).toHaveLength(1)
  })

  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut', (good: Buffer) => good.subarray(0, good.length - 100)],
    ['full of zeros', (good: Buffer) => Buffer.alloc(good.length)],
    ['of something else', (good: Buffer) => Buffer.alloc(good.length, 'no bytecode\n')],
  ])('that is %s is made again', async (_, spoil) => {
    const { dist, run, caches, read } = await makeBuilt()
    const said = run('list')
    const good = await read()
    await writeFile(join(dist, (await caches())[0] ?? ''), spoil(good))
    expect(run('list')).toBe(said)
    expect((await read()).subarray(0, 256)).toEqual(good.subarray(0, 256))
    expect((await read()).length).toBeGreaterThan(256)
  })

  test('is nobody else’s to write than the owner’s of the folder', async () => {
    const { dist, run, caches } = await makeBuilt()
    if (process.getuid?.() === 0) await chown(dist, 12345, 12345)
    else await chmod(dist, 0o555)
    expect(run('list')).toContain('hello')
    expect(await caches()).toEqual([])
    await chmod(dist, 0o755)
  })
})

describe('the bundle check', () => {
  const entry = { bytes: 500, entryPoint: 'src/gv.ts', inputs: {}, imports: [] }
  const main = { bytes: 900, entryPoint: 'src/main.ts', inputs: {}, imports: [] }
  const heavy = { bytes: 900, inputs: { 'node_modules/undici/index.js': { bytesInOutput: 800 } }, imports: [] }
  const importing = (kind: string, path = 'dist/c.js') => ({ imports: [{ kind, path }] })

  test('takes a small entry that loads the rest when it is asked', () => {
    const outputs = {
      'dist/gv.js': { ...entry, ...importing('dynamic-import', 'dist/m.js') },
      'dist/m.js': { ...main, ...importing('dynamic-import') },
      'dist/c.js': heavy,
    }
    expect(bundleFaults({ outputs })).toEqual([])
  })

  test.each([
    [
      'an entry that imports',
      { 'dist/gv.js': { ...entry, ...importing('import-statement') }, 'dist/c.js': main },
      /imports c\.js/,
    ],
    ['a big entry', { 'dist/gv.js': { ...entry, bytes: 90_000 } }, /the entry has 90000 bytes/],
    [
      'a heavy package at the start, over a chunk',
      {
        'dist/gv.js': entry,
        'dist/m.js': { ...main, ...importing('import-statement', 'dist/d.js') },
        'dist/d.js': { ...entry, entryPoint: '', ...importing('import-statement') },
        'dist/c.js': heavy,
      },
      /undici is loaded at every start/,
    ],
    ['no entry', {}, /no output/],
    [
      'a quick command that brings much along',
      { 'dist/gv.js': entry, 'dist/l.js': { ...main, entryPoint: 'src/commands/list.ts', bytes: 200_000 } },
      /src\/commands\/list\.ts reads 200500 bytes/,
    ],
    [
      'a quick command that brings a heavy package along',
      {
        'dist/gv.js': entry,
        'dist/l.js': { ...main, entryPoint: 'src/commands/which.ts', ...importing('import-statement') },
        'dist/c.js': heavy,
      },
      /which\.ts reads 2300 bytes before it works, undici among them/,
    ],
  ])('refuses %s', (_, outputs, fault) => {
    expect(bundleFaults({ outputs })).toContainEqual(expect.stringMatching(fault))
  })
})
