/** The Merkle tree of RFC 6962 over the entrants' leaves: its root, and whether a leaf is in it. */
import type { Inclusion } from "../client/types.js";
import { each, fromHex, sha256, type Bytes } from "./bytes.js";

/** What hashes of leaves and of nodes begin with, so that neither can stand for the other (RFC 6962, section 2.1). */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

const leafHash = (leaf: Bytes) => sha256(LEAF, leaf);
const nodeHash = (left: Bytes, right: Bytes) => sha256(NODE, left, right);

/** Level by level: an odd one out goes up as it is, which makes the RFC's tree, whose left side is always a full one. */
export async function rootOf(leaves: readonly Bytes[]): Promise<Bytes> {
  let level = await each(leaves, leafHash);
  while (level.length > 1) level = await each(pairs(level), async ([left, right]) => (right ? nodeHash(left!, right) : left!));
  return level[0] ?? sha256();
}

function pairs(level: readonly Bytes[]): Bytes[][] {
  return Array.from({ length: Math.ceil(level.length / 2) }, (_, n) => level.slice(2 * n, 2 * n + 2));
}

/** The root to which a path leads from a leaf (RFC 9162, section 2.1.3.2); null for a path that no tree of that size has. */
export async function rootFrom(leaf: Bytes, { leafIndex, treeSize, path }: Inclusion): Promise<Bytes | null> {
  let [own, last, hash] = [leafIndex, treeSize - 1, await leafHash(leaf)];
  if (own > last) return null;
  for (const sibling of path.map(fromHex)) {
    if (last === 0) return null;
    if (own % 2 === 1 || own === last) {
      hash = await nodeHash(sibling, hash);
      // Where it has no neighbour on the right, a node goes up as it is.
      while (own % 2 === 0 && own > 0) [own, last] = [own / 2, Math.floor(last / 2)];
    } else hash = await nodeHash(hash, sibling);
    [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}
