import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, readSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { HttpStatusError } from '../../src/net/client.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { openClient, randomFile, scratchFolder } from './net-case.ts'

const { bytes, sha256 } = randomFile(3_000_000)

function source() {
  const folder = scratchFolder()
  const path = `${folder}/a %23#?b.zip`
  writeFileSync(path, bytes)
  const partial = `${folder}/partial`
  return { folder, url: pathToFileURL(path), partial, options: { what: 'it', partial, maxBytes: 1e9 } }
}

describe('a file: URL', () => {
  test('is read, also by way of a link', async () => {
    const { folder, url } = source()
    symlinkSync('a %23#?b.zip', `${folder}/link`)
    for (const from of [url, pathToFileURL(`${folder}/link`)]) {
      const answer = await openClient().client.get(from, { what: 'it', maxBytes: bytes.length })
      expect(answer).toMatchObject({ status: 200, url: from })
      // Comparing buffers with toEqual takes a minute.
      expect(answer.body.equals(bytes)).toBe(true)
    }
  })

  test('is copied and hashed', async () => {
    const { url, partial, options } = source()
    writeFileSync(partial, 'left by an earlier run')
    const seen: number[] = []
    const expected = { sha256: sha256.toUpperCase(), sizeBytes: bytes.length }
    const onProgress = (received: number): number => seen.push(received)
    const result = await openClient().client.download(url, { ...options, expected, onProgress })
    const copy = Buffer.alloc(bytes.length)
    readSync(result.fd, copy, 0, copy.length, 0)
    closeSync(result.fd)
    expect(copy.equals(bytes)).toBe(true)
    expect(result).toMatchObject({ path: partial, sha256, sizeBytes: bytes.length, resumedAtBytes: 0 })
    expect(statSync(partial)).toMatchObject({ size: bytes.length })
    expect(seen.at(-1)).toBe(bytes.length)
  })

  test.each(['/nonexistent/x', '/etc/passwd/x'])('that is not there (%s) is a 404', async (path) => {
    const { options } = source()
    const { client } = openClient()
    for (const ask of [
      () => client.get(new URL(`file://${path}`), options),
      () => client.download(new URL(`file://${path}`), options),
    ]) {
      const error = await gvErrorOf('network', ask)
      expect(error).toBeInstanceOf(HttpStatusError)
      expect(error).toMatchObject({ status: 404, notThere: true, reason: `there is no file://${path}` })
    }
  })

  test('of a folder, a FIFO or a device is refused at once', async () => {
    const { folder, options } = source()
    mkdirSync(`${folder}/folder`)
    execFileSync('mkfifo', [`${folder}/fifo`])
    for (const path of [`${folder}/folder`, `${folder}/fifo`, '/dev/zero']) {
      const error = await gvErrorOf('network', () => openClient().client.get(pathToFileURL(path), options))
      expect(error.reason).toContain('is not a regular file')
    }
  })

  test.each(['file://host.example/x', 'file:///a%2fb'])('that is no path (%s) is refused', async (url) => {
    const { options } = source()
    const error = await gvErrorOf('network', () => openClient().client.get(new URL(url), options))
    expect(error.reason).toContain('is no path of this machine')
  })

  test('of a file that is too large is refused', async () => {
    const { url, partial, options } = source()
    const { client } = openClient()
    const small = { ...options, maxBytes: bytes.length - 1 }
    await gvErrorOf('network', () => client.get(url, small))
    await gvErrorOf('network', () => client.download(url, small))
    expect(existsSync(partial)).toBe(false)
  })

  test.each([{ sha256: 'f'.repeat(64) }, { sizeBytes: 1 }])('of a wrong file (%j) leaves nothing', async (expected) => {
    const { url, partial, options } = source()
    await gvErrorOf('verification', () => openClient().client.download(url, { ...options, expected }))
    expect(existsSync(partial)).toBe(false)
  })

  test('is left when the user interrupts', async () => {
    const { url, options } = source()
    const { client, interrupt } = openClient()
    await gvErrorOf('interrupted', () => client.download(url, { ...options, onProgress: interrupt }))
  })
})
