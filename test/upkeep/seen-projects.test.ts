import { appendFileSync, chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { storeAt } from '../../src/store/layout.ts'
import { noteProject, seenProjects } from '../../src/upkeep/seen-projects.ts'
import { makeSandbox } from '../support/sandbox.ts'

const day = (text: string) => new Date(`${text}T12:00:00Z`)

async function makeStore() {
  const { store: root } = await makeSandbox()
  await mkdir(root)
  return { store: storeAt(root), file: `${root}/projects` }
}

test('projects are remembered with the day, each once', async () => {
  const { store } = await makeStore()
  noteProject(store, '/a/.tool-versions', day('2026-11-20'))
  noteProject(store, '/b c/go.mod', day('2026-11-21'))
  noteProject(store, '/a/.tool-versions', day('2026-11-22'))
  expect(seenProjects(store)).toEqual([
    { file: '/b c/go.mod', day: '2026-11-21' },
    { file: '/a/.tool-versions', day: '2026-11-22' },
  ])
})

test('a project adds a line a day at the most', async () => {
  const { store, file } = await makeStore()
  for (let i = 0; i < 10; i++) noteProject(store, '/a/go.mod', day('2026-11-20'))
  expect(readFileSync(file, 'utf8')).toBe('2026-11-20 /a/go.mod\n')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('the file does not grow without end, and keeps the newest', async () => {
  const { store, file } = await makeStore()
  noteProject(store, '/first/go.mod', day('2026-11-20'))
  const lines = Array.from({ length: 6000 }, (_, i) => `2026-11-20 /${'x'.repeat(60)}/${i}/go.mod\n`)
  appendFileSync(file, lines.join(''))
  noteProject(store, '/last/go.mod', day('2026-11-21'))
  expect(seenProjects(store)).toHaveLength(1000)
  expect(seenProjects(store).at(-1)).toEqual({ file: '/last/go.mod', day: '2026-11-21' })
  expect(statSync(file).size).toBeLessThan(100_000)
})

test('what cannot stand in a line, or in the file, is left out', async () => {
  const { store, file } = await makeStore()
  noteProject(store, '/a\n2026-11-20 /evil/go.mod', day('2026-11-20'))
  expect(seenProjects(store)).toEqual([])
  writeFileSync(file, 'junk\n2026-11-20 relative/go.mod\n2026-11-20 /good/go.mod\n\0\n')
  expect(seenProjects(store)).toEqual([{ file: '/good/go.mod', day: '2026-11-20' }])
})

test('a store that is not there is not made, and one that cannot be written is no failure', async () => {
  const { root } = await makeSandbox()
  noteProject(storeAt(`${root}/none`), '/a/go.mod', day('2026-11-20'))
  expect(seenProjects(storeAt(`${root}/none`))).toEqual([])
  const { store, file } = await makeStore()
  await mkdir(file)
  chmodSync(store.root, 0o555)
  noteProject(store, '/a/go.mod', day('2026-11-20'))
  expect(seenProjects(store)).toEqual([])
  expect(readdirSync(store.root)).toEqual(['projects'])
})
