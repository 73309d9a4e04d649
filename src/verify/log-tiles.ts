import { GvError } from '../errors.ts'
import { fullTile, isFull, type ProvenHashes, planTiles, proveTiles, type Tile, tileBytes, tilePath } from './tile.ts'
import type { Tree, TreeNode } from './tlog.ts'

/** All that the client of a log needs from outside. Paths are relative, with slashes: `lookup/…`, `tile/8/0/001`. */
export interface LogStorage {
  /** Asks whoever serves the log; undefined when there is no such thing. Believed by nobody. */
  readRemote(path: string): Promise<Buffer | undefined>
  /** What was proven once; believed by nobody either, as disks fail. */
  readCache(path: string): Promise<Buffer | undefined>
  /** Keeps what was proven. That it cannot be kept is no failure. */
  writeCache(path: string, data: Buffer): Promise<void>
  dropCache(path: string): Promise<void>
  /** The newest signed tree head that was accepted; undefined before the first. */
  readHead(): Promise<string | undefined>
  /** Replaces the newest head by a newer one, unless another process has put something else in the place of `previous`: then false. */
  replaceHead(previous: string | undefined, next: string): Promise<boolean>
  /** Keeps what shows that a log misbehaved, and tells where (an absolute path). */
  keepEvidence(text: string): Promise<string>
}

/**
 * The hashes of these nodes of a tree, proven against its head. Tiles come from the cache where they are; if those do not
 * hold, all are fetched anew. Only proven tiles are cached. Throws GvError('verification') when those served do not fit the head.
 */
export async function readTiles(storage: LogStorage, tree: Tree, nodes: readonly TreeNode[]): Promise<ProvenHashes> {
  const plan = planTiles(tree.size, nodes)
  for (const sources of [cacheThenRemote, remoteOnly]) {
    const loaded = await Promise.all(plan.map((tile) => loadTile(storage, tile, sources)))
    const data = new Map(loaded.map(({ tile, bytes }) => [tilePath(tile), bytes]))
    const proven = proveTiles(tree, plan, data)
    const fresh = loaded.filter((tile) => tile.from === readRemoteTile)
    if (proven) {
      await Promise.all(fresh.map(({ tile, bytes }) => storage.writeCache(tilePath(tile), bytes)))
      return proven
    }
    if (fresh.length === loaded.length) break
  }
  throw new GvError('verification', 'the tree of the checksum database does not hold', {
    reason: `the hashes served for its ${tree.size} records do not add up to the signed tree head`,
  })
}

type TileSource = (storage: LogStorage, tile: Tile) => Promise<Buffer | undefined>

const cacheThenRemote: readonly TileSource[] = [readCachedTile, readRemoteTile]
const remoteOnly: readonly TileSource[] = [readRemoteTile]

interface LoadedTile {
  readonly tile: Tile
  readonly bytes: Buffer
  readonly from: TileSource
}

async function loadTile(storage: LogStorage, tile: Tile, sources: readonly TileSource[]): Promise<LoadedTile> {
  for (const from of sources) {
    const bytes = await from(storage, tile)
    if (bytes) return { tile, bytes, from }
  }
  throw new GvError('network', 'the checksum database cannot be read', {
    reason: `whoever serves it has no ${tilePath(tile)}`,
  })
}

async function readCachedTile(storage: LogStorage, tile: Tile): Promise<Buffer | undefined> {
  const exact = beginningOf(await storage.readCache(tilePath(tile)), tile, tile)
  if (exact || isFull(tile)) return exact
  const full = fullTile(tile)
  return beginningOf(await storage.readCache(tilePath(full)), full, tile)
}

/** A server may drop an incomplete tile once the complete one is there, which begins with the same hashes. */
async function readRemoteTile(storage: LogStorage, tile: Tile): Promise<Buffer | undefined> {
  const exact = await storage.readRemote(tilePath(tile))
  if (exact) return checkedLength(exact, tile, tile)
  if (isFull(tile)) return undefined
  const full = fullTile(tile)
  const whole = await storage.readRemote(tilePath(full))
  return whole && checkedLength(whole, full, tile)
}

/** The hashes of `tile` at the beginning of what should be the data of `served`; undefined when that has another length. */
function beginningOf(bytes: Buffer | undefined, served: Tile, tile: Tile): Buffer | undefined {
  return bytes?.length === tileBytes(served) ? bytes.subarray(0, tileBytes(tile)) : undefined
}

function checkedLength(bytes: Buffer, served: Tile, tile: Tile): Buffer {
  const beginning = beginningOf(bytes, served, tile)
  if (beginning) return beginning
  throw new GvError('verification', 'the tree of the checksum database does not hold', {
    reason: `${tilePath(served)} has ${bytes.length} bytes instead of ${tileBytes(served)}`,
  })
}
