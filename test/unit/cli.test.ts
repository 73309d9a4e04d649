import { describe, expect, test } from 'vitest'
import { asksForJson, readCall } from '../../src/cli.ts'

async function inputOf(line: string) {
  const call = await readCall(line.split(' '))
  if (call.kind !== 'command') throw new Error('help, not a command')
  return call.input
}

describe('words keep the text that was typed', () => {
  test.each([
    ['install 1.20', ['1.20'], {}],
    ['install --json 1.20', ['1.20'], { json: true }],
    ['install --quiet 1.20 1.30', ['1.20', '1.30'], { quiet: true }],
    ['--quiet install 1.20', ['1.20'], { quiet: true }],
    ['install --os linux --arch 386 1.10', ['1.10'], { os: 'linux', arch: '386' }],
    ['install --arch=386 1.10', ['1.10'], { arch: '386' }],
    ['install --source 1.20 1.10', ['1.10'], { source: '1.20' }],
    ['install -- --weird', ['--weird'], {}],
    ['verify --all', [], { all: true }],
    ['exec 1.20 go test -v --json', ['1.20', 'go', 'test', '-v', '--json'], {}],
    ['exec --arch 386 1.20 -- go env', ['1.20', '--', 'go', 'env'], { arch: '386' }],
    ['exec -- go --help', ['--', 'go', '--help'], {}],
  ])('%s', async (line, args, flags) => {
    expect(await inputOf(line)).toEqual({ args, flags })
  })
})

describe('words that mean nothing are usage errors with a way out', () => {
  test.each([
    ['instal 1.22', /there is no command "instal"/, 'gv install --help'],
    ['install --wrong 1.22', /wrong/, 'gv install --help'],
    ['--wrong install', /there is no option "--wrong"/, 'gv --help'],
    ['install --os', /os/, 'gv install --help'],
    ['install --json=yes 1.22', /--json takes no value/, 'gv install --help'],
    ['install --os linux --os darwin 1.22', /more than once/, 'gv install --help'],
    ['uninstall', /versions/, 'gv uninstall --help'],
    ['list 1.22', /1\.22/, 'gv list --help'],
  ])('%s', async (line, message, hint) => {
    await expect(readCall(line.split(' '))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
      hint,
    })
  })
})

test('help is had for all and for each', async () => {
  expect(await readCall([])).toMatchObject({ kind: 'help', text: expect.stringContaining('ls-remote') })
  for (const line of ['install --help', 'install -h', 'help install', '--help install'])
    expect(await readCall(line.split(' '))).toMatchObject({ text: expect.stringContaining('gv install 1.22.5') })
})

test('--json belongs to gv only where it stands before a program to run', () => {
  expect(asksForJson(['list', '--json'])).toBe(true)
  expect(asksForJson(['exec', '1.22', 'go', 'list', '--json'])).toBe(false)
  expect(asksForJson(['install', '--', '--json'])).toBe(false)
})
