import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import type { GoSetting } from '../../src/goenv/go-setting.ts'
import { isNotThere, parseGoproxy, proxyStepsFor, tryProxies } from '../../src/goenv/goproxy.ts'
import { anyText } from '../support/any-text.ts'
import { findRealGo } from '../support/real-go.ts'

/** `https://a/ | direct` as text, for comparing at a glance. */
function read(text: string): string {
  return parseGoproxy(text)
    .map((step) => (step.kind === 'url' ? `${step.url.href}${step.fallBackOnAnyError ? ' |' : ' ,'}` : step.kind))
    .join(' ')
}

describe('parseGoproxy', () => {
  it.each([
    ['', ''],
    ['https://a.example,direct', 'https://a.example/ , direct'],
    ['https://a.example|https://b.example/x|off', 'https://a.example/ | https://b.example/x | off'],
    [' https://a.example\t,\n direct ', 'https://a.example/ , direct'],
    [',,|https://a.example||', 'https://a.example/ |'],
    ['a.example', 'https://a.example/ ,'],
    ['a.example:8080/x', 'https://a.example:8080/x ,'],
    ['localhost:8080', 'https://localhost:8080/ ,'],
    ['HTTP://a.example', 'http://a.example/ ,'],
    ['file:///srv/proxy', 'file:///srv/proxy ,'],
    ['off,https://a.example', 'off'],
    ['direct|ftp://a.example', 'direct'],
    ['https://me:secret@a.example/x?token=y', 'https://me:secret@a.example/x?token=y ,'],
  ])('reads %j', (text, steps) => {
    expect(read(text)).toBe(steps)
  })

  it.each([
    [' ', 'names no proxy'],
    [',|', 'names no proxy'],
    ['https://a.example,ftp://b.example', '"ftp://b.example"'],
    ['noproxy', '"noproxy"'],
    ['Direct', '"Direct"'],
    ['/srv/proxy', '"/srv/proxy"'],
    ['file://srv/proxy', '"file://srv/proxy"'],
    ['file:/srv/proxy', '"file:/srv/proxy"'],
    ['file:///srv/proxy?x=1', '"file:///srv/proxy"'],
    ['http:/a.example', '"http:/a.example"'],
    ['https:///a.example', '"https:///a.example"'],
    ['https://a.example\\@b.example', '"https://…@b.example"'],
    ['https://a.ex ample', '"https://a.ex ample"'],
    ['https://a.example/\u001b[31m', '"https://a.example/\\x1b[31m"'],
    ['https://a.example:99999', '"https://a.example:99999"'],
    ['https://a.example/\nx', '"https://a.example/\\nx"'],
  ])('refuses %j and names the entry', (text, named) => {
    expect(() => parseGoproxy(text)).toThrow(named)
    expect(() => parseGoproxy(text)).toThrow(GvError)
  })

  it.each([
    'ftp://user:hunter2@a.example',
    'ftp://a.example/x?token=hunter2',
    'https://user:hunter2@a b.example',
    'https://user:hun/hunter2@a b.example',
    'https://user:h#hunter2@a b.example',
    'https://user:h?hunter2@a b.example',
    'https://a b.example?x=hunter2@hunter2',
    'user:hunter2@a.example:x',
    'hunter2@',
  ])('keeps the secret of %j to itself', (text) => {
    const error = thrownBy(() => parseGoproxy(text))
    expect(`${error.message} ${error.reason} ${error.hint}`).not.toContain('hunter2')
  })

  it('ends on any text', () => {
    fc.assert(
      fc.property(anyText(60), (text) => {
        try {
          parseGoproxy(text)
        } catch (error) {
          expect(error).toBeInstanceOf(GvError)
        }
      }),
    )
  })
})

describe('proxyStepsFor', () => {
  const steps = (GOPROXY: string, GONOPROXY: string) =>
    proxyStepsFor('golang.org/toolchain', { GOPROXY: setting(GOPROXY), GONOPROXY: setting(GONOPROXY) }).map(
      (step) => step.kind,
    )

  it('goes to the origin alone where GONOPROXY names the module', () => {
    expect(steps('https://a.example,off', '*.example,golang.org')).toEqual(['direct'])
    expect(steps('https://a.example,off', '*.example')).toEqual(['url', 'off'])
    expect(steps('', 'golang.org')).toEqual(['direct'])
  })

  it('stays off with GOPROXY=off', () => {
    expect(steps('off', 'golang.org')).toEqual(['off'])
  })
})

describe('tryProxies', () => {
  it('has a word for an empty list', async () => {
    await expect(tryProxies([], async () => 1)).rejects.toThrow('there is no GOPROXY to ask')
  })

  it('does not take a failed check for "not there"', () => {
    const absent = Object.assign(new Error('x'), { status: 404 })
    expect(isNotThere(absent)).toBe(true)
    expect(isNotThere(new GvError('network', 'wrapped', { cause: absent }))).toBe(true)
    expect(isNotThere(new GvError('verification', 'no record', { cause: absent }))).toBe(false)
  })
})

const realGo = findRealGo()
const modulePath = 'gv-test.invalid/module'

const entry = fc.constantFrom(
  'p0',
  'p1',
  'p2',
  ' p3 ',
  'p0',
  'p1',
  'p2',
  'off',
  'direct',
  '',
  ' ',
  'noproxy',
  'ftp://x.example',
)
const situation = fc.record({
  entries: fc.array(fc.tuple(entry, fc.constantFrom(',', '|')), { minLength: 1, maxLength: 5 }),
  statuses: fc.array(fc.constantFrom(200, 404, 410, 500, 403), { minLength: 4, maxLength: 4 }),
})

describe.skipIf(!realGo)('parseGoproxy and tryProxies beside the real go', () => {
  it('asks the same proxies in the same order and tells of the same failure', { timeout: 120_000 }, async () => {
    const world = await openWorld()
    try {
      const check = fc.asyncProperty(situation, async ({ entries, statuses }) => {
        const text = entries.map(([word, separator]) => word.replace(/p\d/, (p) => world.base + p) + separator).join('')
        world.statuses = statuses
        expect(await asGv(text, statuses)).toEqual(await world.asGo(text))
      })
      await fc.assert(check, { numRuns: 100 })
    } finally {
      world.close()
    }
  })
})

interface Outcome {
  /** Each once: go remembers the answer of a proxy that stands in the list twice. */
  readonly asked: readonly string[]
  /** `ok`, the proxy whose failure is told of, or the word that ends the list. */
  readonly end: string
}

async function asGv(text: string, statuses: readonly number[]): Promise<Outcome> {
  const asked: string[] = []
  try {
    await tryProxies(parseGoproxy(text), async (step) => {
      const name = step.kind === 'url' ? step.url.pathname.slice(1) : step.kind
      if (step.kind === 'url') asked.push(name)
      const status = statuses[Number(name.slice(1))] ?? 404
      if (status !== 200) throw Object.assign(new Error(name), { status })
    })
    return { asked: once(asked), end: 'ok' }
  } catch (error) {
    if (!(error instanceof GvError)) return { asked: once(asked), end: error instanceof Error ? error.message : '?' }
    return { asked: once(asked), end: error.reason === 'GOPROXY=off forbids it' ? 'off' : 'refused' }
  }
}

/** A server with four proxies, each of which answers everything with its status, and the real go as their client. */
async function openWorld() {
  const caches = mkdtempSync(join(tmpdir(), 'gv-goproxy-'))
  const asked: string[] = []
  const world = { base: '', statuses: [] as readonly number[], asGo, close }
  const server = createServer((request, response) => {
    const proxy = /^\/(p\d)\//.exec(request.url ?? '')?.[1] ?? ''
    if (request.url?.endsWith('.info')) asked.push(proxy)
    response.writeHead(world.statuses[Number(proxy.slice(1))] ?? 404)
    response.end('{"Version":"v1.0.0","Time":"2024-06-27T20:11:12Z"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  world.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return world

  async function asGo(GOPROXY: string): Promise<Outcome> {
    asked.length = 0
    const env = { ...realGo?.env, GOPROXY, GOFLAGS: '-modcacherw', GOMODCACHE: mkdtempSync(join(caches, 'mod-')) }
    const options = { env: { ...env, GOSUMDB: 'off' }, cwd: caches }
    const stderr = await new Promise<string>((resolve) =>
      execFile(realGo?.path ?? '', ['list', '-m', `${modulePath}@v1.0.0`], options, (error, _, text) =>
        resolve(error ? text : ''),
      ),
    )
    return { asked: once(asked), end: endOf(stderr) }
  }

  function close() {
    server.close()
    rmSync(caches, { recursive: true, force: true })
  }
}

function once(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}

function endOf(stderr: string): string {
  if (stderr === '') return 'ok'
  if (/invalid proxy URL|contains no entries/.test(stderr)) return 'refused'
  if (stderr.includes('GOPROXY=off')) return 'off'
  const [, proxy] = /\/(p\d)\/gv-test/.exec(stderr) ?? []
  return proxy ?? (stderr.includes('go-get=1') ? 'direct' : stderr)
}

function setting(value: string): GoSetting {
  return { value, from: 'environment', file: undefined, userSet: true }
}

function thrownBy(action: () => unknown): GvError {
  try {
    action()
  } catch (error) {
    if (error instanceof GvError) return error
  }
  throw new Error('nothing was thrown')
}
