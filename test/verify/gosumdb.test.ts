import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logKeyNamed, logUrl, parseGosumdb } from '../../src/verify/gosumdb.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { corrupted } from '../support/log-cases.ts'
import { SumLog } from '../support/sumlog.ts'

const goKey = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
const own = new SumLog('sum.example.com/log').key

test.each([
  ['', goKey, undefined],
  ['sum.golang.org', goKey, undefined],
  [goKey, goKey, undefined],
  ['sum.golang.google.cn', goKey, 'https://sum.golang.google.cn/'],
  ['sum.golang.org https://mirror.example.com/sumdb', goKey, 'https://mirror.example.com/sumdb'],
  [`  ${own.text}\thttp://127.0.0.1:8080 `, own.text, 'http://127.0.0.1:8080/'],
  [own.text, own.text, undefined],
])('%j names a log', (text, key, url) => {
  const setting = parseGosumdb(text)
  if (setting.kind !== 'log') throw new Error('not a log')
  expect(setting.key.text).toBe(key)
  expect(setting.url?.href).toBe(url)
})

test("a receipt's log is known by its name", () => {
  expect(logKeyNamed('sum.golang.org', 'off')?.text).toBe(goKey)
  expect(logKeyNamed(own.name, own.text)?.text).toBe(own.text)
  const sameName = new SumLog('sum.golang.org').key.text
  expect(logKeyNamed('sum.golang.org', sameName)?.text).toBe(sameName)
  for (const name of [own.name, 'constructor', '']) expect(logKeyNamed(name, 'off')).toBeUndefined()
})

test('off is off, and a log is served at its name', () => {
  expect(parseGosumdb('off')).toEqual({ kind: 'off' })
  expect(logUrl(own).href).toBe('https://sum.example.com/log')
})

test.each([
  'OFF',
  'constructor',
  '__proto__',
  'sum.golang.org+033de0ae',
  'sum.golang.net',
  `${goKey} https://a.example https://b.example`,
  `${goKey} a.example`,
  `${goKey} ftp://a.example`,
  `${goKey} javascript:alert(1)`,
  goKey.replace('033de0ae', '033de0ad'),
  // Keys that are right in themselves, under names that are no addresses.
  ...[
    ...['../..', 'a.example/../b', 'a.example//b', 'a.example/', '/a', '.', 'a.example/.git'],
    ...['user@a.example', 'a.example?q', 'a.example#f', 'a.example:x', 'a\\b', 'ä.example', '%2e%2e'],
  ].map((name) => new SumLog(name).key.text),
  '\u001b[31mred',
])('%j names none', async (text) => {
  const error = await gvErrorOf('usage', () => parseGosumdb(text))
  expect(error.message).toContain('GOSUMDB')
  expect(`${error.message}${error.reason}`).not.toContain('\u001b')
})

test('any text is a setting or a usage error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string({ unit: 'binary' }), corrupted(goKey), corrupted(`${goKey} https://x.example`)),
      async (text) => {
        try {
          const setting = parseGosumdb(text)
          if (setting.kind === 'log') expect(logUrl(setting.key).host).not.toBe('')
        } catch {
          await gvErrorOf('usage', () => parseGosumdb(text))
        }
      },
    ),
  )
})
