import { describe, expect, it } from 'vitest'
import { GvError } from '../../src/errors.ts'
import type { GoSetting } from '../../src/goenv/go-setting.ts'
import {
  mayUsePlainHttp,
  originId,
  planOrigins,
  proxyOrigins,
  reachableOrigins,
  type SourceWish,
} from '../../src/release/origins.ts'

const setting = (value: string, userSet: boolean): GoSetting => ({ value, from: 'default', file: undefined, userSet })

/** The user said so; `packaged` is what a go.env says. */
function wish(said: { user?: string; packaged?: string; private?: string } & Omit<SourceWish, 'settings'>): SourceWish {
  const { user, packaged, private: noproxy = '', ...rest } = said
  const GOPROXY = user === undefined ? setting(packaged ?? '', false) : setting(user, true)
  return { settings: { GOPROXY, GONOPROXY: setting(noproxy, true) }, ...rest }
}

function plan(said: Parameters<typeof wish>[0]): string {
  const { origins, offline } = planOrigins(wish(said))
  const list = origins.map(
    ({ name, base, fallBackOnAnyError }) => `${name} ${base.href}${fallBackOnAnyError ? ' |' : ''}`,
  )
  return [...list, ...(offline === undefined ? [] : [`offline: ${offline}`])].join(', ')
}

const godev = 'go.dev https://go.dev/dl |'
const packaged = 'https://p.example,direct'

describe('planOrigins', () => {
  it.each<[string, Parameters<typeof wish>[0], string]>([
    ['nobody named a proxy', {}, godev],
    ['go.env names one', { packaged }, `${godev}, GOPROXY https://p.example/`],
    [
      'go.env names two',
      { packaged: 'https://a.example|b.example' },
      `${godev}, GOPROXY https://a.example/ |, GOPROXY https://b.example/`,
    ],
    [
      'the user named one',
      { user: 'https://u.example,direct' },
      'GOPROXY https://u.example/, go.dev https://go.dev/dl/mod',
    ],
    ['the user wants none', { user: 'direct' }, 'go.dev https://go.dev/dl/mod'],
    ['the user named a folder', { user: 'file:///srv/proxy' }, 'GOPROXY file:///srv/proxy'],
    ['the user’s list ends in off', { user: 'https://u.example,off' }, 'GOPROXY https://u.example/'],
    ['there is a mirror', { mirror: 'https://m.example/dl', packaged }, 'GV_MIRROR https://m.example/dl |'],
    ['the mirror is empty', { mirror: '', packaged }, `${godev}, GOPROXY https://p.example/`],
    [
      'there is a mirror and a proxy of the user’s',
      { mirror: 'https://m.example/dl', user: 'https://u.example' },
      'GV_MIRROR https://m.example/dl |, GOPROXY https://u.example/',
    ],
    ['GOPRIVATE names the toolchain', { packaged, private: 'golang.org' }, godev],
    [
      'so it does for the user’s proxy',
      { user: 'https://u.example', private: '*.org' },
      'go.dev https://go.dev/dl/mod',
    ],
    ['the network is off', { user: 'off' }, `${godev}, offline: GOPROXY=off`],
    ['a go.env has it off', { packaged: 'off' }, `${godev}, offline: GOPROXY=off`],
    ['it stays off for a private toolchain', { user: 'off', private: 'golang.org' }, `${godev}, offline: GOPROXY=off`],
    [
      'it is off beside a mirror',
      { user: 'off', mirror: 'https://m.example' },
      'GV_MIRROR https://m.example/ |, offline: GOPROXY=off',
    ],
    ['--offline', { packaged, offline: '--offline' }, `${godev}, GOPROXY https://p.example/, offline: --offline`],
    ['--source go.dev', { source: 'go.dev', mirror: 'https://m.example', user: 'https://u.example' }, godev],
    ['--source goproxy', { source: 'goproxy', packaged }, 'GOPROXY https://p.example/, go.dev https://go.dev/dl/mod'],
    [
      '--source mirror',
      { source: 'mirror', mirror: 'https://m.example', user: 'https://u.example' },
      'GV_MIRROR https://m.example/ |',
    ],
    ['--source URL', { source: 'https://s.example/dl/', packaged }, 'https://s.example/dl/ https://s.example/dl/ |'],
  ])('%s', (_, said, expected) => {
    expect(plan(said)).toBe(expected)
  })

  it.each<[Parameters<typeof wish>[0], string]>([
    [{ source: 'mirror' }, '--source mirror: there is no mirror'],
    [{ source: 'goproxy' }, '--source goproxy: there is no GOPROXY'],
    [{ source: 'goproxy', user: 'off' }, '--source goproxy: there is no GOPROXY'],
    [{ source: 'github' }, '--source is "github"'],
    [{ source: '' }, '--source is ""'],
    [{ mirror: 'm.example/dl' }, 'GV_MIRROR is "m.example/dl"'],
    [{ mirror: 'ftp://me:hunter2@m.example' }, 'GV_MIRROR is "ftp://…@m.example"'],
    [{ user: 'ftp://u.example' }, 'GOPROXY has an entry that cannot be used'],
  ])('refuses %j', (said, message) => {
    expect(() => plan(said)).toThrow(GvError)
    expect(() => plan(said)).toThrow(message)
  })

  it('keeps secrets out of names', () => {
    const [origin] = planOrigins(wish({ source: 'https://me:hunter2@s.example/dl?token=hunter2' })).origins
    expect(origin?.name).toBe('https://s.example/dl')
  })
})

describe('reachableOrigins', () => {
  it('are folders only without a network', () => {
    const said = { mirror: 'https://m.example', user: 'file:///srv/proxy' }
    expect(reachableOrigins(planOrigins(wish(said))).length).toBe(2)
    const [only, ...others] = reachableOrigins(planOrigins(wish({ ...said, offline: 'GV_OFFLINE' })))
    expect(only?.base.href).toBe('file:///srv/proxy')
    expect(others).toEqual([])
  })
})

describe('proxyOrigins', () => {
  it('are the proxies even where archives come from elsewhere', () => {
    const { settings } = wish({ packaged, mirror: 'https://m.example' })
    expect(proxyOrigins(settings).map(({ name }) => name)).toEqual(['GOPROXY', 'go.dev'])
    expect(proxyOrigins(wish({ user: 'off' }).settings)).toEqual([])
  })
})

describe('mayUsePlainHttp', () => {
  it('is the user’s wish for a host and its port, nothing else', () => {
    const said = wish({ mirror: 'http://m.example:8080/dl', packaged: 'http://p.example,https://s.example' })
    const may = mayUsePlainHttp(planOrigins(said), said.settings)
    expect(may(new URL('http://m.example:8080/x'))).toBe(true)
    expect(may(new URL('http://p.example/y'))).toBe(true)
    expect(may(new URL('http://m.example/x'))).toBe(false)
    expect(may(new URL('http://s.example/y'))).toBe(false)
    expect(may(new URL('http://go.dev/dl'))).toBe(false)
  })
})

describe('originId', () => {
  it('is a file name that tells origins apart, but not their secrets', () => {
    const idOf = (source: string) => originId(planOrigins(wish({ source })).origins[0] ?? fail())
    expect(idOf('https://me:one@s.example/dl?t=1')).toBe(idOf('https://me:two@s.example/dl?t=2'))
    expect(idOf('https://s.example/dl')).not.toBe(idOf('https://s.example/dm'))
    expect(idOf('http://[::1]:8080/dl')).toMatch(/^___1__8080-[0-9a-f]{12}$/)
    expect(idOf('file:///srv/go')).toMatch(/^file-[0-9a-f]{12}$/)
  })
})

function fail(): never {
  throw new Error('there is no origin')
}
