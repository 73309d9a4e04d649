/**
 * A program for worker.test.ts: unpacks through the worker thread, as `gv install` does. It is bundled with the worker beside it.
 * Arguments: the archive, the folder (or -), a version, after how many milliseconds to abort.
 */
import { openSync, statSync } from 'node:fs'
import { GvError } from '../../src/errors.ts'
import { unpackInWorker } from '../../src/store/unpack.ts'
import { parseGoVersion } from '../../src/version/go-version.ts'

const [archive = '', folder = '', text = '', abortMs = ''] = process.argv.slice(2)
const version = parseGoVersion(text)
if (!version) throw new Error(`${text} is no version`)
const controller = new AbortController()
if (abortMs) setTimeout(() => controller.abort(), Number(abortMs))
let told = 0
try {
  const tree = await unpackInWorker({
    fd: openSync(archive, 'r'),
    sizeBytes: statSync(archive).size,
    format: archive.endsWith('.zip') ? 'zip' : 'tar.gz',
    version,
    platform: { os: 'linux', arch: 'amd64' },
    into: folder === '-' ? null : folder,
    signal: controller.signal,
    onProgress: () => told++,
  })
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const cpuMs = (userCPUTime + systemCPUTime) / 1000
  console.log(JSON.stringify({ h1: tree.h1, files: tree.files, told, rssBytes: maxRSS * 1024, cpuMs }))
} catch (error) {
  if (!(error instanceof GvError)) throw error
  const { code, message, reason, hint } = error
  console.log(JSON.stringify({ code, message, reason, hint }))
}
