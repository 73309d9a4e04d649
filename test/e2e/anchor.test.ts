import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type Answer, status } from '../support/fault-server.ts'
import { altered } from '../support/go-faults.ts'
import { SumLog } from '../support/sumlog.ts'
import {
  type FakeToolchain,
  makeToolchain,
  moduleGoModH1,
  moduleH1,
  moduleVersion,
} from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectNothingInstalled } from './expectations.ts'
import { kinds, origins, type Stage, setStage } from './stage.ts'

const honest = makeToolchain('1.22.5')
const module = { module: 'golang.org/toolchain', version: moduleVersion(honest) }

/** The log knows the honest release, and the server has another in its place, with a list that fits it. */
function publishInstead(stage: Stage, other: FakeToolchain): void {
  const { site } = stage.server
  site.publish({ ...other, version: '1.22.5' }, { unlogged: true })
  site.log.add(module, moduleH1(honest), moduleGoModH1)
}

describe.each(origins)('1. %s', (origin) => {
  test.each<[string, FakeToolchain, RegExp]>([
    [
      'with altered bytes and hashes that match them',
      makeToolchain('1.22.5', { extra: { 'src/fmt/print.go': 'package fmt // evil\n' } }),
      /go1\.22\.5 is not the one that the Go team published: the files from .* have the hash h1:\S+, the checksum database says h1:/,
    ],
    [
      'with one file more',
      makeToolchain('1.22.5', { extra: { 'src/fmt/evil.go': 'package fmt\n' } }),
      /go1\.22\.5 is not the one that the Go team published/,
    ],
    [
      'with the right archive of another version',
      makeToolchain('1.22.4'),
      /"go1\.22\.4", and go1\.22\.5 was asked for|lies outside of golang\.org\/toolchain@v0\.0\.1-go1\.22\.5/,
    ],
  ])('%s is refused, and trusted again when it is honest', async (_what, other, says) => {
    const stage = await setStage(origin)
    publishInstead(stage, other)
    expectFailure(await stage.gv(['install', '1.22.5']), exit.verification, says)
    await expectNothingInstalled(stage)
    stage.server.site.withdraw('1.22.5')
    stage.server.site.publish(honest, { unlogged: true })
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, honest)
  })
})

interface Lie {
  readonly path: RegExp
  readonly answer: Answer
  readonly says: RegExp
  readonly status?: number
}

/** Answers of whoever serves the log, none of which may be believed. */
const lies: Readonly<Record<string, (log: SumLog) => Lie>> = {
  'an empty record': (log) =>
    lookup(`${log.recordOf(module)}\n\n\n${log.head()}`, /a record that is not that of the module/),
  'no record': () => lookup('', /the answer is malformed/),
  'a web page': () => lookup('<!DOCTYPE html><title>Welcome</title>\n', /the answer is malformed/),
  'the record of another version': (log) => lookup(log.answer(other), /a record that is not that of the module/),
  'the record of another module': (log) =>
    lookup(log.answer({ module: 'example.com/filler', version: 'v1.0.7' }), /a record that is not that of the module/),
  'a line before the record that nobody signed': (log) =>
    lookup(
      log.answer(module).replace('\n', `\n${forgedLine}\n`),
      /a record that is not that of the module, or more than that|is another one/,
    ),
  'a line behind the record that nobody signed': (log) =>
    lookup(
      log.answer(module).replace('\n\n', `\n${forgedLine}\n\n`),
      /a record that is not that of the module, or more than that|is another one/,
    ),
  'another hash in the record': (log) =>
    lookup(log.answer(module).replace(moduleH1(honest), moduleH1(forged)), /is another one/),
  'the number of another record': (log) =>
    lookup(log.answer(module).replace(/^\d+/, '7'), /record 7 .* is another one/),
  'a number beyond the end': (log) => lookup(log.answer(module).replace(/^\d+/, '999999'), /is said to be in a log of/),
  'a flipped bit in the signature': (log) => lookup(flipped(log.answer(module), -10), /cannot be trusted/),
  'a head signed with another key': (log) =>
    lookup(`${recordPart(log)}\n${new SumLog(log.key.name).growTo(log.size).head()}`, /cannot be trusted/),
  'a head without signature': (log) =>
    lookup(log.answer(module).replace(/\n— .*\n$/, '\n'), /cannot be trusted|malformed/),
  'a flipped tile of records': (log) => flippedTile(log, 0),
  'a flipped tile above those, up to the tree head': (log) => flippedTile(log, 1),
  'tiles that are not there': () => ({
    path: /\/tile\//,
    answer: status(404),
    says: /tile|checksum database/,
    status: exit.network,
  }),
}

const other = { module: 'golang.org/toolchain', version: moduleVersion(makeToolchain('1.22.4')) }
const forged = makeToolchain('1.22.5', { extra: { 'src/fmt/print.go': 'evil' } })
const forgedLine = `golang.org/toolchain ${module.version} ${moduleH1(forged)}`

function lookup(answer: string, says: RegExp): Lie {
  return { path: /\/lookup\//, answer: (_, response) => void response.end(answer), says }
}

function flippedTile(log: SumLog, level: number): Lie {
  return {
    path: new RegExp(`/tile/8/${level}/`),
    answer: (request, response) => void response.end(altered(log.serve(tilePath(request.url)) ?? Buffer.alloc(0))),
    says: /tile|checksum database/,
  }
}

function recordPart(log: SumLog): string {
  return `${log.recordOf(module)}\n${log.record(log.recordOf(module))}`
}

function flipped(text: string, at: number): string {
  const index = text.length + at
  return text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1)
}

function tilePath(url = ''): string {
  return url.slice(url.indexOf('tile/'))
}

describe.each(kinds)('2. from %s', (origin) => {
  test.each(Object.entries(lies))('%s is refused, and not remembered', async (_what, lie) => {
    const stage = await setStage(origin)
    const { log, site } = stage.server
    log.growTo(300)
    site.publish(makeToolchain('1.22.4'))
    site.publish(honest)
    const { path, answer, says, status = exit.verification } = lie(log)
    stage.server.fault(path, answer)
    expectFailure(await stage.gv(['install', '1.22.5']), status, says)
    expect(await stage.list('store/versions')).toEqual([])
    expect(await stage.list('store/tmp')).toEqual([])
    stage.server.reset()
    expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, honest)
  })

  test('a log that forks is caught, whichever branch comes first, and the evidence is kept', async () => {
    for (const order of ['longer', 'shorter', 'same']) {
      const stage = await setStage(origin)
      const { log, site } = stage.server
      log.growTo(300)
      const branch = log.fork()
      site.publish(makeToolchain('1.22.4'))
      await stage.gv(['install', '1.22.4'])
      site.publish(honest, { unlogged: true })
      if (order === 'longer') branch.growTo(400)
      branch.add(module, moduleH1(honest), moduleGoModH1)
      if (order === 'shorter') log.growTo(400)
      if (order === 'shorter') await stage.gv(['install', '1.22.4'])
      stage.server.fault(/\/(?:lookup|tile|latest)/, (request, response) => {
        const found = branch.serve((request.url ?? '').replace(/^.*\/(?=(?:lookup|tile|latest))/, ''))
        response.writeHead(found ? 200 : 404).end(found)
      })
      expectFailure(
        await stage.gv(['install', '1.22.5']),
        exit.verification,
        /the checksum database sum\.\S+ contradicts itself/,
      )
      const [evidence] = await stage.list('store/cache/sumdb', log.key.name, 'evidence')
      expect(evidence).toBeDefined()
      stage.server.reset()
      log.add(module, moduleH1(honest), moduleGoModH1)
      expect(await stage.gv(['install', '1.22.5'])).toMatchObject({ status: 0, stderr: '' })
    }
  })

  test('a release that the log does not know is not installed', async () => {
    const stage = await setStage(origin)
    stage.server.log.growTo(3)
    stage.server.site.publish(honest, { unlogged: true })
    expectFailure(
      await stage.gv(['install', '1.22.5']),
      exit.verification,
      /go1\.22\.5 cannot be proven: .*does not know golang\.org\/toolchain@v0\.0\.1-go1\.22\.5\.linux-amd64/,
    )
    expect(await stage.list('store/versions')).toEqual([])
  })

  test('nothing that lies in a project stands in for the log', async () => {
    const stage = await setStage(origin)
    publishInstead(stage, forged)
    const goSum = `${forgedLine}\ngolang.org/toolchain ${module.version}/go.mod ${moduleGoModH1}\n`
    const files = { 'go.mod': 'module m\n\ngo 1.22.5\ntoolchain go1.22.5\n', 'go.sum': goSum, 'go.work.sum': goSum }
    const settings = {
      'go.env': 'GOSUMDB=off\nGONOSUMDB=*\n',
      '.env': 'GOSUMDB=off\nGV_MIRROR=http://127.0.0.1:1\n',
      '.netrc': 'x',
    }
    for (const [name, text] of Object.entries({ ...files, ...settings })) await writeFile(`${stage.cwd}/${name}`, text)
    await stage.write('cwd/.config/go/env', 'GOSUMDB=off\nGOFLAGS=-insecure\n')
    expectFailure(await stage.gv(['install', '1.22.5']), exit.verification, /is not the one that the Go team published/)
    expectFailure(await stage.gv(['install']), exit.verification, /is not the one that the Go team published/)
    expect(await stage.list('store/versions')).toEqual([])
  })

  test.each([
    { GOSUMDB: 'off' },
    { GONOSUMDB: '*' },
    { GOPRIVATE: 'golang.org/*', GONOPROXY: 'none' },
    { GOFLAGS: '-insecure' },
    { GOINSECURE: '*' },
  ])('%j of the user does not excuse a toolchain from the log', async (env) => {
    const stage = await setStage(origin)
    publishInstead(stage, forged)
    // Nobody is to be found under the real log's name.
    const { status, stderr } = await stage.gv(['install', '1.22.5'], {
      env: { HTTPS_PROXY: 'http://127.0.0.1:9', ...env },
    })
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/is not the one that the Go team published|cannot be proven/)
    expect(await stage.list('store/versions')).toEqual([])
  })
})
