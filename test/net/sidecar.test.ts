import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSidecar, readSidecar, writeSidecar } from '../../src/net/sidecar.ts'
import { scratchFolder } from './net-case.ts'

const whole = { url: 'https://a.example/x', etag: '"a"', lastModified: 'Sun, 01 Mar 2026 00:00:00 GMT', totalBytes: 5 }
const bare = { url: 'https://a.example/x', etag: undefined, lastModified: undefined, totalBytes: undefined }

describe('a sidecar', () => {
  test.each([whole, bare])('is read as it was written', (identity) => {
    const path = `${scratchFolder()}/s`
    writeFileSync(path, 'something older and longer, which has to go')
    writeSidecar(path, identity)
    expect(readSidecar(path)).toEqual(identity)
  })

  test.each<[string, object]>([
    ['another format', { format: 2 }],
    ['no URL', { url: undefined }],
    ['an ETag that is none', { etag: 'a\r\nx: y' }],
    ['a date with a line end', { lastModified: 'a\r\nx: y' }],
    ['half a byte', { totalBytes: 1.5 }],
    ['less than nothing', { totalBytes: -1 }],
    ['a size in words', { totalBytes: '5' }],
  ])('with %s is none', (_, change) => {
    expect(parseSidecar(JSON.stringify({ format: 1, ...whole, ...change }))).toBeUndefined()
  })

  test('that is cut anywhere is none', () => {
    const path = `${scratchFolder()}/s`
    writeSidecar(path, whole)
    const text = readFileSync(path, 'utf8').trimEnd()
    for (let length = 0; length < text.length; length++) expect(parseSidecar(text.slice(0, length))).toBeUndefined()
  })

  test('is never read through a link, nor from a folder, nor at any length', () => {
    const folder = scratchFolder()
    writeSidecar(`${folder}/s`, whole)
    symlinkSync(`${folder}/s`, `${folder}/link`)
    mkdirSync(`${folder}/folder`)
    writeFileSync(`${folder}/long`, JSON.stringify({ format: 1, ...whole, more: 'x'.repeat(20_000) }))
    for (const name of ['link', 'folder', 'long', 'nothing']) expect(readSidecar(`${folder}/${name}`)).toBeUndefined()
  })

  test('of any JSON is a right one or none', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseSidecar(text)).toBeUndefined()
      }),
    )
  })
})
