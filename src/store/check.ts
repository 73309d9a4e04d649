import { h1OfManifest, manifestText, parseManifest } from '../verify/dirhash.ts'
import { isInModule, nameInModule, pathOfName } from '../verify/module-names.ts'
import { folderMode, modeOf } from './archive/published-tree.ts'
import { type ToolchainId, toolchainModule } from './layout.ts'
import type { Manifests } from './manifests.ts'
import type { ScannedFile, TreeScan } from './scan.ts'

/** One thing in which a tree is not as it was published. */
export interface Difference {
  /** Relative to GOROOT; empty for GOROOT itself. */
  readonly path: string
  readonly kind: 'changed' | 'missing' | 'added' | 'mode' | 'type'
  /** In words, where the kind does not say all: `0777, not 0755`. */
  readonly detail?: string
}

/** What a tree has to be like. */
export interface Expectation {
  readonly toolchain: ToolchainId
  readonly manifests: Manifests
  /** The umask at its installation; undefined when that is not known, for a GOROOT that gv did not install. */
  readonly umask: number | undefined
}

/** In what a tree differs from what was published, sorted by path. Pure. */
export function compareTree(scan: TreeScan, expectation: Expectation): Difference[] {
  const expected = expectedFiles(expectation)
  const differences: Difference[] = []
  for (const [path, sha256] of expected) differences.push(...compareFile(scan, path, sha256, expectation.umask))
  for (const path of scan.files.keys()) if (!expected.has(path)) differences.push({ path, kind: 'added' })
  for (const [path, what] of scan.others)
    if (!expected.has(path)) differences.push({ path, kind: 'added', detail: what })
  for (const [path, mode] of scan.folders) {
    const detail = modeProblem(mode, folderMode, expectation.umask)
    if (detail !== undefined) differences.push({ path, kind: 'mode', detail })
  }
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The manifests of what lies on the disk, as the log would have them; files that could not be read are left out. */
export function manifestsOf(scan: TreeScan, toolchain: ToolchainId): Manifests & { readonly h1: string } {
  const module = toolchainModule(toolchain)
  const lines = (isWanted: (path: string) => boolean) =>
    manifestText(
      [...scan.files].flatMap(([path, { sha256 }]) =>
        sha256 !== undefined && isWanted(path) ? [{ name: nameInModule(module, path), sha256 }] : [],
      ),
    )
  const manifest = lines(isInModule)
  return { manifest, h1: h1OfManifest(manifest), extra: lines((path) => !isInModule(path)) }
}

/** SHA-256 by path of all files that have to be there. */
function expectedFiles({ toolchain, manifests }: Expectation): Map<string, string> {
  const module = toolchainModule(toolchain)
  const entries = [manifests.manifest, manifests.extra].flatMap((text) => parseManifest(text) ?? [])
  return new Map(
    entries.flatMap(({ name, sha256 }) => {
      const path = pathOfName(module, name)
      return path === undefined ? [] : [[path, sha256]]
    }),
  )
}

function compareFile(scan: TreeScan, path: string, sha256: string, umask: number | undefined): Difference[] {
  const file = scan.files.get(path)
  if (!file) {
    const instead = scan.others.get(path) ?? (scan.folders.has(path) ? 'a folder' : undefined)
    return [instead === undefined ? { path, kind: 'missing' } : { path, kind: 'type', detail: instead }]
  }
  const problem = modeProblem(file.mode, modeOf(path), umask)
  return [
    ...compareContents(file, path, sha256),
    ...(problem === undefined ? [] : [{ path, kind: 'mode' as const, detail: problem }]),
  ]
}

function compareContents(file: ScannedFile, path: string, sha256: string): Difference[] {
  if (file.sha256 === sha256) return []
  return [{ path, kind: 'changed', ...(file.sha256 === undefined && { detail: 'cannot be read' }) }]
}

/** Permissions that matter when the umask is not known: who may execute; that others may not write; no set-id bits. */
const bitsThatMatter = 0o7133

/** What is wrong with a mode; undefined when nothing is. */
function modeProblem(found: number, published: number, umask: number | undefined): string | undefined {
  const expected = published & ~(umask ?? 0)
  const differing = (found ^ expected) & (umask === undefined ? bitsThatMatter : 0o7777)
  return differing === 0 ? undefined : `${octal(found)}, not ${octal(expected)}`
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
