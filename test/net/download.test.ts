import { execFileSync } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DownloadOptions, DownloadResult, HttpClient } from '../../src/net/client.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import {
  type Answer,
  type FileFaults,
  file,
  inTurn,
  redirect,
  startFaultServer,
  status,
} from '../support/fault-server.ts'
import { openClient, randomFile, scratchFolder } from './net-case.ts'

const size = 500_000
const { bytes, sha256 } = randomFile(size)
const other = randomFile(size)
const etag = '"v1"'

interface Place {
  readonly partial: string
  readonly sidecar: string
  options(more?: Partial<DownloadOptions>): DownloadOptions
}

function place(): Place {
  const partial = `${scratchFolder()}/partial`
  return {
    partial,
    sidecar: `${partial}.json`,
    options: (more) => ({ what: 'go1.22.5', partial, maxBytes: 1e9, expected: { sha256, sizeBytes: size }, ...more }),
  }
}

/** The whole download; the descriptor is proven to give the bytes, and closed. */
async function downloadRight(client: HttpClient, url: URL, options: DownloadOptions): Promise<DownloadResult> {
  const result = await client.download(url, options)
  const content = Buffer.alloc(fstatSync(result.fd).size)
  readSync(result.fd, content, 0, content.length, 0)
  closeSync(result.fd)
  expect(content.equals(bytes)).toBe(true)
  expect(result).toMatchObject({ path: options.partial, sha256, sizeBytes: size })
  return result
}

/** A run that was interrupted after 200,000 bytes, and what the next one needs, which `answer` serves. */
async function laterRun(answer: Answer, faults: FileFaults = { etag }) {
  const where = place()
  const stalled = file(bytes, { ...faults, until: 200_000, end: 'stall' })
  const server = await startFaultServer((request, response, nth) =>
    nth === 0 ? stalled(request, response, nth) : answer(request, response, nth - 1),
  )
  const first = openClient()
  const onProgress = (received: number): void => {
    if (received >= 200_000) first.interrupt()
  }
  await gvErrorOf('interrupted', () => first.client.download(server.url, where.options({ onProgress })))
  expect(statSync(where.partial).size).toBe(200_000)
  server.seen.length = 0
  return { server, where, ...openClient() }
}

describe('download', () => {
  test('hashes what it writes, and keeps the file open', async () => {
    const server = await startFaultServer(file(bytes, { etag }))
    const { partial, sidecar, options } = place()
    const seen: [number, number | undefined][] = []
    const onProgress = (received: number, total: number | undefined): number => seen.push([received, total])
    const result = await downloadRight(openClient().client, server.url, options({ onProgress }))
    expect(result.resumedAtBytes).toBe(0)
    expect(seen[0]).toEqual([0, size])
    expect(seen.at(-1)).toEqual([size, size])
    expect(seen.map(([received]) => received)).toEqual(seen.map(([received]) => received).sort((a, b) => a - b))
    for (const path of [partial, sidecar]) expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(server.seen[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' })
    expect(server.seen[0]?.headers).not.toHaveProperty('range')
  })

  test('works without a known size or hash, and without a Content-Length', async () => {
    const server = await startFaultServer(file(bytes, { unsized: 'in chunks' }))
    const { options } = place()
    const totals = new Set<number | undefined>()
    const onProgress = (_: number, total: number | undefined): unknown => totals.add(total)
    await downloadRight(openClient().client, server.url, options({ expected: undefined, onProgress }))
    expect([...totals]).toEqual([undefined])
  })

  test('writes nothing secret beside the file', async () => {
    const server = await startFaultServer(file(bytes, { etag }))
    const { sidecar, options } = place()
    const url = new URL('/go.tgz?token=s3cret', server.url)
    url.username = 'me'
    url.password = 's3cret'
    closeSync((await openClient().client.download(url, options())).fd)
    expect(JSON.parse(readFileSync(sidecar, 'utf8'))).toEqual({
      format: 1,
      url: `http://127.0.0.1:${server.port}/go.tgz`,
      etag,
      totalBytes: size,
    })
  })

  test('passes its checkpoints, once each', async () => {
    const names: unknown[] = []
    const listener = (name: unknown): number => names.push(name)
    subscribe('gv:checkpoint', listener)
    onTestFinished(() => void unsubscribe('gv:checkpoint', listener))
    const server = await startFaultServer(inTurn(file(bytes, { etag, until: 300_000 }), file(bytes, { etag })))
    await downloadRight(openClient().client, server.url, place().options())
    expect(names).toEqual(['download-started', 'download-half', 'download-done'])
  })
})

describe('a cut download', () => {
  test.each(['cut', 'reset', 'stall'] as const)('(%s) goes on where it was', async (end) => {
    const server = await startFaultServer(inTurn(file(bytes, { etag, until: 200_000, end }), file(bytes, { etag })))
    const { client, notices } = openClient()
    await downloadRight(client, server.url, place().options())
    expect(server.seen.map(({ headers }) => [headers.range, headers['if-range']])).toEqual([
      [undefined, undefined],
      ['bytes=200000-', etag],
    ])
    expect(notices).toHaveLength(1)
  })

  test('is cut three times and still heals, asking for each byte once', async () => {
    const piece = file(bytes, { etag, until: 150_000 })
    const server = await startFaultServer(piece)
    await downloadRight(openClient().client, server.url, place().options())
    expect(server.seen.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=150000-',
      'bytes=300000-',
      'bytes=450000-',
    ])
  })

  test.each(['until closed', 'in chunks'] as const)(
    'without a Content-Length (%s) is noticed by the expected size',
    async (unsized) => {
      const short = file(bytes.subarray(0, 1000), { etag, unsized })
      const server = await startFaultServer(inTurn(short, file(bytes, { etag })))
      await downloadRight(openClient().client, server.url, place().options())
      expect(server.seen[1]?.headers.range).toBe('bytes=1000-')
    },
  )

  test('keeps what it has when the tries are used up', async () => {
    const server = await startFaultServer(file(bytes, { etag, until: 1000 }))
    const { partial, options } = place()
    const error = await gvErrorOf('network', () => openClient().client.download(server.url, options()))
    expect(server.seen).toHaveLength(4)
    expect(error.reason).toMatch(/^connection (cut|closed) while reading from 127.*; tried 4 times$/)
    expect(statSync(partial).size).toBe(4000)
  })
})

describe('a later run', () => {
  test('asks only for the rest', async () => {
    const { server, where, client } = await laterRun(file(bytes, { etag }))
    const result = await downloadRight(client, server.url, where.options())
    expect(result.resumedAtBytes).toBe(200_000)
    expect(server.seen).toHaveLength(1)
    expect(server.seen[0]?.headers).toMatchObject({ range: 'bytes=200000-', 'if-range': etag })
  })

  test('does so by size and date where the server has no strong ETag', async () => {
    const faults = { etag: 'W/"v1"', lastModified: 'Sun, 01 Mar 2026 00:00:00 GMT' }
    const { server, where, client } = await laterRun(file(bytes, faults), faults)
    expect((await downloadRight(client, server.url, where.options())).resumedAtBytes).toBe(200_000)
    expect(server.seen[0]?.headers['if-range']).toBe(faults.lastModified)
  })

  test('learns the size from the rest when the first answer came in chunks', async () => {
    const where = place()
    const stalled = file(bytes, { etag, unsized: 'in chunks', until: 200_000, end: 'stall' })
    const server = await startFaultServer(inTurn(stalled, file(bytes, { etag })))
    const totals = new Set<number | undefined>()
    const onProgress = (_: number, total: number | undefined): unknown => totals.add(total)
    const timings = { idleMs: 300 }
    await downloadRight(openClient({ timings }).client, server.url, where.options({ expected: undefined, onProgress }))
    expect([...totals]).toEqual([undefined, size])
    expect(JSON.parse(readFileSync(where.sidecar, 'utf8'))).toMatchObject({ etag, totalBytes: size })
  })

  test('is as long as it has to be, or is not taken', async () => {
    const { server, where, client } = await laterRun(file(bytes, { etag }), { etag, unsized: 'in chunks' })
    const expected = { sizeBytes: size + 1 }
    await gvErrorOf('verification', () => client.download(server.url, where.options({ expected })))
    // Once for the rest, and once more for the whole.
    expect(server.seen.map(({ headers }) => headers.range)).toEqual(['bytes=200000-', undefined])
  })

  test('keeps what is there when the user interrupts at once', async () => {
    const { server, where, client, interrupt } = await laterRun(file(bytes, { etag }))
    interrupt()
    await gvErrorOf('interrupted', () => client.download(server.url, where.options()))
    expect(statSync(where.partial).size).toBe(200_000)
  })

  test('does so by size alone', async () => {
    const { server, where, client } = await laterRun(file(bytes), {})
    expect((await downloadRight(client, server.url, where.options())).resumedAtBytes).toBe(200_000)
    expect(server.seen[0]?.headers).not.toHaveProperty('if-range')
  })

  test('asks nobody when all of it is there', async () => {
    const where = place()
    const server = await startFaultServer(file(bytes, { etag }))
    const { client } = openClient()
    await downloadRight(client, server.url, where.options())
    expect((await downloadRight(client, server.url, where.options())).resumedAtBytes).toBe(size)
    expect(server.seen).toHaveLength(1)
  })

  test.each<[string, Answer]>([
    ['the server sends the whole file', file(bytes, { etag, noRanges: true })],
    ['the file is another by its ETag', file(bytes, { etag: '"v2"' })],
    ['the server says 416', inTurn(status(416), file(bytes, { etag }))],
    [
      'the Content-Range is a lie',
      inTurn(file(bytes, { etag, contentRange: `bytes 100000-499999/${size}` }), file(bytes)),
    ],
    [
      'the Content-Range has another size',
      inTurn(file(bytes, { etag, contentRange: 'bytes 200000-499999/500001' }), file(bytes)),
    ],
    ['the Content-Range is none', inTurn(file(bytes, { etag, contentRange: 'bytes' }), file(bytes))],
    ['the rest has another ETag', inTurn(file(bytes, { etag: '"v2"', anyRange: true }), file(bytes))],
    ['the rest is of another file', inTurn(file(other.bytes, { etag }), file(bytes, { etag }))],
  ])('starts anew when %s', async (_, answer) => {
    const { server, where, client } = await laterRun(answer)
    expect((await downloadRight(client, server.url, where.options())).resumedAtBytes).toBe(0)
    expect(server.seen[0]?.headers.range).toBe('bytes=200000-')
    if (server.seen[1]) expect(server.seen[1].headers).not.toHaveProperty('range')
    expect(server.seen.length).toBeLessThanOrEqual(2)
  })

  test.each<[string, (where: Place) => void]>([
    ['there is no sidecar', ({ sidecar }) => rmSync(sidecar)],
    ['the sidecar is torn', ({ sidecar }) => writeFileSync(sidecar, readFileSync(sidecar).subarray(0, 30))],
    ['the sidecar is of a later format', ({ sidecar }) => edit(sidecar, { format: 2 })],
    ['the sidecar names another URL', ({ sidecar }) => edit(sidecar, { url: 'https://elsewhere.example/' })],
    [
      'the sidecar knows neither ETag nor size',
      ({ sidecar }) => edit(sidecar, { etag: undefined, totalBytes: undefined }),
    ],
    ['the sidecar knows another size than is expected', ({ sidecar }) => edit(sidecar, { totalBytes: 200_001 })],
    ['the sidecar is a link', (where) => asLink(where.sidecar)],
    ['the file is a link', (where) => asLink(where.partial)],
    ['the file has a second name', (where) => linkSync(where.partial, `${where.partial}.copy`)],
    ['the file is longer than the whole', ({ partial }) => writeFileSync(partial, Buffer.alloc(size + 1))],
    ['the file is empty', ({ partial }) => truncateSync(partial)],
  ])('starts anew, without a Range, when %s', async (_, harm) => {
    const { server, where, client } = await laterRun(file(bytes, { etag }))
    harm(where)
    expect((await downloadRight(client, server.url, where.options())).resumedAtBytes).toBe(0)
    expect(server.seen).toHaveLength(1)
    expect(server.seen[0]?.headers).not.toHaveProperty('range')
  })

  test('finds a flipped byte in what was there, and starts anew', async () => {
    const { server, where, client, notices } = await laterRun(file(bytes, { etag }))
    const flipped = readFileSync(where.partial)
    flipped[1000] = (flipped[1000] ?? 0) ^ 1
    writeFileSync(where.partial, flipped)
    expect((await downloadRight(client, server.url, where.options())).resumedAtBytes).toBe(0)
    expect(server.seen.map(({ headers }) => headers.range)).toEqual(['bytes=200000-', undefined])
    expect(notices.join()).toContain('starting anew')
  })

  test('does not write through a link', async () => {
    const { server, where, client } = await laterRun(file(bytes, { etag }))
    const victim = asLink(where.partial)
    await downloadRight(client, server.url, where.options())
    expect(statSync(victim).size).toBe(200_000)
  })

  function edit(sidecar: string, change: object): void {
    writeFileSync(sidecar, JSON.stringify({ ...JSON.parse(readFileSync(sidecar, 'utf8')), ...change }))
  }

  function asLink(path: string): string {
    const target = `${scratchFolder()}/target`
    writeFileSync(target, readFileSync(path))
    rmSync(path)
    symlinkSync(target, path)
    return target
  }
})

describe('a wrong file', () => {
  test.each<[string, Answer, RegExp]>([
    ['another hash', file(other.bytes, { etag }), /^its sha256 is [0-9a-f]{64}, but [0-9a-f]{64} was expected \(http/],
    ['another announced size', file(bytes.subarray(1), { etag }), /^it has 499999 bytes, but 500000 were expected/],
    ['a page of HTML', status(200, { 'content-length': '6' }, '<html>'), /^it has 6 bytes/],
    [
      'more bytes than expected',
      file(Buffer.concat([bytes, bytes]), { unsized: 'in chunks' }),
      /^it has more than the 500000 bytes expected/,
    ],
  ])('by %s is refused after one try, and gone', async (_, answer, reason) => {
    const server = await startFaultServer(answer)
    const { partial, sidecar, options } = place()
    const error = await gvErrorOf('verification', () => openClient().client.download(server.url, options()))
    expect(error.message).toBe('cannot download go1.22.5')
    expect(error.reason).toMatch(reason)
    expect(server.seen).toHaveLength(1)
    expect([existsSync(partial), existsSync(sidecar)]).toEqual([false, false])
  })

  test('in two halves gets one more chance, not two', async () => {
    const halves = inTurn(file(other.bytes, { etag, until: 1000 }), file(other.bytes, { etag }))
    const server = await startFaultServer(halves)
    await gvErrorOf('verification', () => openClient().client.download(server.url, place().options()))
    expect(server.seen.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=1000-', undefined])
  })

  test.each<[string, FileFaults]>([
    ['announced', {}],
    ['unannounced', { unsized: 'in chunks' }],
  ])('that is larger than the cap (%s) is refused', async (_, faults) => {
    const server = await startFaultServer(file(bytes, faults))
    const { partial, options } = place()
    const seen: number[] = []
    const onProgress = (received: number): number => seen.push(received)
    const tooSmall = options({ maxBytes: size - 1, expected: undefined, onProgress })
    const error = await gvErrorOf('network', () => openClient().client.download(server.url, tooSmall))
    expect(error.reason).toContain('more than 500.0 kB')
    // What is announced is refused before a byte of it is taken.
    expect(seen.length > 0).toBe(faults.unsized !== undefined)
    expect(server.seen).toHaveLength(1)
    expect(existsSync(partial)).toBe(false)
  })

  test.each([404, 403])('(status %d) is not asked for again, and leaves no file', async (code) => {
    const server = await startFaultServer(status(code))
    const { partial, options } = place()
    const error = await gvErrorOf('network', () => openClient().client.download(server.url, options()))
    expect(error).toMatchObject({ status: code })
    expect(server.seen).toHaveLength(1)
    expect(existsSync(partial)).toBe(false)
  })

  test('is a 206 that nobody asked for', async () => {
    const partOnly = status(206, { 'content-range': 'bytes 0-4/5', 'content-length': '5' }, 'hello')
    const server = await startFaultServer(partOnly)
    await gvErrorOf('network', () => openClient().client.download(server.url, place().options()))
    expect(server.seen).toHaveLength(1)
  })
})

describe('the place of the partial file', () => {
  test.each<[string, (path: string) => void]>([
    ['a folder', (path) => mkdirSync(path)],
    ['no folder around it', (path) => rmSync(dirname(path), { recursive: true })],
  ])('is %s: an error of the file system', async (_, spoil) => {
    const server = await startFaultServer(file(bytes))
    const { partial, options } = place()
    spoil(partial)
    const error = await gvErrorOf('storage', () => openClient().client.download(server.url, options()))
    expect(error.message).toContain(partial)
    expect(server.seen).toEqual([])
  })

  test.skipIf(!canMount())('is a full disk: an error of the file system, and not tried again', async () => {
    const server = await startFaultServer(file(bytes))
    const folder = scratchFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', folder])
    onTestFinished(() => void execFileSync('umount', ['--lazy', folder]))
    const options = place().options({ partial: `${folder}/partial` })
    const error = await gvErrorOf('storage', () => openClient().client.download(server.url, options))
    expect(error.reason).toBe('no space left on the disk (ENOSPC, 0 B free)')
    expect(server.seen).toHaveLength(1)
  })

  test.each([0, 0o777])('is kept to its owner, and to no more, under umask %d', async (umask) => {
    const server = await startFaultServer(file(bytes))
    const { partial, options } = place()
    const before = process.umask(umask)
    onTestFinished(() => void process.umask(before))
    await downloadRight(openClient().client, server.url, options())
    expect(statSync(partial).mode & 0o777).toBe(0o600)
  })
})

describe('two processes with the same partial file', () => {
  test('that both continue it end with the right file', async () => {
    const { server, where, client } = await laterRun(file(bytes, { etag }))
    const results = await Promise.all([
      downloadRight(client, server.url, where.options()),
      downloadRight(openClient().client, server.url, where.options()),
    ])
    expect(results.map(({ resumedAtBytes }) => resumedAtBytes)).toEqual([200_000, 200_000])
  })

  test('that both begin it have a file each', async () => {
    const server = await startFaultServer(file(bytes, { etag }))
    const where = place()
    const results = await Promise.all([
      downloadRight(openClient().client, server.url, where.options()),
      downloadRight(openClient().client, server.url, where.options()),
    ])
    expect(results.map(({ sha256: hash }) => hash)).toEqual([sha256, sha256])
  })
})

test('a redirect is followed again for the rest', async () => {
  const there = await startFaultServer(inTurn(file(bytes, { etag, until: 1000 }), file(bytes, { etag })))
  const here = await startFaultServer(redirect(there.as('localhost')))
  await downloadRight(openClient().client, here.url, place().options())
  expect(there.seen[1]?.headers.range).toBe('bytes=1000-')
  expect(here.seen).toHaveLength(2)
})

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'gv-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'none', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}
