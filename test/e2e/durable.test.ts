import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { findInSystem } from '../support/shells.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { expectInstalled } from './expectations.ts'
import { kinds, type Stage, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')
const strace = findInSystem('strace')

/** What an installation asks of the file system, in its order. */
async function tracedInstall(stage: Stage): Promise<string[]> {
  const log = stage.path('trace')
  const calls = 'trace=rename,renameat,renameat2,syncfs,fsync,fdatasync'
  const through = [strace ?? '', '-f', '-y', '-qq', '-e', calls, '-e', 'signal=none', '-o', log]
  expect(await stage.gv(['install', '1.22.5'], { through })).toMatchObject({ status: 0, stderr: '' })
  return (await readFile(log, 'utf8')).split('\n').filter((line) => / = 0$/.test(line))
}

describe.skipIf(strace === undefined).each(kinds)('16. what is installed from %s', (origin) => {
  test('is on the disk before it can be seen, and its receipt comes last', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(toolchain)
    const calls = await tracedInstall(stage)
    const at = (what: RegExp) => calls.findIndex((call) => what.test(call))
    const store = stage.store.replaceAll('.', '\\.')
    const order = [
      at(new RegExp(`syncfs\\(\\d+<${store}/tmp/go1\\.22\\.5\\.`)),
      at(/rename\w*\(.*\/tmp\/go1\.22\.5\..*\/go".*"[^"]*\/versions\/go1\.22\.5"/),
      at(new RegExp(`fsync\\(\\d+<${store}/versions>`)),
      at(/rename\w*\(.*\/receipts\/go1\.22\.5\.h1"/),
      at(/rename\w*\(.*\/receipts\/go1\.22\.5\.json"/),
      at(new RegExp(`fsync\\(\\d+<${store}/receipts>`)),
    ]
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    await expectInstalled(stage, toolchain)
  })
})
