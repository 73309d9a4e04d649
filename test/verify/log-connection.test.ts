import { describe, expect, test } from 'vitest'
import { GvError } from '../../src/errors.ts'
import type { ProxyStep } from '../../src/goenv/goproxy.ts'
import { HttpStatusError } from '../../src/net/http-error.ts'
import { connectLog } from '../../src/verify/log-connection.ts'
import { SumLog } from '../support/sumlog.ts'

const { key } = new SumLog('sum.example.com')

const proxy = (url: string, fallBackOnAnyError = false): ProxyStep => ({
  kind: 'url',
  url: new URL(url),
  fallBackOnAnyError,
})
const direct: ProxyStep = { kind: 'direct', fallBackOnAnyError: false }
const off: ProxyStep = { kind: 'off', fallBackOnAnyError: false }

/** A network in which each host answers everything in one way. */
function network(hosts: Record<string, number | 'down'>, proxies: readonly ProxyStep[], url?: string) {
  const asked: string[] = []
  const read = connectLog({
    key,
    url: url === undefined ? undefined : new URL(url),
    proxies,
    get: async (target) => {
      asked.push(target.href)
      const answer = hosts[target.host] ?? 'down'
      if (answer === 'down') throw new GvError('network', `${target.host} cannot be reached`)
      if (answer !== 200) throw new HttpStatusError('cannot get it', answer, target.href)
      return Buffer.from(target.href)
    },
  })
  return { asked, hosts, read, text: async (path: string) => (await read(path))?.toString() }
}

describe('the log is read', () => {
  test.each<[string, Record<string, number | 'down'>, ProxyStep[], string]>([
    [
      'from the first proxy that serves it',
      { a: 200, b: 200 },
      [proxy('https://a'), proxy('https://b')],
      'https://a/sumdb/sum.example.com/latest',
    ],
    [
      'from the next one after a 404',
      { a: 404, b: 200 },
      [proxy('https://a/'), proxy('https://b/p/')],
      'https://b/p/sumdb/sum.example.com/latest',
    ],
    [
      'from the next one after a 410',
      { a: 410, b: 200 },
      [proxy('https://a'), proxy('https://b')],
      'https://b/sumdb/sum.example.com/latest',
    ],
    [
      'from the next one after anything, behind |',
      { a: 500, b: 200 },
      [proxy('https://a', true), proxy('https://b')],
      'https://b/sumdb/sum.example.com/latest',
    ],
    ['from itself with GOPROXY=direct', { 'sum.example.com': 200 }, [direct], 'https://sum.example.com/latest'],
    ['from itself with GOPROXY=off', { 'sum.example.com': 200 }, [off], 'https://sum.example.com/latest'],
    [
      'from itself when no proxy has it',
      { a: 404, 'sum.example.com': 200 },
      [proxy('https://a')],
      'https://sum.example.com/latest',
    ],
    [
      'from itself after a failure behind |, when direct follows',
      { a: 500, 'sum.example.com': 200 },
      [proxy('https://a', true), direct],
      'https://sum.example.com/latest',
    ],
    [
      'with the credentials of the proxy',
      { a: 200 },
      [proxy('https://u:p@a/x?y=z')],
      'https://u:p@a/x/sumdb/sum.example.com/latest?y=z',
    ],
  ])('%s', async (_, hosts, proxies, url) => {
    expect(await network(hosts, proxies).text('latest')).toBe(url)
  })

  test("from GOSUMDB's own URL and nowhere else", async () => {
    const { asked, text } = network(
      { a: 200, '': 200, mirror: 200 },
      [proxy('file:///srv'), proxy('https://a')],
      'https://mirror/sumdb/',
    )
    expect(await text('tile/8/0/000')).toBe('https://mirror/sumdb/tile/8/0/000')
    expect(asked).toEqual(['https://mirror/sumdb/tile/8/0/000'])
  })

  test.each<[string, Record<string, number | 'down'>, ProxyStep[]]>([
    ['a proxy fails', { a: 500, 'sum.example.com': 200 }, [proxy('https://a'), direct]],
    ['a proxy forbids it', { a: 403, 'sum.example.com': 200 }, [proxy('https://a'), direct]],
    ['a proxy is down', { 'sum.example.com': 200 }, [proxy('https://a'), direct]],
    [
      'one failed and no other serves it',
      { a: 500, b: 404, 'sum.example.com': 200 },
      [proxy('https://a', true), proxy('https://b')],
    ],
    ['one failed and off follows', { a: 500, 'sum.example.com': 200 }, [proxy('https://a', true), off]],
  ])('from nobody when %s', async (_, hosts, proxies) => {
    const { asked, read } = network(hosts, proxies)
    await expect(read('latest')).rejects.toMatchObject({ code: 'network' })
    expect(asked.some((url) => url.startsWith('https://sum.example.com'))).toBe(false)
  })
})

test('a proxy that serves it is asked once, and then never left', async () => {
  const { asked, hosts, read, text } = network({ a: 200, 'sum.example.com': 200 }, [proxy('https://a', true), direct])
  await Promise.all([text('tile/8/0/000'), text('tile/8/0/001')])
  expect(asked.filter((url) => url.endsWith('/supported'))).toHaveLength(1)
  hosts.a = 404
  expect(await read('lookup/x@v1')).toBeUndefined()
  hosts.a = 500
  await expect(read('lookup/x@v1')).rejects.toMatchObject({ status: 500 })
})

test('a failure to find it is not remembered', async () => {
  const { hosts, read, text } = network({ a: 'down' }, [proxy('https://a')])
  await expect(read('latest')).rejects.toMatchObject({ code: 'network' })
  hosts.a = 200
  expect(await text('latest')).toBe('https://a/sumdb/sum.example.com/latest')
})

test('nobody is asked before something is read', () => {
  expect(network({}, [proxy('https://a')]).asked).toEqual([])
})

describe('a module cache as GOPROXY', () => {
  const cache = proxy('file:///srv/cache/download')

  test('is read before the network', async () => {
    const { asked, text } = network({ '': 200 }, [cache])
    expect(await text('lookup/x@v1')).toBe('file:///srv/cache/download/sumdb/sum.example.com/lookup/x@v1')
    expect(asked).toHaveLength(1)
  })

  test('leaves the rest to the log itself', async () => {
    const { text } = network({ '': 404, 'sum.example.com': 200 }, [cache])
    expect(await text('lookup/x@v1')).toBe('https://sum.example.com/lookup/x@v1')
  })
})
