import { join } from 'node:path'
import { GvError } from '../errors.ts'
import { parseGoproxy } from '../goenv/goproxy.ts'
import { parseGosumdb } from '../verify/gosumdb.ts'
import { connectLog } from '../verify/log-connection.ts'
import { openLogStorage } from '../verify/log-storage.ts'
import { SumDatabase } from '../verify/sumdb.ts'
import type { Workbench } from './workbench.ts'

/** The longest answer of a log: a full tile has 8 KiB, a record well under 1 KiB. */
const maxBytes = 64 * 1024

/**
 * The checksum database that proves toolchains. As for `go`, GOSUMDB may name another log, but with GOSUMDB=off it is
 * still sum.golang.org that toolchains are checked against. Throws GvError('usage') for a GOSUMDB that names no log.
 */
export function openSumDatabase(work: Workbench): SumDatabase {
  const named = parseGosumdb(work.settings.GOSUMDB.value)
  const { key, url } = named.kind === 'off' ? defaultLog() : named
  const read = connectLog({
    key,
    url,
    proxies: parseGoproxy(work.settings.GOPROXY.value),
    get: async (address) => {
      assertMayAsk(work, key.name, address)
      return (await work.client.get(address, { what: `the checksum database ${key.name}`, maxBytes })).body
    },
  })
  return new SumDatabase(
    key,
    openLogStorage({ folder: join(work.store.cache, 'sumdb'), name: key.name, readRemote: read }),
  )
}

/** What is in the cache proves without network; nothing else is asked for where the network is forbidden. */
function assertMayAsk({ plan: { offline } }: Workbench, name: string, address: URL): void {
  if (offline === undefined || address.protocol === 'file:') return
  throw new GvError('network', `the checksum database ${name} was not asked`, {
    reason: `${offline} forbids the network`,
    hint: `do without ${offline}`,
  })
}

function defaultLog() {
  const log = parseGosumdb('')
  if (log.kind === 'off') throw new Error('the default log is never off')
  return log
}
