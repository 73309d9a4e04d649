import { once } from 'node:events'
import { appendFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gvProgram } from '../support/gv-process.ts'
import { realToolchain } from '../support/real-toolchain.ts'
import { makeSharedSandbox, type Sandbox } from '../support/sandbox.ts'

// The real log, real releases, and the GOPROXY that the machine's own go would ask.
const real = await realToolchain()
const unavailable = 'unavailable' in real ? real.unavailable : undefined
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`)

const newer = '1.25.14'
const hello = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello, real Go") }\n'

describe.skipIf(unavailable !== undefined)(
  'real releases, proven by the real checksum database',
  { timeout: 300_000 },
  () => {
    let sandbox: Sandbox

    beforeAll(async () => {
      sandbox = await makeSharedSandbox({ network: true })
    })

    afterAll(() => sandbox.remove())

    test('1.22.5 and a newer one install side by side, and one for another platform', async () => {
      const both = await sandbox.gv(['install', '1.22.5', newer])
      expect(both).toMatchObject({ status: 0 })
      expect(both.stdout).toMatch(/^go1\.22\.5 installed in .*, proven by the checksum database: /m)
      const foreign = await sandbox.gv(['install', newer, '--os', 'darwin', '--arch', 'arm64'])
      expect(foreign).toMatchObject({ status: 0 })
      const list = await sandbox.gv(['list', '--json'])
      expect(list.json()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ version: '1.22.5', proof: 'log' }),
          expect.objectContaining({ version: newer, os: 'darwin', arch: 'arm64', proof: 'log' }),
        ]),
      )
      expect(await sandbox.gv(['verify', '--all'])).toMatchObject({ status: 0 })
    })

    test('a tree on a slow disk is read ahead, and checked all the same', async () => {
      // As if the disk kept it waiting: no work for the processor.
      const idle = 'data:text/javascript,process.cpuUsage=()=>({user:0,system:0})'
      const env = { NODE_OPTIONS: `--import=${idle}` }
      expect(await sandbox.gv(['verify', '1.22.5'], { env })).toMatchObject({ status: 0, stderr: '' })
      const folder = `${sandbox.store}/versions/go1.22.5`
      const worker = new Worker(join(dirname(gvProgram), 'read-ahead-worker.js'), {
        workerData: { folder, skip: 0, reader: 0, readers: 2 },
      })
      expect(await once(worker, 'exit')).toEqual([0])
    })

    test('a program compiles and runs', async () => {
      await sandbox.write('hello/hello.go', hello)
      const options = { cwd: sandbox.path('hello'), env: { GOCACHE: sandbox.path('cache'), GOFLAGS: '-p=2' } }
      const run = await sandbox.gv(['exec', '1.22.5', 'go', 'run', 'hello.go'], options)
      expect(run).toMatchObject({ status: 0, stdout: 'hello, real Go\n' })
    })

    test('a file that was tampered with is named, and restored', async () => {
      await appendFile(`${sandbox.store}/versions/go1.22.5/src/crypto/rand/rand.go`, '// one line too many\n')
      const found = await sandbox.gv(['verify', '1.22.5'])
      expect(found).toMatchObject({ status: 5 })
      expect(found.elapsedMs).toBeLessThan(3000)
      expect(found.stdout).toMatch(/^ {2}changed +src\/crypto\/rand\/rand\.go$/m)
      expect(await sandbox.gv(['verify', '1.22.5', '--repair', '--offline'])).toMatchObject({ status: 0 })
      expect(await sandbox.gv(['verify', '1.22.5'])).toMatchObject({ status: 0 })
    })

    test('a file:// GOPROXY and the log beside it do without any network', async () => {
      const offline = await makeSharedSandbox()
      try {
        const env = { GOPROXY: 'goproxy' in real ? real.goproxy : '' }
        expect(await offline.gv(['install', '1.22.5'], { env })).toMatchObject({ status: 0 })
        expect((await offline.gv(['list', '--json'])).json()).toMatchObject([{ version: '1.22.5', proof: 'log' }])
      } finally {
        await offline.remove()
      }
    })
  },
)
