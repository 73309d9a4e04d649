import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GoSetting } from '../../src/goenv/go-setting.ts'
import { type HttpClient, openHttpClient } from '../../src/net/client.ts'
import { proxyOrigins } from '../../src/release/origins.ts'
import { releaseDates } from '../../src/release/release-dates.ts'
import { versionsOf } from '../support/versions.ts'
import { type FakeOrigin, openFakeOrigin } from './fake-origin.ts'

let cacheFolder = ''
let origin: FakeOrigin
let client: HttpClient

beforeEach(async () => {
  cacheFolder = mkdtempSync(join(tmpdir(), 'gv-dates-'))
  origin = await openFakeOrigin()
  client = openHttpClient({
    env: {},
    home: '/nowhere',
    signal: new AbortController().signal,
    now: () => new Date(),
    allowHttp: () => true,
    timings: { tries: 1 },
  })
})
afterEach(async () => {
  await client.close()
  await origin.close()
  rmSync(cacheFolder, { recursive: true, force: true })
})

const setting = (value: string): GoSetting => ({ value, from: 'environment', file: undefined, userSet: true })

async function datesOf(versions: readonly string[], GOPROXY = origin.url): Promise<Record<string, string>> {
  const origins = proxyOrigins({ GOPROXY: setting(GOPROXY), GONOPROXY: setting('') })
  const dates = await releaseDates(versionsOf(...versions), { client, origins, cacheFolder })
  return Object.fromEntries([...dates].map(([version, date]) => [version, date.toISOString().slice(0, 10)]))
}

function infoPath(version: string): string {
  return `/golang.org/toolchain/@v/v0.0.1-go${version}.linux-amd64.info`
}

function info(version: string, time: string): string {
  return JSON.stringify({ Version: `v0.0.1-go${version}.linux-amd64`, Time: time })
}

describe('releaseDates', () => {
  it('come from .info, and are asked for once in a life', async () => {
    origin.answers.set(infoPath('1.22.5'), info('1.22.5', '2024-06-27T20:11:12Z'))
    origin.answers.set(infoPath('1.20'), info('1.20', '2023-01-30T21:46:41Z'))
    expect(await datesOf(['1.22.5', '1.20'])).toEqual({ '1.22.5': '2024-06-27', '1.20': '2023-01-30' })
    origin.answers.clear()
    expect(await datesOf(['1.20', '1.22.5'])).toEqual({ '1.22.5': '2024-06-27', '1.20': '2023-01-30' })
    expect(origin.log.length).toBe(2)
    expect(await datesOf(['1.22.5'], 'off')).toMatchObject({ '1.22.5': '2024-06-27' })
  })

  it('are left out where they cannot be learned', async () => {
    origin.answers.set(infoPath('1.22.5'), info('1.22.4', '2024-06-27T20:11:12Z'))
    expect(await datesOf(['1.22.5'])).toEqual({})
    origin.answers.set(infoPath('1.22.4'), 403)
    origin.answers.set(infoPath('1.22.3'), info('1.22.3', '2024-05-07T00:00:00Z'))
    expect(await datesOf(['1.22.4', '1.22.3', '1.22.2'])).toEqual({ '1.22.3': '2024-05-07' })
  })

  it('are not asked for again and again where nobody answers', async () => {
    const versions = Array.from({ length: 40 }, (_, i) => `1.22.${i}`)
    for (const version of versions) {
      origin.answers.set(infoPath(version), (_, response) => response.destroy())
    }
    expect(await datesOf(versions)).toEqual({})
    // As many as are under way at once.
    expect(origin.log.length).toBeLessThanOrEqual(8)
    expect(await datesOf(versions, 'http://127.0.0.1:1|direct,off').catch(() => 'thrown')).toEqual({})
  })

  it('are never asked of a proxy that stands behind a comma and a dead one', async () => {
    origin.answers.set(infoPath('1.22.5'), info('1.22.5', '2024-06-27T20:11:12Z'))
    const versions = Array.from({ length: 20 }, (_, i) => `1.22.${i}`)
    expect(await datesOf(versions, `http://127.0.0.1:1,${origin.url}`)).toEqual({})
    expect(origin.log).toEqual([])
    expect(await datesOf(['1.22.5'], `http://127.0.0.1:1|${origin.url}`)).toEqual({ '1.22.5': '2024-06-27' })
  })

  it('are asked for in a bounded number at once', async () => {
    let underWay = 0
    let most = 0
    const versions = Array.from({ length: 30 }, (_, i) => `1.22.${i}`)
    for (const version of versions) {
      origin.answers.set(infoPath(version), (_, response) => {
        most = Math.max(most, ++underWay)
        setTimeout(() => {
          underWay--
          response.end(info(version, '2024-06-27T20:11:12Z'))
        }, 5)
      })
    }
    expect(Object.keys(await datesOf(versions)).length).toBe(30)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(8)
  })

  it('survive a damaged cache', async () => {
    origin.answers.set(infoPath('1.22.5'), info('1.22.5', '2024-06-27T20:11:12Z'))
    await datesOf(['1.22.5'])
    const path = join(cacheFolder, 'info/release-dates.json')
    for (const text of [
      '',
      '[]',
      'null',
      '{"1.22.5":5}',
      '{"1.22.5":"never"}',
      '{"__proto__":"2024-06-27T20:11:12Z"}',
    ]) {
      writeFileSync(path, text)
      expect(await datesOf(['1.22.5'])).toMatchObject({ '1.22.5': '2024-06-27' })
    }
  })
})
