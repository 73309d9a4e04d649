import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { platformOfNode } from '../../src/platform.ts'
import { describeProgram, isProgramFor } from '../../src/store/archive/program-header.ts'
import { paxEntry, type TarEntry, tarOf, zipBytes } from '../support/archive-writer.ts'
import { findRealGo } from '../support/real-go.ts'
import { archiveOf, makeToolchain, moduleZip } from '../support/toolchain-factory.ts'
import { gz, honestTar, honestZip, modulePrefix, refusalOf, toolchainId, unpack } from './unpacking.ts'

/** The honest tarball with one file changed, or without it. */
function tarWith(path: string, body: string | Buffer | undefined): Buffer {
  const others = honestTar.filter(({ name }) => name !== `go/${path}`)
  expect(others).toHaveLength(honestTar.length - 1)
  const changed: TarEntry[] = body === undefined ? [] : [{ name: `go/${path}`, body }]
  return gz(tarOf([...others, ...changed]))
}

describe('a tree that is not the toolchain asked for is refused:', () => {
  test.each<[string, Buffer, RegExp]>([
    ['another version', archiveOf(makeToolchain('1.22.6')), /^it holds "go1\.22\.6", and go1\.22\.5 was asked for$/],
    ['a version that only starts alike', tarWith('VERSION', 'go1.22.50\n'), /holds "go1\.22\.50"/],
    ['a version behind a space', tarWith('VERSION', ' go1.22.5\n'), /holds " go1\.22\.5"/],
    ['an empty VERSION', tarWith('VERSION', ''), /holds ""/],
    ['a VERSION that could act on a terminal', tarWith('VERSION', '\x1b[2J'), /holds "\\x1b\[2J"/],
    ['a huge VERSION', tarWith('VERSION', Buffer.alloc(1_000_000, 'v')), /holds "v{120}…"/],
    ['no VERSION', tarWith('VERSION', undefined), /^it has no file VERSION$/],
    ['no bin/go', tarWith('bin/go', undefined), /^it has no file bin\/go$/],
    ['no bin/gofmt', tarWith('bin/gofmt', undefined), /^it has no file bin\/gofmt$/],
    ['an empty bin/go', tarWith('bin/go', ''), /^entry "bin\/go" is no program for linux-amd64$/],
    ['a bin/go that is text', tarWith('bin/go', 'hello'), /is no program for linux-amd64/],
    [
      'a bin/gofmt of another machine',
      tarWith('bin/gofmt', elf(183)),
      /^entry "bin\/gofmt" is no program for linux-amd64$/,
    ],
    ['a bin/go of another system', tarWith('bin/go', machO(0x1000007)), /^entry "bin\/go" is no program/],
    ['nothing but a folder', gz(tarOf([{ name: 'go/', type: '5' }])), /has no file VERSION/],
    ['nothing', gz(tarOf([])), /has no file VERSION/],
    [
      'a go in another folder',
      gz(tarOf([...honestTar.filter(({ name }) => name !== 'go/bin/go'), { name: 'go/src/bin/go', body: '#!' }])),
      /has no file bin\/go/,
    ],
  ])('%s', async (_what, archive, reason) => {
    expect((await refusalOf('tar.gz', archive)).reason).toMatch(reason)
  })

  test('a zip of another version, under the name of this one', async () => {
    const version = { name: `${modulePrefix}VERSION`, body: 'go1.22.4\n' }
    const zip = zipBytes([version, ...honestZip.filter(({ name }) => name !== version.name)])
    expect((await refusalOf('zip', zip)).reason).toMatch(/it holds "go1\.22\.4"/)
    const other = moduleZip(makeToolchain('1.22.6'))
    expect((await refusalOf('zip', other)).reason).toMatch(/lies outside of golang\.org\/toolchain@v0\.0\.1-go1\.22\.5/)
  })
})

describe('a tree is taken', () => {
  test('with a VERSION of one line, as up to 1.20', async () => {
    const entries = honestTar.map((entry) => (entry.name === 'go/VERSION' ? { ...entry, body: 'go1.20' } : entry))
    await unpack('tar.gz', gz(tarOf(entries)), { toolchain: toolchainId('1.20') })
  })

  test('for Windows, where programs have another name', async () => {
    const windows = makeToolchain('1.22.5', { platform: 'windows-amd64' })
    const entries = windows.files.map(({ path, data }) => ({ name: `go/${path}`, body: data }))
    await unpack('tar.gz', gz(tarOf(entries)), { toolchain: toolchainId('1.22.5', 'windows', 'amd64') })
    const { reason } = await refusalOf('tar.gz', gz(tarOf(honestTar)), { toolchain: toolchainId('1.22.5', 'windows') })
    expect(reason).toMatch(/has no file bin\/go\.exe/)
  })

  test('whose programs come in pieces', async () => {
    const large = Buffer.concat([elf(62), Buffer.alloc(3_000_000)])
    await unpack('tar.gz', tarWith('bin/go', large))
    await unpack('tar.gz', gz(tarOf([...honestTar, paxEntry({ path: 'go/bin/other' }), { name: 'x', body: large }])))
  })
})

function elf(machine: number, bits = 64, isLittle = true): Buffer {
  const head = Buffer.alloc(128)
  head.write('\x7fELF', 'latin1')
  head.writeUInt8(bits === 64 ? 2 : 1, 4)
  head.writeUInt8(isLittle ? 1 : 2, 5)
  if (isLittle) head.writeUInt16LE(machine, 18)
  else head.writeUInt16BE(machine, 18)
  return head
}

function machO(cpu: number, magic = 0xfeedfacf): Buffer {
  const head = Buffer.alloc(128)
  head.writeUInt32LE(magic, 0)
  head.writeUInt32LE(cpu, 4)
  return head
}

function pe(machine: number): Buffer {
  const head = Buffer.alloc(512)
  head.write('MZ', 'latin1')
  head.writeUInt32LE(0x80, 0x3c)
  head.write('PE\0\0', 0x80, 'latin1')
  head.writeUInt16LE(machine, 0x84)
  return head
}

function magic(...bytes: number[]): Buffer {
  return Buffer.concat([Buffer.from(bytes), Buffer.alloc(100)])
}

describe('the header of a program', () => {
  const programs: readonly [string, Buffer][] = [
    ['linux-amd64', elf(62)],
    ['linux-386', elf(3, 32)],
    ['linux-arm', elf(40, 32)],
    ['linux-arm64', elf(183)],
    ['linux-loong64', elf(258)],
    ['linux-mips', elf(8, 32, false)],
    ['linux-mipsle', elf(8, 32)],
    ['linux-mips64', elf(8, 64, false)],
    ['linux-mips64le', elf(8)],
    ['linux-ppc64', elf(21, 64, false)],
    ['linux-ppc64le', elf(21)],
    ['linux-riscv64', elf(243)],
    ['linux-s390x', elf(22, 64, false)],
    ['darwin-amd64', machO(0x1000007)],
    ['darwin-arm64', machO(0x100000c)],
    ['darwin-386', machO(7, 0xfeedface)],
    ['windows-amd64', pe(0x8664)],
    ['windows-386', pe(0x14c)],
    ['windows-arm64', pe(0xaa64)],
    ['aix-ppc64', magic(0x01, 0xf7)],
    ['plan9-amd64', magic(0, 0, 0x8a, 0x97)],
    ['plan9-386', magic(0, 0, 0x01, 0xeb)],
  ]

  test.each(programs)('of %s is that of no other machine', (name, head) => {
    const fitting = programs.filter(([other]) => {
      const [os = '', arch = ''] = other.split('-')
      return isProgramFor({ os, arch }, head)
    })
    expect(fitting.map(([other]) => other)).toEqual([name])
  })

  test('of a FreeBSD program is one of its machine; unknown platforms have none; a script fits everywhere', () => {
    expect(isProgramFor({ os: 'freebsd', arch: 'amd64' }, elf(62))).toBe(true)
    expect(isProgramFor({ os: 'templeos', arch: 'amd64' }, elf(62))).toBe(false)
    expect(isProgramFor({ os: 'linux', arch: 'z80' }, elf(62))).toBe(false)
    expect(isProgramFor({ os: 'aix', arch: 'amd64' }, magic(0x01, 0xf7))).toBe(false)
    expect(isProgramFor({ os: 'linux', arch: 'amd64' }, Buffer.from('#!/bin/sh\n'))).toBe(true)
  })

  test('that is cut off, or leads elsewhere, is none', () => {
    for (const head of [
      Buffer.alloc(0),
      Buffer.from('#'),
      elf(62).subarray(0, 40),
      pe(0x8664).subarray(0, 100),
      Buffer.alloc(128),
    ]) {
      expect(describeProgram(head)).toBeUndefined()
    }
    const wild = pe(0x8664)
    wild.writeUInt32LE(0xfffffff0, 0x3c)
    expect(describeProgram(wild)).toBeUndefined()
  })

  const go = findRealGo()
  test.skipIf(!go)('of the Go on this machine is that of this machine', () => {
    if (!go) return
    const platform = platformOfNode(process.platform, process.arch)
    const [goroot = '', tools = ''] = execFileSync(go.path, ['env', 'GOROOT', 'GOTOOLDIR'], {
      env: go.env,
      encoding: 'utf8',
    }).split('\n')
    const programs = [join(goroot, 'bin/go'), ...readdirSync(tools).map((tool) => join(tools, tool))]
    for (const program of programs) expect(isProgramFor(platform, headOf(program)), program).toBe(true)
  })
})

function headOf(path: string): Buffer {
  const fd = openSync(path, 'r')
  const head = Buffer.alloc(4096)
  readSync(fd, head)
  closeSync(fd)
  return head
}
