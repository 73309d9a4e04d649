import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tarOf } from '../support/archive-writer.ts'
import { projectRoot } from '../support/project-root.ts'
import { archiveOf, makeToolchain, moduleH1, moduleZip } from '../support/toolchain-factory.ts'
import { mountTmpfs } from './mounts.ts'
import { bundleProgram, Program } from './programs.ts'
import { gz, temporaryFolder } from './unpacking.ts'

let program = ''
beforeAll(async () => {
  program = await bundleProgram('unpack-program')
  const entryPoints = [join(projectRoot, 'src/store/archive/unpack-worker.ts')]
  const banner = { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" }
  const outfile = join(dirname(program), 'unpack-worker.js')
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20.19', banner })
  writeFileSync(join(dirname(program), 'package.json'), '{"type":"module"}')
})
afterAll(() => rm(dirname(program), { recursive: true }))

const toolchain = makeToolchain('1.22.5', { bulkBytes: 3_000_000 })

async function run(archive: Buffer, name = 'a.tar.gz', into = temporaryFolder(), ...more: string[]) {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, archive)
  const folder = join(into, 'go')
  if (!existsSync(folder)) mkdirSync(folder)
  const started = new Program(program, [path, folder, '1.22.5', ...more])
  const line = await started.printed(/^{/)
  await started.ended
  return { folder, said: JSON.parse(line) }
}

describe('unpacking in a worker thread', () => {
  test('gives the h1 of a tarball and of a zip', async () => {
    expect((await run(archiveOf(toolchain))).said).toMatchObject({
      h1: moduleH1(toolchain),
      files: toolchain.files.length,
    })
    expect((await run(moduleZip(toolchain), 'a.zip')).said).toMatchObject({ h1: moduleH1(toolchain) })
  })

  test('tells of a refusal in the same words', async () => {
    const { said } = await run(gz(tarOf([{ name: 'go/../evil' }])))
    expect(said).toMatchObject({
      code: 'verification',
      message: 'the archive is refused',
      reason: 'entry "go/../evil" has a path with ..',
    })
    expect(said.hint).toMatch(/another source/)
  })

  test('tells of a folder that cannot be written to', async () => {
    const into = temporaryFolder()
    await run(archiveOf(toolchain), 'a.tar.gz', into)
    const { said } = await run(archiveOf(toolchain), 'a.tar.gz', into)
    expect(said).toMatchObject({
      code: 'storage',
      message: expect.stringContaining('cannot unpack the archive of go1.22.5'),
      reason: expect.stringContaining('is there already'),
    })
  })

  test('ends on an abort, and writes no more', async () => {
    const large = archiveOf(makeToolchain('1.22.5', { bulkBytes: 60_000_000 }))
    const { said, folder } = await run(large, 'a.tar.gz', temporaryFolder(), '1')
    expect(said).toMatchObject({ code: 'interrupted' })
    expect(readdirSync(folder, { recursive: true })).not.toContain('test/helloworld.go')
  })

  test('says how much room is left on a full disk', async (context) => {
    const mounted = mountTmpfs(2_000_000)
    if (!mounted) return context.skip('only root may mount a small file system')
    const { said } = await run(archiveOf(toolchain), 'a.tar.gz', mounted)
    expect(said).toMatchObject({
      code: 'storage',
      reason: expect.stringMatching(/^no space is left there \(\d.* free\)$/),
    })
    expect(said.hint).toMatch(/gv uninstall/)
  })
})
