import { closeSync, openSync, statSync } from 'node:fs'
import { checkpoint } from '../../src/checkpoint.ts'
import { unpackArchive } from '../../src/store/archive/unpack-core.ts'
import type { Store, ToolchainId } from '../../src/store/layout.ts'
import { toolchainName } from '../../src/store/layout.ts'
import { summaryOf } from '../../src/store/manifests.ts'
import { publish } from '../../src/store/publish.ts'
import type { Receipt } from '../../src/store/receipt-format.ts'
import { makeStaging, type Staging } from '../../src/store/staging.ts'
import type { UnpackedTree } from '../../src/store/unpacked-tree.ts'

export const host = { os: 'linux', arch: 'amd64' }

/** Stages, unpacks in this thread, and publishes without a proof, for tests of the store. */
export async function install(store: Store, id: ToolchainId, tarball: string, umask = 0o022): Promise<string> {
  const name = toolchainName(id.version, id.platform, host)
  const { staging, tree } = await stage(store, id, tarball, umask)
  checkpoint('unpacked')
  const receipt = receiptFor(id, tarball, tree, umask)
  return publish({ store, name, staging, receipt, manifests: tree, signal: new AbortController().signal })
}

/** A receipt without a proof. */
export function receiptFor(id: ToolchainId, tarball: string, tree: UnpackedTree, umask: number): Receipt {
  return {
    ...id,
    source: 'https://go.dev.example/dl',
    archive: { sha256: '0'.repeat(64), sizeBytes: statSync(tarball).size },
    tree: summaryOf(tree),
    proof: null,
    insecure: true,
    installedAt: new Date(0).toISOString(),
    gvVersion: '0.1.0',
    umask,
  }
}

/** Unpacks into a staging folder. */
export async function stage(
  store: Store,
  id: ToolchainId,
  tarball: string,
  umask: number,
): Promise<{ staging: Staging; tree: UnpackedTree }> {
  const staging = makeStaging(store, toolchainName(id.version, id.platform, host))
  const fd = openSync(tarball, 'r')
  try {
    const job = { ...id, fd, sizeBytes: statSync(tarball).size, format: 'tar.gz' as const, into: staging.goroot, umask }
    return { staging, tree: await unpackArchive(job, () => {}) }
  } finally {
    closeSync(fd)
  }
}
