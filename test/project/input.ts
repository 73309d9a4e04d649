import type { ResolveInput } from '../../src/project/resolution.ts'
import { versionOf } from '../support/versions.ts'

/** All that a resolution depends on, with nothing in it but a folder; installed ones go by their version. */
export function inputFor(
  cwd: string,
  changes: Partial<Omit<ResolveInput, 'installed' | 'current' | 'settings'>> & {
    readonly installed?: readonly string[]
    readonly current?: string
    readonly settings?: Partial<ResolveInput['settings']>
  } = {},
): ResolveInput {
  const toolchain = (text: string) => ({ version: versionOf(text), goroot: `/store/go${text}` })
  return {
    cwd,
    env: {},
    home: '/nonexistent/home',
    uid: process.geteuid?.(),
    asked: undefined,
    findSystemGo: () => undefined,
    gomod: 'requirement',
    trustsSharedFiles: false,
    ...changes,
    settings: { GOWORK: '', GO111MODULE: '', GOTOOLCHAIN: '', ...changes.settings },
    installed: (changes.installed ?? []).map(toolchain),
    current: changes.current === undefined ? undefined : toolchain(changes.current),
  }
}
