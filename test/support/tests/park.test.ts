import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parkModule } from '../gv-process.ts'
import { makeSandbox } from '../sandbox.ts'

const mainThread = `
  import { channel } from 'node:diagnostics_channel'
  for (const name of ['locked', 'unpack-half', 'unpack-half']) { channel('gv:checkpoint').publish(name); console.log(name) }`
const workerThread = `
  import { Worker } from 'node:worker_threads'
  const code = "import { channel } from 'node:diagnostics_channel'; channel('gv:checkpoint').publish('unpack-half'); console.log('passed')"
  new Worker(code, { eval: true })`

describe.each([
  ['the main thread', mainThread, 'unpack-half:2'],
  ['a worker', workerThread, 'unpack-half'],
])('a program at a checkpoint in %s', (_, code, checkpoint) => {
  test('ends as by kill -9', async () => {
    const { signal, stdout } = await run(code, { GV_TEST_KILL: checkpoint })
    expect(signal).toBe('SIGKILL')
    expect(stdout).toBe(code === mainThread ? 'locked\nunpack-half\n' : '')
  })

  test('blocks, having said so', async () => {
    const marker = (await makeSandbox()).path('marker')
    const program = start(code, { GV_TEST_PARK: checkpoint, GV_TEST_MARKER: marker })
    while (program.exitCode === null && (await isMissing(marker))) await sleep(10)
    await sleep(50)
    expect(program.exitCode).toBeNull()
    program.kill('SIGKILL')
    await once(program, 'close')
  })

  test('goes on when it is another one', async () => {
    expect(await run(code, { GV_TEST_KILL: 'published', GV_TEST_PARK: 'unpack-half:3' })).toMatchObject({ status: 0 })
  })
})

function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  )
}

function start(code: string, env: Record<string, string>) {
  const args = ['--import', parkModule, '--input-type=module', '--eval', code]
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

async function run(code: string, env: Record<string, string>) {
  const program = start(code, env)
  let stdout = ''
  program.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const [status, signal] = await once(program, 'close')
  return { status, signal, stdout }
}
