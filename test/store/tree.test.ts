import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { compareTree, type Difference, manifestsOf } from '../../src/store/check.ts'
import { heal } from '../../src/store/heal.ts'
import { listInstalled, type Toolchain } from '../../src/store/installed.ts'
import { type Store, storeAt } from '../../src/store/layout.ts'
import { readManifests } from '../../src/store/manifests.ts'
import { ownIdentity } from '../../src/store/process-identity.ts'
import { publish } from '../../src/store/publish.ts'
import { readReceipt } from '../../src/store/receipt.ts'
import { removeToolchain } from '../../src/store/remove.ts'
import { removeTree } from '../../src/store/remove-tree.ts'
import { needsFiles, repairTree } from '../../src/store/repair.ts'
import { scanTree } from '../../src/store/scan.ts'
import { discardStaging } from '../../src/store/staging.ts'
import { prepareStore } from '../../src/store/store-folders.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { archiveOf, makeToolchain, moduleH1 } from '../support/toolchain-factory.ts'
import { host, install, receiptFor, stage } from './installing.ts'
import { temporaryFolder, toolchainId } from './unpacking.ts'

const usual = process.umask()
afterEach(() => {
  process.umask(usual)
})
const never = new AbortController().signal
const id = toolchainId('1.22.5')

/** A store with 1.22.5 in it, and what is done with it. */
class Place {
  readonly store: Store = storeAt(join(temporaryFolder(), 'store'))
  readonly tarball = join(this.store.root, 'cache/archive.tar.gz')
  readonly goroot = join(this.store.versions, 'go1.22.5')
  readonly umask: number

  constructor(umask = 0o022) {
    this.umask = umask
  }

  static async make(umask = 0o022): Promise<Place> {
    const place = new Place(umask)
    process.umask(umask)
    prepareStore(place.store)
    writeFileSync(place.tarball, archiveOf(makeToolchain('1.22.5')))
    await install(place.store, id, place.tarball, umask)
    return place
  }

  path(path: string): string {
    return join(this.goroot, path)
  }

  toolchain(): Toolchain {
    const [toolchain] = listInstalled(this.store, host)
    if (!toolchain) throw new Error('nothing is installed')
    return toolchain
  }

  async differences(): Promise<Difference[]> {
    const toolchain = this.toolchain()
    const receipt = readReceipt(this.store, toolchain)
    if (!receipt) throw new Error('there is no receipt')
    const manifests = readManifests(this.store, toolchain, receipt)
    return compareTree(await scanTree(this.goroot, never), { toolchain, manifests, umask: receipt.umask })
  }

  async repair(): Promise<void> {
    const differences = await this.differences()
    const staged = needsFiles(differences) ? await stage(this.store, id, this.tarball, this.umask) : undefined
    const { store, goroot, umask } = this
    await repairTree({ store, goroot, staged: staged?.staging.goroot, differences, umask, signal: never })
    if (staged) await discardStaging(this.store, staged.staging)
  }
}

/** What can happen to a tree, and what is said of it then. */
const harms: Readonly<Record<string, readonly [harm: (place: Place) => void, said: readonly Partial<Difference>[]]>> = {
  'a flipped byte': [
    (place) => {
      const bytes = readFileSync(place.path('bin/go'))
      bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20)
      writeFileSync(place.path('bin/go'), bytes)
    },
    [{ path: 'bin/go', kind: 'changed' }],
  ],
  'a changed file that the log does not cover': [
    (place) => writeFileSync(place.path('doc/README.md'), 'other'),
    [{ path: 'doc/README.md', kind: 'changed' }],
  ],
  'a lost file': [(place) => unlinkSync(place.path('VERSION')), [{ path: 'VERSION', kind: 'missing' }]],
  'a lost go.mod': [(place) => unlinkSync(place.path('src/go.mod')), [{ path: 'src/go.mod', kind: 'missing' }]],
  'a lost folder': [
    (place) => rmSync(place.path('test'), { recursive: true }),
    [
      { path: 'test/fixedbugs/go.mod', kind: 'missing' },
      { path: 'test/helloworld.go', kind: 'missing' },
    ],
  ],
  'a new file': [
    (place) => {
      mkdirSync(place.path('src/evil/deep'), { recursive: true })
      writeFileSync(place.path('src/evil/deep/x.go'), 'package evil')
    },
    [{ path: 'src/evil/deep/x.go', kind: 'added' }],
  ],
  'a file whose name is no UTF-8': [
    (place) => writeFileSync(Buffer.from(`${place.goroot}/\xff`, 'latin1'), ''),
    [{ kind: 'added', detail: 'a file with a name that is not UTF-8' }],
  ],
  'a new link': [
    (place) => symlinkSync('/etc/passwd', place.path('lib/passwd')),
    [{ path: 'lib/passwd', kind: 'added', detail: 'a symbolic link' }],
  ],
  'a link for a file': [
    (place) => {
      unlinkSync(place.path('LICENSE'))
      symlinkSync('/etc/passwd', place.path('LICENSE'))
    },
    [{ path: 'LICENSE', kind: 'type', detail: 'a symbolic link' }],
  ],
  'a folder for a file': [
    (place) => {
      unlinkSync(place.path('LICENSE'))
      mkdirSync(place.path('LICENSE'))
      writeFileSync(place.path('LICENSE/x'), '')
    },
    [
      { path: 'LICENSE', kind: 'type', detail: 'a folder' },
      { path: 'LICENSE/x', kind: 'added' },
    ],
  ],
  'a link for a folder': [
    (place) => {
      renameSync(place.path('src/fmt'), join(place.store.root, 'elsewhere'))
      symlinkSync(join(place.store.root, 'elsewhere'), place.path('src/fmt'))
    },
    [
      { path: 'src/fmt', kind: 'added', detail: 'a symbolic link' },
      { path: 'src/fmt/empty.go', kind: 'missing' },
      { path: 'src/fmt/print.go', kind: 'missing' },
    ],
  ],
  'a FIFO for a file': [
    (place) => {
      unlinkSync(place.path('LICENSE'))
      execFileSync('mkfifo', [place.path('LICENSE')])
    },
    [{ path: 'LICENSE', kind: 'type', detail: 'a FIFO' }],
  ],
  'an execute bit less': [(place) => chmodSync(place.path('bin/gofmt'), 0o644), [{ path: 'bin/gofmt', kind: 'mode' }]],
  'an execute bit more': [(place) => chmodSync(place.path('VERSION'), 0o755), [{ path: 'VERSION', kind: 'mode' }]],
  'a set-id bit': [
    (place) => chmodSync(place.path('bin/go'), 0o4755),
    [{ path: 'bin/go', kind: 'mode', detail: '4755, not 0755' }],
  ],
  'a file that everyone may write': [
    (place) => chmodSync(place.path('go.env'), 0o666),
    [{ path: 'go.env', kind: 'mode' }],
  ],
  'a folder that everyone may write': [(place) => chmodSync(place.path('src'), 0o777), [{ path: 'src', kind: 'mode' }]],
  'a GOROOT that nobody may write': [(place) => chmodSync(place.goroot, 0o555), [{ path: '', kind: 'mode' }]],
}

describe('a tree', () => {
  test('that was just installed is as it was published', async () => {
    const place = await Place.make()
    expect(await place.differences()).toEqual([])
    const { h1, manifest } = manifestsOf(await scanTree(place.goroot, never), id)
    expect(h1).toBe(moduleH1(makeToolchain('1.22.5')))
    expect(h1).toBe(readReceipt(place.store, place.toolchain())?.tree.h1)
    expect(manifest.split('\n')).not.toContain(expect.stringContaining('doc/README.md'))
  })

  test('keeps to the umask of its installation', async () => {
    const place = await Place.make(0o077)
    expect(statSync(place.path('bin/go')).mode & 0o777).toBe(0o700)
    expect(await place.differences()).toEqual([])
    chmodSync(place.path('bin/go'), 0o755)
    expect(await place.differences()).toMatchObject([{ path: 'bin/go', kind: 'mode', detail: '0755, not 0700' }])
  })

  test.each(Object.keys(harms))('with %s: it is named, and repaired', async (harm) => {
    const place = await Place.make()
    const [doHarm, said] = harms[harm] ?? [() => {}, []]
    const untouched = statSync(place.path('src/make.bash')).ino
    doHarm(place)
    const differences = await place.differences()
    expect(differences).toMatchObject(said)
    expect(differences).toHaveLength(said.length)
    if (harm.includes('UTF-8')) return
    await place.repair()
    expect(await place.differences()).toEqual([])
    expect(statSync(place.path('src/make.bash')).ino).toBe(untouched)
    expect(existsSync(place.path('src/evil'))).toBe(false)
    expect(readdirSync(place.store.tmp)).toEqual([])
  })

  test('with several of them at once is repaired, and nothing outside of it is touched', async () => {
    const place = await Place.make()
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...repairable()), { minLength: 2, maxLength: 5 }),
        async (names) => {
          for (const name of names) attempt(() => harms[name]?.[0](place))
          expect((await place.differences()).length).toBeGreaterThan(0)
          await place.repair()
          expect(await place.differences()).toEqual([])
          rmSync(join(place.store.root, 'elsewhere'), { recursive: true, force: true })
        },
      ),
      { numRuns: 25 },
    )
    expect(readFileSync('/etc/passwd', 'utf8')).toMatch(/^root:/)
  })

  test('that gv did not install is measured by what matters, whatever its umask was', async () => {
    const place = await Place.make(0o027)
    const toolchain = place.toolchain()
    const scan = await scanTree(place.goroot, never)
    const manifests = manifestsOf(scan, id)
    expect(
      compareTree(scan, { toolchain, manifests, umask: undefined }).filter(({ path }) => path === 'VERSION'),
    ).toEqual([])
    chmodSync(place.path('VERSION'), 0o666)
    const differences = compareTree(await scanTree(place.goroot, never), { toolchain, manifests, umask: undefined })
    expect(differences).toContainEqual(expect.objectContaining({ path: 'VERSION', kind: 'mode' }))
  })

  test('is not read through a link, nor after an abort', async () => {
    const place = await Place.make()
    symlinkSync('/', place.path('root'))
    const scan = await scanTree(place.goroot, never)
    expect(scan.others.get('root')).toBe('a symbolic link')
    expect([...scan.files.keys()].some((path) => path.startsWith('root/'))).toBe(false)
    await gvErrorOf('storage', () => scanTree(join(place.goroot, 'none'), never))
    await gvErrorOf('storage', () => scanTree(place.path('VERSION'), never))
  })
})

function repairable(): string[] {
  return Object.keys(harms).filter((name) => !name.includes('UTF-8'))
}

/** Harms that get in each other's way: the second has nothing to do. */
function attempt(harm: () => void): void {
  try {
    harm()
  } catch {}
}

describe('uninstalling', () => {
  test('removes tree and receipt, also of a tree that is read-only, and leaves the rest', async () => {
    const place = await Place.make()
    symlinkSync('/etc/passwd', place.path('link'))
    for (const path of ['src', 'bin', '']) chmodSync(place.path(path), 0o500)
    await removeToolchain(place.store, place.toolchain())
    expect(readdirSync(place.store.versions)).toEqual([])
    expect(readdirSync(place.store.receipts)).toEqual([])
    expect(readdirSync(place.store.tmp)).toEqual([])
    expect(existsSync('/etc/passwd')).toBe(true)
  })

  test('removes a tree that is read-only for its owner, too', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'tree/a/b'), { recursive: true })
    writeFileSync(join(folder, 'tree/a/b/file'), '')
    for (const path of ['tree/a/b', 'tree/a', 'tree']) chmodSync(join(folder, path), 0o500)
    await asNobody(folder, () => removeTree(join(folder, 'tree')))
    expect(readdirSync(folder)).toEqual([])
  })

  test('does not touch what a link points to', async () => {
    const place = await Place.make()
    const toolchain = place.toolchain()
    const elsewhere = join(place.store.root, 'elsewhere')
    renameSync(place.goroot, elsewhere)
    symlinkSync(elsewhere, place.goroot)
    await gvErrorOf('storage', () => removeToolchain(place.store, toolchain))
    expect(lstatSync(place.goroot).isSymbolicLink()).toBe(true)
    expect(existsSync(join(elsewhere, 'VERSION'))).toBe(true)
  })
})

describe('publishing', () => {
  test('the second of two that were as fast is content with the first', async () => {
    const place = await Place.make()
    const before = statSync(place.goroot).ino
    expect(await install(place.store, id, place.tarball)).toBe('already there')
    expect(statSync(place.goroot).ino).toBe(before)
    expect(readdirSync(place.store.tmp)).toEqual([])
    expect(await place.differences()).toEqual([])
  })

  test('a receipt that cannot be delivered is kept for the next install', async () => {
    const place = await Place.make()
    await removeToolchain(place.store, place.toolchain())
    const { staging, tree } = await stage(place.store, id, place.tarball, 0o022)
    rmSync(place.store.receipts, { recursive: true })
    writeFileSync(place.store.receipts, 'in the way')
    const publishing = publish({
      store: place.store,
      name: 'go1.22.5',
      staging,
      receipt: receiptFor(id, place.tarball, tree, 0o022),
      manifests: tree,
      signal: never,
    })
    await gvErrorOf('storage', () => publishing)
    // What `gv install` does when publishing fails.
    await discardStaging(place.store, staging)
    rmSync(place.store.receipts)
    mkdirSync(place.store.receipts)
    const owner = { ...ownIdentity(), pid: 2 ** 30 }
    writeFileSync(join(staging.folder, 'owner.json'), JSON.stringify(owner))
    await heal({ store: place.store, host, command: 'test' })
    expect(await place.differences()).toEqual([])
    expect(readdirSync(place.store.tmp)).toEqual([])
  })

  test('does not overwrite what is no toolchain', async () => {
    const place = await Place.make()
    for (const make of [() => writeFileSync(place.goroot, ''), () => symlinkSync('/tmp', place.goroot)]) {
      rmSync(place.goroot, { recursive: true })
      make()
      const error = await gvErrorOf('storage', () => install(place.store, id, place.tarball))
      expect(error.reason).toMatch(/is there and is not a folder/)
    }
  })
})

/** Does some work on a folder as a user whom permissions mean something to. */
async function asNobody(folder: string, work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work()
  execFileSync('chown', ['-R', '65534', folder])
  process.seteuid?.(65534)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
