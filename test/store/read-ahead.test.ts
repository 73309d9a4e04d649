import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startReadAhead } from '../../src/store/read-ahead.ts'
import { readShare } from '../../src/store/read-ahead-core.ts'
import { temporaryFolder } from './unpacking.ts'

/** A tree with files of 1, 2, 4, … bytes, so that a sum tells which were read. */
function treeOfPowers(files: number): string {
  const folder = temporaryFolder()
  for (let i = 0; i < files; i++) {
    mkdirSync(join(folder, `d${i % 4}/e`), { recursive: true })
    writeFileSync(join(folder, `d${i % 4}`, i % 2 ? 'e' : '', `f${i}`), Buffer.alloc(2 ** i))
  }
  return folder
}

test('the shares of all readers are the whole, each file once, but for what is done', () => {
  const folder = treeOfPowers(12)
  const whole = (skip: number, readers: number) =>
    Array.from({ length: readers }, (_, reader) => readShare({ folder, skip, reader, readers }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), (readers) => {
      const shares = whole(0, readers)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(2 ** 12 - 1)
      expect(shares.reduce((all, share) => all | share, 0)).toBe(2 ** 12 - 1)
    }),
    { numRuns: 6 },
  )
  expect(whole(12, 2)).toEqual([0, 0])
  const bits = (sum: number) => sum.toString(2).replaceAll('0', '').length
  expect(bits(whole(5, 1)[0] ?? 0)).toBe(7)
})

test('it waits for nothing, follows no link, and passes over what cannot be read', () => {
  const folder = treeOfPowers(3)
  execFileSync('mkfifo', [join(folder, 'fifo')])
  symlinkSync('/dev/zero', join(folder, 'zero'))
  symlinkSync('/usr', join(folder, 'usr'))
  expect(readShare({ folder, skip: 0, reader: 0, readers: 1 })).toBe(7)
  expect(readShare({ folder: join(folder, 'none'), skip: 0, reader: 0, readers: 1 })).toBe(0)
})

test('where the threads cannot be started, nobody is told', async () => {
  // Not bundled, there is no read-ahead-worker.js beside.
  const { stop } = startReadAhead(treeOfPowers(3), 0)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await stop()
})
