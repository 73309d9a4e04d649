/** What a program file says about the machine it is for. Pure. */
import type { Platform } from '../../platform.ts'

/**
 * What kind of program starts with these bytes (some hundred are enough): 'script' for `#!`, else the platforms'
 * object format and machine as one word (`elf 62 64-bit little`); undefined when it is no program that is known.
 */
export function describeProgram(head: Buffer): string | undefined {
  if (head.length < 64) return head.toString('latin1', 0, 2) === '#!' ? 'script' : undefined
  if (head.toString('latin1', 0, 2) === '#!') return 'script'
  if (head.readUInt32BE(0) === 0x7f454c46) return describeElf(head)
  if (head.readUInt32LE(0) === 0xfeedfacf || head.readUInt32LE(0) === 0xfeedface) {
    return `mach-o ${head.readUInt32LE(4).toString(16)}`
  }
  if (head.toString('latin1', 0, 2) === 'MZ') return describePe(head)
  if (head.readUInt16BE(0) === 0x01f7) return 'xcoff'
  const magic = head.readUInt32BE(0)
  return plan9Magics.has(magic) ? `plan9 ${magic.toString(16)}` : undefined
}

/** Whether a program that starts so runs on a platform. A script does everywhere: no release has one there, tests do. */
export function isProgramFor(platform: Platform, head: Buffer): boolean {
  const found = describeProgram(head)
  return found === 'script' || (found !== undefined && found === expected(platform))
}

/** ELF's e_machine, word size, byte order of each GOARCH. Source: the System V ABI, cmd/link/internal/ld/elf.go. */
const elfMachines: Readonly<Record<string, string>> = {
  '386': '3 32-bit little',
  amd64: '62 64-bit little',
  arm: '40 32-bit little',
  arm64: '183 64-bit little',
  loong64: '258 64-bit little',
  mips: '8 32-bit big',
  mipsle: '8 32-bit little',
  mips64: '8 64-bit big',
  mips64le: '8 64-bit little',
  ppc64: '21 64-bit big',
  ppc64le: '21 64-bit little',
  riscv64: '243 64-bit little',
  s390x: '22 64-bit big',
}

const elfSystems: ReadonlySet<string> = new Set([
  'android',
  'dragonfly',
  'freebsd',
  'illumos',
  'linux',
  'netbsd',
  'openbsd',
  'solaris',
])
const machOCpus: Readonly<Record<string, string>> = { '386': '7', amd64: '1000007', arm64: '100000c' }
const peMachines: Readonly<Record<string, string>> = { '386': '14c', amd64: '8664', arm: '1c4', arm64: 'aa64' }
const plan9: Readonly<Record<string, number>> = { '386': 0x1eb, amd64: 0x8a97, arm: 0x647 }
const plan9Magics: ReadonlySet<number> = new Set(Object.values(plan9))

function expected({ os, arch }: Platform): string | undefined {
  if (elfSystems.has(os)) return elfMachines[arch] && `elf ${elfMachines[arch]}`
  if (os === 'darwin' || os === 'ios') return machOCpus[arch] && `mach-o ${machOCpus[arch]}`
  if (os === 'windows') return peMachines[arch] && `pe ${peMachines[arch]}`
  if (os === 'aix') return arch === 'ppc64' ? 'xcoff' : undefined
  if (os === 'plan9') return `plan9 ${plan9[arch]?.toString(16)}`
  return undefined
}

function describeElf(head: Buffer): string {
  const isLittle = head[5] === 1
  const machine = isLittle ? head.readUInt16LE(18) : head.readUInt16BE(18)
  return `elf ${machine} ${head[4] === 2 ? 64 : 32}-bit ${isLittle ? 'little' : 'big'}`
}

function describePe(head: Buffer): string | undefined {
  const at = head.readUInt32LE(0x3c)
  if (at + 6 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0') return undefined
  return `pe ${head.readUInt16LE(at + 4).toString(16)}`
}
