import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import type { GoSetting } from '../../src/goenv/go-setting.ts'
import { type HttpClient, openHttpClient } from '../../src/net/client.ts'
import { type Catalog, loadCatalog } from '../../src/release/catalog.ts'
import { planOrigins } from '../../src/release/origins.ts'
import { anyText } from '../support/any-text.ts'
import { type FakeOrigin, openFakeOrigin } from './fake-origin.ts'
import { godevText } from './godev-fixture.ts'

const godevPath = '/dl/?mode=json&include=all'
const proxyPath = '/golang.org/toolchain/@v/list'
const minute = 60_000

let cacheFolder = ''
let origin: FakeOrigin
let client: HttpClient
let now = new Date('2026-11-22T12:00:00Z')
let notices: string[] = []

beforeEach(async () => {
  cacheFolder = mkdtempSync(join(tmpdir(), 'gv-catalog-'))
  origin = await openFakeOrigin()
  client = openClient()
  now = new Date('2026-11-22T12:00:00Z')
  notices = []
})
afterEach(async () => {
  await client.close()
  await origin.close()
  rmSync(cacheFolder, { recursive: true, force: true })
})

function openClient(signal = new AbortController().signal): HttpClient {
  return openHttpClient({
    env: {},
    home: '/nowhere',
    signal,
    now: () => now,
    allowHttp: () => true,
    timings: { connectMs: 2_000, answerMs: 500, idleMs: 500, tries: 2, backOffMs: 1 },
  })
}

const setting = (value: string): GoSetting => ({ value, from: 'environment', file: undefined, userSet: true })

interface Wish {
  mirror?: string
  proxy?: string
  offline?: string
}

/** What a user would get with these settings, through the real client. */
function load(
  { mirror, proxy = '', offline }: Wish = { mirror: `${origin.url}/dl` },
  more: { client?: HttpClient } = {},
) {
  const plan = planOrigins({ settings: { GOPROXY: setting(proxy), GONOPROXY: setting('') }, mirror, offline })
  return loadCatalog({ client, plan, cacheFolder, now: () => now, notice: (line) => notices.push(line), ...more })
}

const textOf = ({ releases }: Catalog) => releases.map(({ version }) => version.text).join(' ')
const proxyText = (...versions: string[]) => versions.map((version) => `v0.0.1-${version}.linux-amd64\n`).join('')
const deadUrl = 'http://127.0.0.1:1'

async function refusal(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof GvError)) throw error
  expect(error.code).toBe('network')
  return `${error.message}: ${error.reason}`
}

describe('a list', () => {
  it('comes newest first, from go.dev’s shape or a proxy’s', async () => {
    origin.answers.set(godevPath, godevText('go1.9', 'go1.10', 'go1.23rc1', 'go1.22.5'))
    expect(await load()).toMatchObject({
      from: `GV_MIRROR (${origin.url}/dl)`,
      stale: false,
      notes: [],
      fetchedAt: now,
    })
    expect(textOf(await load())).toBe('1.23rc1 1.22.5 1.10 1.9')
    origin.answers.set(proxyPath, proxyText('go1.22.5', 'go1.22.12'))
    expect(textOf(await load({ proxy: origin.url }))).toBe('1.22.12 1.22.5')
  })

  it('is found with and without a slash behind the base, and with its query', async () => {
    origin.answers.set('/dl/?token=x&mode=json&include=all', godevText('go1.22.5'))
    expect(textOf(await load({ mirror: `${origin.url}/dl/?token=x` }))).toBe('1.22.5')
    expect(readdirSync(join(cacheFolder, 'lists')).join()).not.toContain('token')
  })

  it('lies in index.json of a folder', async () => {
    writeFileSync(join(cacheFolder, 'index.json'), godevText('go1.22.5'))
    expect(textOf(await load({ mirror: `file://${cacheFolder}`, offline: '--offline' }))).toBe('1.22.5')
  })

  it('is kept for an hour, then asked for by its ETag', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5'))
    await load()
    now = new Date(now.getTime() + 59 * minute)
    await load()
    expect(origin.log).toEqual([`200 ${godevPath}`])
    now = new Date(now.getTime() + 2 * minute)
    expect(await load()).toMatchObject({ stale: false, fetchedAt: now })
    await load()
    expect(origin.log).toEqual([`200 ${godevPath}`, `304 ${godevPath}`])
    origin.answers.set(godevPath, godevText('go1.22.6', 'go1.22.5'))
    now = new Date(now.getTime() + 61 * minute)
    expect(textOf(await load())).toBe('1.22.6 1.22.5')
  })

  it('is asked for anew when the clock says that it comes from the future', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5'))
    await load()
    now = new Date(now.getTime() - minute)
    await load()
    expect(origin.log.length).toBe(2)
  })

  it('keeps hash, size and platform through the cache', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5', 'go1.20'))
    const fetched = await load()
    const kept = await load()
    expect(origin.log.length).toBe(1)
    expect(kept.releases).toEqual(fetched.releases)
    expect(kept.id).toBe(fetched.id)
  })

  it('is had without a store that can be written to', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5'))
    rmSync(cacheFolder, { recursive: true })
    writeFileSync(cacheFolder, 'a file where the folder should be')
    expect(textOf(await load())).toBe('1.22.5')
  })
})

describe('when an origin does not answer', () => {
  it('the next one does, and that is said once', async () => {
    origin.answers.set(proxyPath, proxyText('go1.22.5'))
    const wish = { mirror: deadUrl, proxy: `${origin.url},direct` }
    const catalog = await load(wish)
    expect(textOf(catalog)).toBe('1.22.5')
    expect(notices).toEqual(['GV_MIRROR cannot be reached (ECONNREFUSED); using GOPROXY'])
    expect(catalog.unreachable.map(({ name }) => name)).toEqual(['GV_MIRROR'])
    expect(await load(wish)).toMatchObject({ unreachable: catalog.unreachable, stale: false })
    expect(notices.length).toBe(1)
    expect(origin.log.length).toBe(1)
  })

  it('a young list of a later one does not keep the first from being asked', async () => {
    origin.answers.set(proxyPath, proxyText('go1.22.5'))
    await load({ proxy: origin.url })
    origin.answers.set(godevPath, godevText('go1.22.6'))
    expect(textOf(await load({ mirror: `${origin.url}/dl`, proxy: origin.url }))).toBe('1.22.6')
  })

  it('proxies follow each other by their own rule', async () => {
    origin.answers.set(`/a${proxyPath}`, 404)
    origin.answers.set(`/b${proxyPath}`, '')
    origin.answers.set(`/c${proxyPath}`, proxyText('go1.22.5'))
    const [a, b, c] = ['a', 'b', 'c'].map((name) => `${origin.url}/${name}`)
    const catalog = await load({ proxy: `${a},${b},${c}` })
    expect(textOf(catalog)).toBe('1.22.5')
    expect(catalog.unreachable).toEqual([])
    expect(notices).toEqual([])
    now = new Date(now.getTime() + 61 * minute)
    origin.answers.set(`/a${proxyPath}`, 403)
    rmSync(join(cacheFolder, 'lists'), { recursive: true })
    expect(await refusal(load({ proxy: `${a},${c}` }))).toContain('403')
    expect(textOf(await load({ proxy: `${a}|${c}` }))).toBe('1.22.5')
  })

  it('the last list counts, and it is said how old it is and why', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5'))
    await load()
    now = new Date(now.getTime() + 3 * 60 * minute)
    origin.answers.set(godevPath, 500)
    const catalog = await load()
    expect(catalog).toMatchObject({ stale: true })
    const why = `it gives no list (${origin.url}/dl/ answered 500 Internal Server Error`
    expect(catalog.notes.join()).toContain(`the list of GV_MIRROR (${origin.url}/dl) is 3 h old: ${why}`)
    await origin.close()
    now = new Date(now.getTime() + 4 * 24 * 60 * minute)
    expect((await load()).notes.join()).toMatch(/is 4 days old: it cannot be reached \(ECONNREFUSED\)$/)
  })

  it('and there is no list, the way out is named', async () => {
    expect(await refusal(load({ mirror: deadUrl }))).toContain('ECONNREFUSED')
    const plan = { origins: [{ ...godevAt(deadUrl) }], offline: undefined }
    const failed = loadCatalog({ client, plan, cacheFolder, now: () => now, notice: () => {} })
    await expect(failed).rejects.toMatchObject({
      hint: 'GOPROXY=https://… or GV_MIRROR=https://… names another source',
    })
  })

  it('an interruption is neither hidden nor told as a failure of the origin', async () => {
    const controller = new AbortController()
    const interrupted = openClient(controller.signal)
    origin.answers.set(godevPath, godevText('go1.22.5'))
    await load()
    now = new Date(now.getTime() + 61 * minute)
    origin.answers.set(godevPath, () => controller.abort())
    const wish = { mirror: `${origin.url}/dl`, proxy: origin.url }
    await expect(load(wish, { client: interrupted })).rejects.toMatchObject({ code: 'interrupted' })
    expect(notices).toEqual([])
    await interrupted.close()
  })
})

function godevAt(url: string) {
  return { kind: 'downloads', name: 'go.dev', base: new URL(url), fallBackOnAnyError: true } as const
}

describe('without the network', () => {
  it('the kept list counts, however old, with a note only when it is old', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5'))
    await load()
    const wish = { mirror: `${origin.url}/dl`, offline: '--offline' }
    expect(await load(wish)).toMatchObject({ stale: false, notes: [] })
    now = new Date(now.getTime() + 400 * 24 * 60 * minute)
    const catalog = await load(wish)
    expect(catalog.stale).toBe(true)
    expect(catalog.notes).toEqual([expect.stringMatching(/is 400 days old: --offline forbids asking for a newer one$/)])
    expect(origin.log.length).toBe(1)
  })

  it('that of another origin is better than none', async () => {
    origin.answers.set(proxyPath, proxyText('go1.22.5'))
    await load({ proxy: origin.url })
    expect(textOf(await load({ proxy: 'off' }))).toBe('1.22.5')
    expect(origin.log.length).toBe(1)
  })

  it('nothing is asked, and nothing kept is an error', async () => {
    const text = await refusal(load({ mirror: `${origin.url}/dl`, offline: 'GV_OFFLINE' }))
    expect(text).toBe('no list of Go releases is kept here: GV_OFFLINE forbids asking for one')
    expect(origin.log).toEqual([])
  })
})

describe('what was listed once', () => {
  it('does not vanish in silence, on disk or from the wire', async () => {
    origin.answers.set(godevPath, godevText('go1.22.7', 'go1.22.6', 'go1.22.5'))
    await load()
    origin.answers.set(godevPath, godevText('go1.22.5', 'go1.22.4'))
    const [file] = readdirSync(join(cacheFolder, 'lists'))
    for (let i = 0; i < 3; i++) {
      now = new Date(now.getTime() + 61 * minute)
      const catalog = await load()
      expect(textOf(catalog)).toBe('1.22.7 1.22.6 1.22.5 1.22.4')
      expect(catalog.notes).toEqual([
        `GV_MIRROR (${origin.url}/dl) no longer lists go1.22.7 and 1 more; gv keeps what it has seen (to forget it: rm ${join(cacheFolder, 'lists', file ?? '')})`,
      ])
    }
    origin.answers.set(godevPath, godevText('go1.22.8', 'go1.22.7', 'go1.22.6', 'go1.22.5', 'go1.22.4'))
    now = new Date(now.getTime() + 61 * minute)
    expect((await load()).notes).toEqual([])
  })

  it('nor does an archive of it', async () => {
    origin.answers.set(proxyPath, `${proxyText('go1.22.5')}v0.0.1-go1.22.5.darwin-arm64\n`)
    await load({ proxy: origin.url })
    origin.answers.set(proxyPath, proxyText('go1.22.5'))
    now = new Date(now.getTime() + 61 * minute)
    const { releases, notes } = await load({ proxy: origin.url })
    expect(releases[0]?.archives.length).toBe(2)
    expect(notes.length).toBe(1)
  })

  it('by an origin that is gone still counts beside the list of the next', async () => {
    const wish = { mirror: `${origin.url}/dl`, proxy: origin.url }
    origin.answers.set(godevPath, godevText('go1.22.7', 'go1.22.5'))
    await load(wish)
    origin.answers.set(godevPath, 500)
    origin.answers.set(proxyPath, proxyText('go1.22.6', 'go1.22.5'))
    now = new Date(now.getTime() + 61 * minute)
    const catalog = await load(wish)
    expect(textOf(catalog)).toBe('1.22.7 1.22.6 1.22.5')
    expect(catalog.from).toContain('GOPROXY')
    expect(catalog.notes).toEqual([
      `GOPROXY (${origin.url}/) does not list go1.22.7, which GV_MIRROR (${origin.url}/dl) did on 2026-11-22`,
    ])
  })
})

describe('a bad answer', () => {
  const cases: Readonly<Record<string, [answer: Parameters<FakeOrigin['answers']['set']>[1], reason: RegExp]>> = {
    'a web page': ['<!DOCTYPE html><html><body>Sign in', /it is a web page/],
    'a cut list': [godevText('go1.22.5').slice(0, -3), /not JSON, or cut off/],
    'another type': ['{"version":"go1.22.5"}', /no list/],
    'a list without end': [
      (_, response) => {
        response.writeHead(200)
        const chunk = Buffer.alloc(1_000_000, ' ')
        const pump = () => {
          while (!response.destroyed && response.write(chunk));
        }
        response.on('drain', pump)
        pump()
      },
      /more than 16\.0 MB/,
    ],
    'a length of 300 MB': [
      (_, response) => void response.writeHead(200, { 'content-length': 300_000_000 }).write(' '.repeat(17_000_000)),
      /more than 16\.0 MB/,
    ],
    'a cut connection': [
      (_, response) => void response.writeHead(200, { 'content-length': 1000 }).write('[', () => response.destroy()),
      /reset|closed|cut/,
    ],
    'nothing at all': [() => {}, /answer/],
  }

  it.each(Object.entries(cases))('%s is refused in one line, kept nowhere, and healed', async (_, [answer, reason]) => {
    origin.answers.set(godevPath, answer)
    expect(await refusal(load())).toMatch(reason)
    expect(await refusal(load())).not.toMatch(/\n/)
    origin.answers.set(godevPath, godevText('go1.22.5'))
    expect(textOf(await load())).toBe('1.22.5')
  })

  it('leads to the next origin with a word', async () => {
    origin.answers.set(godevPath, '<html>')
    origin.answers.set(proxyPath, proxyText('go1.22.5'))
    await load({ mirror: `${origin.url}/dl`, proxy: origin.url })
    expect(notices).toEqual(['GV_MIRROR gives no list (it is a web page); using GOPROXY'])
  })

  it('does not displace the good one', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5'))
    await load()
    origin.answers.set(godevPath, '[]')
    now = new Date(now.getTime() + 61 * minute)
    expect(textOf(await load())).toBe('1.22.5')
    expect((await load()).notes.join()).toContain('there is no release in it')
  })
})

describe('a damaged cache', () => {
  it('is fetched anew, whatever happened to it', async () => {
    const text = godevText('go1.22.5', 'go1.21rc2')
    origin.answers.set(godevPath, text)
    const good = textOf(await load())
    const folder = join(cacheFolder, 'lists')
    const path = join(folder, readdirSync(folder)[0] ?? '')
    const kept = readFileSync(path, 'utf8')
    const damage = fc.oneof(
      fc.constantFrom(
        '',
        '{}',
        'null',
        '[]',
        '<html>',
        '{"format":1}',
        kept.slice(0, -1),
        kept.replace('"format":1', '"format":2'),
      ),
      fc
        .tuple(fc.nat(kept.length), fc.nat(10), anyText(4))
        .map(([at, length, inserted]) => kept.slice(0, at) + inserted + kept.slice(at + length)),
    )
    const check = fc.asyncProperty(damage, async (damaged) => {
      writeFileSync(path, damaged)
      const { releases } = await load()
      for (const { version, archives } of releases) {
        expect(version.text).toMatch(/^1[0-9.]*((rc|beta)\d+)?$/)
        for (const { sha256 } of archives) expect(sha256 ?? '').toMatch(/^([0-9a-f]{64})?$/)
      }
    })
    await fc.assert(check, { numRuns: 100 })
    writeFileSync(path, 'x')
    expect(textOf(await load())).toBe(good)
  })

  it('may be a folder or a list of another origin', async () => {
    origin.answers.set(godevPath, godevText('go1.22.5'))
    await load()
    const folder = join(cacheFolder, 'lists')
    const path = join(folder, readdirSync(folder)[0] ?? '')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"id":"', '"id":"x'))
    await load()
    expect(origin.log.length).toBe(2)
    rmSync(path)
    mkdirSync(path)
    expect(textOf(await load())).toBe('1.22.5')
    expect(readdirSync(folder).length).toBe(1)
  })
})
