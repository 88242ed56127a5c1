import assert from "node:assert/strict";
import { test } from "node:test";
import type { Inclusion } from "../client/types.js";
import { fromHex, type Bytes } from "./bytes.js";
import { auditPath, treeHash } from "./testing.js";
import { rootFrom, rootOf } from "./tree.js";

const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString("hex");

/** Leaves and roots of Certificate Transparency's own tests, the reference implementation of RFC 6962. */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(fromHex);
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
/** Paths of the same tests: leaf, size, path. */
const PATHS: [number, number, string[]][] = [
  [0, 1, []],
  [0, 8, [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]],
  [5, 8, [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]],
  [2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
  [1, 5, [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
  ]],
];

/** Leaves of a draw's kind. */
const leavesOf = (n: number): Bytes[] => Array.from({ length: n }, (_, k) => Uint8Array.of(k, k >> 8, 1));

test("roots are those of the reference implementation", async () => {
  for (const [n, root] of ROOTS.entries()) assert.equal(hex(await rootOf(LEAVES.slice(0, n))), root, `${n} leaves`);
});

test("paths of the reference implementation lead to its roots", async () => {
  for (const [leafIndex, treeSize, path] of PATHS) {
    assert.equal(hex(await rootFrom(LEAVES[leafIndex]!, { leafIndex, treeSize, path })), ROOTS[treeSize], `leaf ${leafIndex} of ${treeSize}`);
  }
});

test("trees of every size up to 40, and larger odd ones, have the RFC's root, and so does the way from every leaf", async () => {
  for (const treeSize of [...Array.from({ length: 40 }, (_, n) => n + 1), 63, 65, 127, 129, 257]) {
    const leaves = leavesOf(treeSize);
    const root = hex(treeHash(leaves));
    assert.equal(hex(await rootOf(leaves)), root, `${treeSize} leaves`);
    for (let leafIndex = 0; leafIndex < treeSize; leafIndex += treeSize > 40 ? 13 : 1) {
      const path = auditPath(leafIndex, leaves).map((hash) => hash.toString("hex"));
      assert.equal(hex(await rootFrom(leaves[leafIndex]!, { leafIndex, treeSize, path })), root, `leaf ${leafIndex} of ${treeSize}`);
    }
  }
});

test("a batch is no border: more leaves than go at once have the RFC's root", async () => {
  const leaves = leavesOf(4_003);
  assert.equal(hex(await rootOf(leaves)), hex(treeHash(leaves)));
});

test("a path of another leaf, place, size or length leads elsewhere, or nowhere", async () => {
  const leaves = leavesOf(11);
  const root = hex(treeHash(leaves));
  const path = auditPath(6, leaves).map((hash) => hash.toString("hex"));
  const right = { leafIndex: 6, treeSize: 11, path };
  assert.equal(hex(await rootFrom(leaves[6]!, right)), root);
  const wrong: [Bytes, Inclusion][] = [
    [leaves[7]!, right],
    [leaves[6]!, { ...right, leafIndex: 5 }],
    [leaves[6]!, { ...right, leafIndex: 11 }],
    [leaves[6]!, { ...right, treeSize: 6 }],
    [leaves[6]!, { ...right, treeSize: 32 }],
    [leaves[6]!, { ...right, path: path.slice(1) }],
    [leaves[6]!, { ...right, path: path.slice(0, -1) }],
    [leaves[6]!, { ...right, path: [...path, path[0]!] }],
    [leaves[6]!, { ...right, path: path.toReversed() }],
    [leaves[6]!, { ...right, path: path.map(() => "not hex") }],
  ];
  for (const [leaf, inclusion] of wrong) assert.notEqual(hex(await rootFrom(leaf, inclusion)), root, JSON.stringify(inclusion));
});
