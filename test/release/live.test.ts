import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readGoSettings } from '../../src/goenv/settings.ts'
import { openHttpClient } from '../../src/net/client.ts'
import { platformOfNode } from '../../src/platform.ts'
import { loadCatalog } from '../../src/release/catalog.ts'
import { mayUsePlainHttp, planOrigins, proxyOrigins } from '../../src/release/origins.ts'
import { releaseDates } from '../../src/release/release-dates.ts'
import { archiveSources } from '../../src/release/sources.ts'
import { findRealGo } from '../support/real-go.ts'
import { versionOf } from '../support/versions.ts'

const realGo = findRealGo()

describe.skipIf(!realGo)('the GOPROXY of this machine', () => {
  const host = platformOfNode(process.platform, process.arch)
  const settings = readGoSettings({ env: process.env, home: homedir(), host })
  const printed = realGo ? execFileSync(realGo.path, ['env', 'GOPROXY'], { encoding: 'utf8' }).trim() : ''

  it('is what go env prints', () => {
    expect(settings.GOPROXY.value).toBe(printed)
  })

  it.skipIf(!/^https?:/.test(printed))('lists releases, dates them and serves them', { timeout: 60_000 }, async () => {
    const plan = planOrigins({ settings, source: 'goproxy' })
    const cacheFolder = mkdtempSync(join(tmpdir(), 'gv-live-'))
    const client = openHttpClient({
      env: process.env,
      home: homedir(),
      signal: new AbortController().signal,
      now: () => new Date(),
      allowHttp: mayUsePlainHttp(plan, settings),
    })
    try {
      const catalog = await loadCatalog({ client, plan, cacheFolder, now: () => new Date(), notice: () => {} })
      const version = versionOf('1.22.5')
      expect(catalog.releases.flatMap(({ archives }) => archives).length).toBeGreaterThanOrEqual(100)
      expect(catalog.releases.map((release) => release.version.text)).toContain(version.text)
      const dates = await releaseDates([version], { client, origins: proxyOrigins(settings), cacheFolder })
      expect(dates.get('1.22.5')?.toISOString()).toMatch(/^2024-06-27T/)
      const [source] = archiveSources(plan, version, { os: 'linux', arch: 'amd64' }, catalog)
      const isModule = await client.get(new URL(String(source?.url).replace(/zip$/, 'mod')), {
        what: '.mod',
        maxBytes: 1000,
      })
      expect(isModule.body.toString()).toContain('module golang.org/toolchain')
    } finally {
      await client.close()
      rmSync(cacheFolder, { recursive: true })
    }
  })
})
