import { openSumDatabase } from '../install/log.ts'
import type { Workbench } from '../install/workbench.ts'
import { toolchainModuleVersion } from '../release/proxy-list.ts'
import { compareTree, type Difference, manifestsOf } from '../store/check.ts'
import type { Toolchain } from '../store/installed.ts'
import { type Store, type ToolchainId, toolchainName } from '../store/layout.ts'
import { type Manifests, readManifests } from '../store/manifests.ts'
import { readReceipt } from '../store/receipt.ts'
import { scanTree, type TreeScan } from '../store/scan.ts'
import { isInModule } from '../verify/module-names.ts'
import { identifyGoroot } from './identify.ts'
import { checkProof } from './receipt-proof.ts'
import { referenceManifest } from './reference.ts'

/** What was found in a GOROOT. */
export interface Inspection {
  readonly goroot: string
  readonly toolchain: ToolchainId
  /** What it was checked against: the proof in its receipt, the checksum database, or only what was noted at an install with --insecure. */
  readonly against: 'receipt' | 'log' | 'note'
  readonly differences: readonly Difference[]
  /** Why its content is known to be wrong where no single file could be named. */
  readonly problem: string | undefined
}

/** Whether it is exactly what was published. */
export function isSound({ differences, problem }: Inspection): boolean {
  return differences.length === 0 && problem === undefined
}

/**
 * Checks an installed toolchain by its receipt, without network. One without a receipt is checked like any GOROOT.
 * Throws GvError('storage') for a receipt that cannot be read, ('verification') for a proof that does not hold, and what
 * {@link inspectGoroot} throws.
 * @param store the one that it lies in, if that is not the workbench's
 */
export async function inspectToolchain(
  work: Workbench,
  toolchain: Toolchain,
  store: Store = work.store,
): Promise<Inspection> {
  const receipt = readReceipt(store, toolchain)
  if (!receipt) return inspectGoroot(work, toolchain.goroot, toolchain)
  const manifests = readManifests(store, toolchain, receipt)
  const proven = checkProof(work, receipt)
  const scan = await scanShown(work, toolchain, toolchain.goroot)
  const differences = compareTree(scan, { toolchain, manifests, umask: receipt.umask })
  return { goroot: toolchain.goroot, toolchain, against: proven ? 'receipt' : 'note', differences, problem: undefined }
}

/**
 * Checks a GOROOT that gv knows nothing of against the checksum database, and where it differs names the files.
 * Throws GvError('verification') when it is no published release, ('network') when the log cannot be asked.
 */
export async function inspectGoroot(
  work: Workbench,
  goroot: string,
  toolchain: ToolchainId = identifyGoroot(goroot),
): Promise<Inspection> {
  const version = toolchainModuleVersion(toolchain.version, toolchain.platform)
  const { h1 } = await openSumDatabase(work).lookup({ module: 'golang.org/toolchain', version })
  const scan = await scanShown(work, toolchain, goroot)
  const own = manifestsOf(scan, toolchain)
  const base = { goroot, toolchain, against: 'log' as const }
  if (own.h1 === h1) return { ...base, differences: differencesFrom(scan, toolchain, own), problem: undefined }
  const reference = await referenceManifest(work, toolchain, h1)
  if ('manifest' in reference) {
    return {
      ...base,
      differences: differencesFrom(scan, toolchain, { ...reference, extra: own.extra }),
      problem: undefined,
    }
  }
  const problem = `its files have the hash ${own.h1}, the checksum database says ${h1}; ${reference.reason}`
  return { ...base, differences: [], problem }
}

async function scanShown({ reporter, context }: Workbench, id: ToolchainId, goroot: string): Promise<TreeScan> {
  const task = reporter.task(toolchainName(id.version, id.platform, context.host))
  task.phase('checking')
  try {
    return await scanTree(goroot, context.signal)
  } finally {
    task.end()
  }
}

function differencesFrom(scan: TreeScan, toolchain: ToolchainId, manifests: Manifests): readonly Difference[] {
  // What the log does not cover is neither right nor wrong here.
  return compareTree(scan, { toolchain, manifests, umask: undefined }).filter(
    ({ path }) => path === '' || isInModule(path),
  )
}
