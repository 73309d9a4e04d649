import { describe, expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import type { GoSetting } from '../../src/goenv/go-setting.ts'
import { originId, planOrigins, type SourceWish } from '../../src/release/origins.ts'
import { archiveSources, checksumUrl, signatureUrl } from '../../src/release/sources.ts'
import { versionOf } from '../support/versions.ts'

const linux = { os: 'linux', arch: 'amd64' }
const version = versionOf('1.22.5')
const none: GoSetting = { value: '', from: 'default', file: undefined, userSet: false }
const packaged: GoSetting = { ...none, value: 'https://p.example/|https://q.example,direct' }

function planOf(wish: Partial<SourceWish> = {}) {
  return planOrigins({ settings: { GOPROXY: packaged, GONOPROXY: none }, ...wish })
}

describe('archiveSources', () => {
  it('are the tarball of go.dev, then the zips of each proxy', () => {
    const sources = archiveSources(planOf(), version, linux)
    expect(sources.map(({ kind, url, fallBackOnAnyError }) => `${kind} ${url} ${fallBackOnAnyError}`)).toEqual([
      'tarball https://go.dev/dl/go1.22.5.linux-amd64.tar.gz true',
      'zip https://p.example/golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip true',
      'zip https://q.example/golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip false',
    ])
  })

  it('know the hash from that origin’s own list, and from no other', () => {
    const plan = planOf()
    const archives = [{ platform: linux, sha256: 'ab'.repeat(32), sizeBytes: 5 }]
    const catalog = { releases: [{ version, stable: true, archives }], unreachable: [] }
    const ids = plan.origins.map(originId)
    const [own] = archiveSources(plan, version, linux, { ...catalog, id: ids[0] ?? '' })
    expect(own).toMatchObject({ sha256: 'ab'.repeat(32), sizeBytes: 5 })
    const [foreign] = archiveSources(plan, version, linux, { ...catalog, id: ids[1] ?? '' })
    expect(foreign).toMatchObject({ kind: 'tarball', sha256: undefined, sizeBytes: undefined })
    const [unlisted] = archiveSources(plan, versionOf('1.22.4'), linux, { ...catalog, id: ids[0] ?? '' })
    expect(unlisted).toMatchObject({ kind: 'tarball', sha256: undefined })
    const [other] = archiveSources(plan, version, { os: 'linux', arch: 'arm' }, { ...catalog, id: ids[0] ?? '' })
    expect(other).toMatchObject({ fileName: 'go1.22.5.linux-armv6l.tar.gz', sha256: undefined })
  })

  it('leave out what could not be reached', () => {
    const plan = planOf()
    const [godev] = plan.origins
    const catalog = { id: '', releases: [], unreachable: godev ? [godev] : [] }
    expect(archiveSources(plan, version, linux, catalog).map(({ kind }) => kind)).toEqual(['zip', 'zip'])
  })

  it('take Go for Windows from a proxy only', () => {
    const windows = { os: 'windows', arch: 'amd64' }
    expect(archiveSources(planOf(), version, windows).map(({ kind }) => kind)).toEqual(['zip', 'zip'])
    expect(() => archiveSources(planOf({ source: 'go.dev' }), version, windows)).toThrow('no place to fetch go1.22.5')
  })

  it('fail closed when the network is forbidden', () => {
    for (const wish of [
      { offline: '--offline' },
      { settings: { GOPROXY: { ...none, value: 'off' }, GONOPROXY: none } },
    ]) {
      const plan = planOf(wish)
      expect(() => archiveSources(plan, version, linux)).toThrow(GvError)
      expect(() => archiveSources(plan, version, linux)).toThrow('go1.22.5 for linux-amd64 cannot be fetched')
    }
    const folder = planOf({ offline: '--offline', mirror: 'file:///srv/dl' })
    expect(archiveSources(folder, version, linux).map(({ url }) => url.href)).toEqual([
      'file:///srv/dl/go1.22.5.linux-amd64.tar.gz',
    ])
  })

  it('have the hash and the signature beside them', () => {
    const [source] = archiveSources(planOf({ mirror: 'https://m.example/dl/?token=x' }), version, linux)
    if (source?.kind !== 'tarball') throw new Error('no tarball')
    expect(checksumUrl(source).href).toBe('https://m.example/dl/go1.22.5.linux-amd64.tar.gz.sha256?token=x')
    expect(signatureUrl(source).href).toBe('https://m.example/dl/go1.22.5.linux-amd64.tar.gz.asc?token=x')
  })
})
