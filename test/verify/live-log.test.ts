import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parseGosumdb } from '../../src/verify/gosumdb.ts'
import { verifyLogProof } from '../../src/verify/log-proof.ts'
import { SumDatabase } from '../../src/verify/sumdb.ts'
import { findRealGo } from '../support/real-go.ts'
import { MemoryStorage, toolchain } from '../support/sumlog.ts'

const proxy = await reachableProxy()

describe.skipIf(!proxy)('the real log', () => {
  test('knows 1.22.5 for linux-amd64, and proves it', { timeout: 60_000 }, async () => {
    const sumdb = parseGosumdb('sum.golang.org')
    if (sumdb.kind !== 'log') throw new Error('no log')
    const storage = new MemoryStorage({ serve: () => undefined })
    storage.readRemote = async (path) => {
      storage.requests.push(path)
      return fetchFrom(`${proxy}/sumdb/sum.golang.org/${path}`)
    }
    const database = new SumDatabase(sumdb.key, storage)

    const { h1, goModH1, proof } = await database.lookup(toolchain('1.22.5'))
    expect(h1).toBe('h1:LQChnsjY/4sr12W+7pci1Qg1+X/n7vmLOOaq2aTBG0w=')
    expect(goModH1).toBe('h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=')
    expect(proof.record).toBe(27869929)
    expect(verifyLogProof(proof, sumdb.key)).toEqual({ h1, goModH1 })

    const other = await database.lookup(toolchain('1.26.0', 'darwin-arm64'))
    expect(verifyLogProof(other.proof, sumdb.key).h1).toBe(other.h1)

    const asked = storage.requests.length
    storage.offline = true
    expect((await new SumDatabase(sumdb.key, storage).lookup(toolchain('1.22.5'))).h1).toBe(h1)
    expect(storage.requests).toHaveLength(asked)
  })
})

/** The machine's first GOPROXY, if it serves the log; the reason is said when it does not. */
async function reachableProxy(): Promise<string | undefined> {
  const go = findRealGo()
  if (!go) return undefined
  // The machine's own settings, not the clean ones that other tests ask Go under.
  const list = execFileSync(go.path, ['env', 'GOPROXY'], { encoding: 'utf8' }).trim()
  const [first = ''] = list.split(/[,|]/)
  const supported =
    first.startsWith('http') && (await fetchFrom(`${first}/sumdb/sum.golang.org/supported`).catch(() => undefined))
  if (supported) return first
  console.warn('skipped: no GOPROXY of this machine serves sum.golang.org')
  return undefined
}

async function fetchFrom(url: string): Promise<Buffer | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) })
  if (response.status === 404 || response.status === 410) return undefined
  if (!response.ok) throw new Error(`status ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}
