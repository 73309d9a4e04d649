/**
 * Tiles: how a log serves the hashes of its tree. A tile of level L holds up to 256 neighbouring hashes of tree level 8·L.
 * Source: golang.org/x/mod/sumdb/tlog (tile.go), research.swtch.com/tlog. Pure.
 *
 * Tiles come from anyone; a hash is taken out of one only when the tile was followed, hash for hash, up to the signed tree head.
 * (cmd/go left up to two tiles of a tree unchecked: CVE-2026-56865.)
 */
import { completeSubtrees, type Hash, hashBytes, joinSubtrees, nodeHash, type Tree, type TreeNode } from './tlog.ts'

/** The height of sum.golang.org's tiles, which is the only one in use. */
const tileHeight = 8
const fullWidth = 256

export interface Tile {
  /** Level among the tiles, 0 ≤ level ≤ 6. */
  readonly level: number
  /** Place within the level, 0 ≤ index. */
  readonly index: number
  /** Number of hashes, 1 ≤ width ≤ 256; fewer than 256 only at the right edge of the tree. */
  readonly width: number
}

/** The path of a tile below the log's URL: `tile/8/0/x123/067`, with `.p/13` behind it when only 13 hashes are there. */
export function tilePath(tile: Tile): string {
  let rest = tile.index
  let path = threeDigits(rest)
  while (rest >= 1000) {
    rest = Math.floor(rest / 1000)
    path = `x${threeDigits(rest)}/${path}`
  }
  return `tile/${tileHeight}/${tile.level}/${path}${isFull(tile) ? '' : `.p/${tile.width}`}`
}

function threeDigits(n: number): string {
  return String(n % 1000).padStart(3, '0')
}

/** The size of a tile's data, in bytes. */
export function tileBytes(tile: Tile): number {
  return tile.width * hashBytes
}

export function isFull(tile: Tile): boolean {
  return tile.width === fullWidth
}

/** The tile as it will be once the log has grown past it; servers may then drop the narrower ones. */
export function fullTile(tile: Tile): Tile {
  return { ...tile, width: fullWidth }
}

/**
 * The tiles from which the hashes of these nodes can be read and proven: first those of the tree's right edge, which together make up
 * its root, then those in between, each after the one above it. All nodes have to be in the tree.
 */
export function planTiles(size: number, nodes: readonly TreeNode[]): Tile[] {
  const plan = new Map<string, Tile>()
  for (const tile of edgeTiles(size)) plan.set(tilePath(tile), tile)
  for (const node of nodes) {
    if ((node.index + 1) * 2 ** node.level > size) throw new RangeError('a node was asked for that is not in the tree')
    const climb: Tile[] = []
    let tile = tileHolding(size, node)
    while (!plan.has(tilePath(tile))) {
      climb.push(tile)
      tile = parentTile(size, tile)
    }
    for (const step of climb.reverse()) plan.set(tilePath(step), step)
  }
  return [...plan.values()]
}

/** Proven hashes of a tree. */
export interface ProvenHashes {
  /** The hash of a node; only of those that the tiles were planned for. */
  hashOf(node: TreeNode): Hash
}

/**
 * Follows the planned tiles up to the root of the tree. Undefined when they do not fit: at least one is wrong.
 * @param data the tiles' data by their paths
 */
export function proveTiles(
  tree: Tree,
  plan: readonly Tile[],
  data: ReadonlyMap<string, Buffer>,
): ProvenHashes | undefined {
  const proven = new Map<string, Buffer>()
  const hashOf = (node: TreeNode) => hashIn(proven, tree.size, node)
  const edge = edgeTiles(tree.size)
  for (const tile of edge) {
    const bytes = data.get(tilePath(tile))
    if (bytes?.length !== tileBytes(tile)) return undefined
    proven.set(tilePath(tile), bytes)
  }
  // The subtrees that make up the tree are exactly the hashes of the edge's tiles, so that no part of those stays unproven.
  const root = joinSubtrees(completeSubtrees({ from: 0, to: tree.size }).map(hashOf))
  if (!root.equals(tree.hash)) return undefined
  for (const tile of plan.slice(edge.length)) {
    const bytes = data.get(tilePath(tile))
    if (!isFull(tile) || bytes?.length !== tileBytes(tile)) return undefined
    const entryAbove = { level: (tile.level + 1) * tileHeight, index: tile.index }
    if (!subtreeHash(bytes).equals(hashOf(entryAbove))) return undefined
    proven.set(tilePath(tile), bytes)
  }
  return { hashOf }
}

/** The hash of a node out of the tile that holds it, which has to be there. */
function hashIn(tiles: ReadonlyMap<string, Buffer>, size: number, node: TreeNode): Hash {
  const bytes = tiles.get(tilePath(tileHolding(size, node)))
  if (!bytes) throw new Error('a hash was asked for that no tile was planned for')
  const entries = 2 ** (node.level % tileHeight)
  const start = ((node.index * entries) % fullWidth) * hashBytes
  return subtreeHash(bytes.subarray(start, start + entries * hashBytes))
}

/** The incomplete tiles at the right edge of a tree, one a level at most. */
function edgeTiles(size: number): Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; entriesOf(size, level) > 0; level++) {
    const entries = entriesOf(size, level)
    if (entries % fullWidth > 0) {
      tiles.push({ level, index: Math.floor(entries / fullWidth), width: entries % fullWidth })
    }
  }
  return tiles
}

/** How many hashes the tiles of one level have together. */
function entriesOf(size: number, level: number): number {
  return Math.floor(size / fullWidth ** level)
}

/** The tile that a node's hash can be read from or, where the node lies within a tile, computed from. */
function tileHolding(size: number, node: TreeNode): Tile {
  const level = Math.floor(node.level / tileHeight)
  const firstEntry = node.index * 2 ** (node.level % tileHeight)
  return tileAt(size, level, Math.floor(firstEntry / fullWidth))
}

/** The tile that holds the hash over a complete tile. */
function parentTile(size: number, tile: Tile): Tile {
  return tileAt(size, tile.level + 1, Math.floor(tile.index / fullWidth))
}

function tileAt(size: number, level: number, index: number): Tile {
  return { level, index, width: Math.min(fullWidth, entriesOf(size, level) - index * fullWidth) }
}

/** The root over 2^k hashes, 0 ≤ k ≤ 8. */
function subtreeHash(hashes: Buffer): Hash {
  if (hashes.length === hashBytes) return hashes
  const middle = hashes.length / 2
  return nodeHash(subtreeHash(hashes.subarray(0, middle)), subtreeHash(hashes.subarray(middle)))
}
