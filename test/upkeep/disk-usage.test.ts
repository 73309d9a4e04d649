import { linkSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freedBytes } from '../../src/upkeep/disk-usage.ts'
import { makeSandbox } from '../support/sandbox.ts'

test('a file with several names counts once, and only if all of them go', async () => {
  const { root } = await makeSandbox()
  const [a, b] = [join(root, 'a'), join(root, 'b')]
  for (const folder of [a, b]) mkdirSync(folder)
  writeFileSync(join(a, 'own'), 'x'.repeat(100_000))
  writeFileSync(join(a, 'shared'), 'x'.repeat(50_000))
  linkSync(join(a, 'shared'), join(b, 'shared'))
  // A link leads elsewhere, and nothing there is freed.
  writeFileSync(join(root, 'elsewhere'), 'x'.repeat(1_000_000))
  symlinkSync(join(root, 'elsewhere'), join(a, 'link'))
  const blocks = (path: string) => statSync(path).blocks * 512
  const folders = (...paths: string[]) => paths.reduce((sum, path) => sum + blocks(path), 0)
  expect(blocks(join(a, 'own'))).toBeGreaterThanOrEqual(100_000)
  expect(await freedBytes([a])).toBe(folders(a) + blocks(join(a, 'own')))
  expect(await freedBytes([b])).toBe(folders(b))
  expect(await freedBytes([a, b])).toBe(folders(a, b) + blocks(join(a, 'own')) + blocks(join(a, 'shared')))
  expect(await freedBytes([join(root, 'none')])).toBe(0)
})
