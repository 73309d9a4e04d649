import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { commandTable } from '../../src/table.ts'
import { gvProgram } from '../support/gv-process.ts'
import { makeSandbox } from '../support/sandbox.ts'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure } from './expectations.ts'
import { kinds, setStage } from './stage.ts'

describe('gv list', () => {
  test('says so where nothing is installed', async () => {
    const { gv } = await makeSandbox()
    expect(await gv(['list'])).toMatchObject({ status: 0, stdout: 'no Go is installed yet\nhint: gv install latest\n' })
    expect((await gv(['list', '--json'])).json()).toEqual([])
  })

  test('shows what is installed in the order of Go, and asks nobody', async () => {
    const stage = await setStage('a mirror')
    const versions = ['1.9', '1.22.0', '1.22rc2', '1.10.1']
    for (const version of versions) stage.server.site.publish(makeToolchain(version), { unlogged: version.length < 6 })
    for (const version of ['1.22.0', '1.22rc2']) await stage.gv(['install', version])
    for (const version of ['1.9', '1.10.1']) await stage.gv(['install', '--insecure', version])
    await symlink('versions/go1.22.0', stage.path('store/current'))
    stage.server.reset()
    const { status, stdout, stderr } = await stage.gv(['list'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n').map((line) => line.slice(0, 9).trimEnd())).toEqual([
      '* 1.22.0',
      '  1.22rc2',
      '  1.10.1',
      '  1.9',
      '',
    ])
    expect(stdout).toMatch(/^ {2}1\.9 .*NOT PROVEN/m)
    expect((await stage.gv(['list', '--json'])).json()).toEqual([
      expect.objectContaining({
        version: '1.22.0',
        os: 'linux',
        arch: 'amd64',
        goroot: stage.path('store/versions/go1.22.0'),
        default: true,
        proof: 'log',
        source: expect.stringMatching(/go1\.22\.0\.linux-amd64\.tar\.gz$/),
        installedAt: expect.stringMatching(/^20\d\d-.*Z$/),
      }),
      expect.objectContaining({ version: '1.22rc2', default: false }),
      expect.objectContaining({ version: '1.10.1', proof: 'none' }),
      expect.objectContaining({ version: '1.9', proof: 'none' }),
    ])
    expect(stage.server.seen).toEqual([])
  })

  test('is not misled by what else lies in the store', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(makeToolchain('1.22.5'))
    await stage.gv(['install', '1.22.5'])
    await stage.write('store/versions/go1.22.6', 'a file')
    await stage.write('store/versions/notes/x', 'a folder of another name')
    await stage.write('elsewhere/bin/go', '')
    await symlink(stage.path('elsewhere'), stage.path('store/versions/go1.22.7'))
    await stage.write('store/receipts/go1.22.5.json', '{')
    const { stdout } = await stage.gv(['list'])
    expect(stdout).toBe('  1.22.5  its receipt cannot be read: gv verify proves it\n')
  })
})

describe.each(kinds)('gv ls-remote from %s', (origin) => {
  test('shows the newest patch of each line, or all, and what is installed', async () => {
    const stage = await setStage(origin)
    const versions = ['1.24rc1', '1.23.1', '1.23.0', '1.22.5', '1.22.4', '1.21.13', '1.21rc2']
    for (const version of versions) stage.server.site.publish(makeToolchain(version))
    await stage.gv(['install', '1.22.5'])
    const short = await stage.gv(['ls-remote'])
    expect(short).toMatchObject({ status: 0, stderr: '' })
    expect(firstWords(short.stdout)).toEqual(['1.24rc1', '1.23.1', '1.22.5', '1.21.13'])
    expect(short.stdout).toMatch(/^1\.24rc1 .*pre-release$/m)
    expect(short.stdout).toMatch(/^1\.22\.5 .*supported +installed$/m)
    expect(short.stdout).toMatch(/^1\.21\.13 .*end of life$/m)
    expect(firstWords((await stage.gv(['ls-remote', '--all'])).stdout)).toEqual(versions)
    expect(firstWords((await stage.gv(['ls-remote', '1.22', '--all'])).stdout)).toEqual(['1.22.5', '1.22.4'])
    expect((await stage.gv(['ls-remote', '^1.22', '--json'])).json()).toEqual([
      expect.objectContaining({
        version: '1.23.1',
        line: '1.23',
        stable: true,
        support: 'supported',
        installed: false,
      }),
      expect.objectContaining({ version: '1.22.5', installed: true }),
    ])
  })

  test('asks again only when the list is old, and then with its ETag', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(makeToolchain('1.22.5'))
    await stage.gv(['ls-remote'])
    stage.server.reset()
    expect(await stage.gv(['ls-remote'])).toMatchObject({ status: 0 })
    expect(stage.server.count(/mode=json|list$/)).toBe(0)
  })

  test('names the nearest where nothing matches', async () => {
    const stage = await setStage(origin)
    stage.server.site.publish(makeToolchain('1.22.5'))
    expectFailure(
      await stage.gv(['ls-remote', '1.32']),
      exit.noSuchVersion,
      /no Go matches "1\.32" for linux-amd64: did you mean 1\.22\.5\?/,
    )
  })
})

describe('gv which and gv exec', () => {
  test('find the newest installed release that a spec allows', async () => {
    const stage = await setStage('a mirror')
    for (const version of ['1.22.5', '1.22.4', '1.21.13']) {
      stage.server.site.publish(makeToolchain(version))
      await stage.gv(['install', version])
    }
    stage.server.reset()
    const goroot = stage.path('store/versions/go1.22.5')
    expect(await stage.gv(['which', 'go', '1.22'])).toMatchObject({
      status: 0,
      stdout: `${goroot}/bin/go\n`,
      stderr: '',
    })
    expect((await stage.gv(['which', 'gofmt', '<1.22', '--json'])).json()).toMatchObject({
      name: 'gofmt',
      path: stage.path('store/versions/go1.21.13/bin/gofmt'),
      version: '1.21.13',
    })
    expect((await stage.gv(['which'], { env: { GV_VERSION: '1.22.4' } })).stdout).toBe(
      stage.path('store/versions/go1.22.4/bin/go\n'),
    )
    expectFailure(await stage.gv(['which', 'gofnt', '1.22']), exit.failed, /Go 1\.22\.5 has no program "gofnt"/)
    expectFailure(await stage.gv(['which', '../../../bin/sh', '1.22']), exit.usage, /no name of a program/)
    expectFailure(await stage.gv(['which', 'go', '1.23']), exit.noSuchVersion, /"1\.23"/)
    expect(stage.server.seen).toEqual([])
  })

  test('run a program with GOROOT, PATH, arguments and stdin', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(makeToolchain('1.22.5'))
    await stage.gv(['install', '1.22.5'])
    const goroot = stage.path('store/versions/go1.22.5')
    const script = 'echo "$GOROOT|$(echo "$PATH" | cut -d: -f1)|$GOTOOLCHAIN$GOPATH$GOBIN"; printf "[%s]" "$@"; cat'
    const result = await stage.gv(['exec', '1.22', 'sh', '-c', script, 'sh', 'a  b', '--json', '*', ''], {
      input: 'typed',
    })
    expect(result).toMatchObject({
      status: 0,
      stdout: `${goroot}|${goroot}/bin|\n[a  b][--json][*][]typed`,
      stderr: '',
    })
    expect((await stage.gv(['exec', '1.22.5', '--', 'go', 'version'])).stdout).toBe('go version go1.22.5 linux/amd64\n')
  })

  test("end with the program's own status, or a shell's for what cannot be started", async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(makeToolchain('1.22.5'))
    await stage.gv(['install', '1.22.5'])
    await stage.write('cwd/not-executable', 'x')
    const run = async (...words: string[]) => stage.gv(['exec', '1.22.5', ...words])
    expect(await run('sh', '-c', 'exit 42')).toMatchObject({ status: 42, stdout: '', stderr: '' })
    expect(await run('sh', '-c', 'kill -KILL $$')).toMatchObject({ status: 137, stderr: '' })
    expectFailure(await run('no-such-program'), 127, /cannot run "no-such-program"/)
    expectFailure(await run('./not-executable'), 126, /cannot run ".\/not-executable"/)
  })

  test('hand SIGTERM on to the program, and leave none behind', async () => {
    const stage = await setStage('a mirror')
    stage.server.site.publish(makeToolchain('1.22.5'))
    await stage.gv(['install', '1.22.5'])
    // It ends by itself where nobody hands anything on.
    const script = 'trap "echo caught; exit 7" TERM; echo ready; for i in $(seq 400); do sleep 0.05; done'
    const run = stage.startGv(['exec', '1.22.5', 'sh', '-c', script])
    await run.printed(/ready/)
    run.kill('SIGTERM')
    expect(await run.result).toMatchObject({ status: 7, stdout: 'ready\ncaught\n', stderr: '' })
  })
})

describe('the command line', () => {
  test('tells its version, and its help for everything', async () => {
    const { gv } = await makeSandbox()
    expect((await gv(['--version'])).stdout).toMatch(/^gv \d+\.\d+\.\d+\n$/)
    const overview = await gv(['--help'])
    expect(overview).toMatchObject({ status: 0, stderr: '' })
    for (const { name, examples, isInternal = false } of commandTable) {
      expect(overview.stdout.includes(`\n  ${name} `)).toBe(!isInternal)
      const help = await gv([name, '--help'])
      expect(help).toMatchObject({ status: 0, stderr: '' })
      for (const example of examples) expect(help.stdout).toContain(example)
    }
    expect(await gv([])).toMatchObject({ status: 0, stdout: overview.stdout })
  })

  test.each([
    [['instal', '1.22.5'], /there is no command "instal": did you mean "install"\?/],
    [['frobnicate'], /there is no command "frobnicate"/],
    [['list', '--jsn'], /--jsn/],
    [['--frob', 'list'], /there is no option "--frob"/],
    [['list', 'extra'], /gv list/],
    [['uninstall'], /gv uninstall/],
    [['exec'], /exec needs a program/],
    [['ls-remote', '1.2', '1.3'], /gv ls-remote/],
    [['list\u001b[2J\u202e'], /there is no command "list\\x1b\[2J\\u202e"/],
  ])('%j is a usage error', async (words, says) => {
    const { gv, list } = await makeSandbox()
    expectFailure(await gv(words), exit.usage, says)
    expect(await list('store')).toEqual([])
  })

  test('gives errors as JSON where that is asked for', async () => {
    const { gv } = await makeSandbox()
    const { status, stdout, stderr } = await gv(['which', '--json', 'go', '1.22'])
    expect({ status, stdout }).toEqual({ status: exit.noSuchVersion, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'no-such-version', exitStatus: exit.noSuchVersion } })
  })

  test('does not mind a reader that goes away', async () => {
    const { env, cwd } = await makeSandbox()
    const gv = `'${process.execPath}' '${gvProgram}'`
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', `{ ${gv} --help; echo "status $?" >&2; } | :`], {
      env,
      cwd,
    })
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^status [01]\n$/)
  })
})

function firstWords(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
}
