import type { ResolveInput } from '../../src/project/resolution.ts'
import { versionOf } from '../support/versions.ts'

/** Changes to the input of a resolution; toolchains go by their version. */
export type InputChanges = Partial<Omit<ResolveInput, 'installed' | 'current' | 'settings'>> & {
  readonly installed?: readonly string[]
  readonly current?: string
  readonly settings?: Partial<ResolveInput['settings']>
}

/** All that a resolution depends on: a folder, and nothing else. */
export function inputFor(cwd: string, changes: InputChanges = {}): ResolveInput {
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
    notes: [],
    ...changes,
    settings: { GOWORK: '', GO111MODULE: '', GOTOOLCHAIN: '', ...changes.settings },
    installed: (changes.installed ?? []).map(toolchain),
    current: changes.current === undefined ? undefined : toolchain(changes.current),
  }
}
