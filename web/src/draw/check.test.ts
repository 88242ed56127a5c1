import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrawPage } from "../client/types.js";
import { check, type Evidence } from "./check.js";
import { roundOf } from "./promise.js";
import { crowd, drawn, treeHash, type Drawn } from "./testing.js";

const ALL = ["commitment", "round", "beacon", "inclusion", "entrants", "number"];

const evidenceOf = ({ draw, number, inclusion }: Drawn): Evidence =>
  ({ draw, number, inclusion, priority: "default", subject: "alice", promised: { commitment: draw.commitment, round: roundOf(draw) } });

/** What a check finds, such as `number: right`. */
async function findings(evidence: Evidence, page: DrawPage | null): Promise<string[]> {
  const found: string[] = [];
  const read = async (n: number) => {
    assert.equal(n, 0);
    if (!page) throw new Error("offline");
    return page;
  };
  for await (const { what, outcome } of check(evidence, read)) found.push(`${what}: ${outcome}`);
  return found;
}

const all = (wrong: readonly string[] = [], whats: readonly string[] = ALL) =>
  whats.map((what) => `${what}: ${wrong.includes(what) ? "wrong" : "right"}`);
const withoutBeacon = ALL.filter((what) => what !== "beacon" && what !== "round");

const seven = drawn(crowd(7), { isBeacon: true });

test("a draw as promised is right in every part, among however many", async () => {
  for (const n of [1, 2, 3, 7, 64, 1_001]) {
    const plain = drawn(crowd(n));
    assert.deepEqual(await findings(evidenceOf(plain), plain.page), all([], withoutBeacon), `${n} entrants`);
    const beaconed = drawn(crowd(n), { isBeacon: true });
    assert.deepEqual(await findings(evidenceOf(beaconed), beaconed.page), all(), `${n} entrants, with a beacon`);
  }
});

test("a buyer whose name is written in other letters has the leaf of its UTF-8", async () => {
  const made = drawn(crowd(5, "ünïcödé-مشتر-🎟"));
  assert.deepEqual(await findings({ ...evidenceOf(made), subject: "ünïcödé-مشتر-🎟" }, made.page), all([], withoutBeacon));
});

test("another seed than the promised one is found, and puts the number elsewhere", async () => {
  const found = await findings({ ...evidenceOf(seven), draw: { ...seven.draw, commitment: "00".repeat(32) } }, seven.page);
  assert.deepEqual(found, all(["commitment"]));
  const exchanged = drawn(crowd(500));
  const other = await findings({ ...evidenceOf(exchanged), draw: { ...exchanged.draw, seed: "ab".repeat(32) } }, exchanged.page);
  assert.deepEqual(other, all(["commitment", "number"], withoutBeacon));
});

test("randomness that is not the signature's is found", async () => {
  const beacon = { ...seven.draw.beacon!, signature: "00".repeat(48) };
  assert.deepEqual(await findings({ ...evidenceOf(seven), draw: { ...seven.draw, beacon } }, seven.page), all(["beacon"]));
});

test("a beacon whose randomness was left out of the lot is found", async () => {
  const [ignored, named] = [drawn(crowd(500)), drawn(crowd(500), { isBeacon: true })];
  assert.notEqual(ignored.number, named.number);
  assert.deepEqual(await findings({ ...evidenceOf(named), number: ignored.number }, named.page), all(["number"]));
});

test("a path that does not lead to the root is found", async () => {
  const inclusion = { ...seven.inclusion, path: seven.inclusion.path.toReversed() };
  assert.deepEqual(await findings({ ...evidenceOf(seven), inclusion }, seven.page), all(["inclusion"]));
  const elsewhere = { ...seven.draw, entrantsRoot: { fans: seven.draw.entrantsRoot!["default"]! } };
  assert.deepEqual(await findings({ ...evidenceOf(seven), draw: elsewhere }, seven.page), all(["inclusion", "entrants"]));
});

test("a number that the lot does not give is found", async () => {
  assert.deepEqual(await findings({ ...evidenceOf(seven), number: seven.number + 1 }, seven.page), all(["number"]));
});

test("a list that leaves somebody out, names somebody twice, or is not this buyer's is found", async () => {
  const made = drawn(crowd(64));
  const leaves = made.page.byPriority["default"]!;
  const lists = [leaves.slice(1), leaves.slice(0, -1), [...leaves.slice(0, -1), leaves[62]!], [leaves[1]!, leaves[0]!, ...leaves.slice(2)], []];
  for (const list of lists) {
    const found = await findings(evidenceOf(made), { ...made.page, byPriority: { default: list } });
    assert.ok(found.includes("entrants: wrong"), `${list.length} leaves: ${found.join(", ")}`);
  }
  assert.ok((await findings(evidenceOf(made), { ...made.page, byPriority: {} })).includes("entrants: wrong"));
});

test("somebody who was drawn twice is found, whatever the root says", async () => {
  const made = drawn([...crowd(20), "house", "house"]);
  assert.deepEqual(await findings(evidenceOf(made), made.page), all(["entrants"], withoutBeacon));
});

test("a place outside of the list is found, and ends no check", async () => {
  const inclusion = { ...seven.inclusion, leafIndex: 70 };
  assert.deepEqual(await findings({ ...evidenceOf(seven), inclusion }, seven.page), all(["inclusion", "entrants"]));
});

test("a place that another's leaf has is found", async () => {
  assert.deepEqual((await findings({ ...evidenceOf(seven), subject: "mallory" }, seven.page)).slice(3, 5), ["inclusion: wrong", "entrants: wrong"]);
});

test("what cannot be read, or is too much, is not called right", async () => {
  assert.deepEqual(await findings(evidenceOf(seven), null), [...all([], ALL.slice(0, 4)), "number: unread"]);
  const many = { ...seven.draw, entrants: 100_001 };
  assert.deepEqual(await findings({ ...evidenceOf(seven), draw: many }, seven.page), [...all([], ALL.slice(0, 4)), "number: many"]);
});

test("a commitment that was exchanged is found, though the seed fits the one that is shown", async () => {
  const promised = { commitment: "00".repeat(32), round: roundOf(seven.draw) };
  assert.deepEqual(await findings({ ...evidenceOf(seven), promised }, seven.page), all(["commitment"]));
});

test("a round or chain that was exchanged, and a beacon that was dropped or comes late, are found", async () => {
  const { commitment, beacon } = seven.draw;
  for (const round of ["", `${beacon!.chain} ${beacon!.round - 1}`, `${"00".repeat(32)} ${beacon!.round}`]) {
    assert.deepEqual(await findings({ ...evidenceOf(seven), promised: { commitment, round } }, seven.page), all(["round"]), round);
  }
  const plain = drawn(crowd(7));
  const dropped = await findings({ ...evidenceOf(plain), promised: { commitment, round: roundOf(seven.draw) } }, plain.page);
  assert.deepEqual(dropped, all(["round"], ALL.filter((what) => what !== "beacon")));
});

test("where nothing was seen before, the seed is held against what is shown now, and that is said", async () => {
  const whats = ["shown", ...ALL.slice(2)];
  assert.deepEqual(await findings({ ...evidenceOf(seven), promised: null }, seven.page), all([], whats));
  const draw = { ...seven.draw, commitment: "00".repeat(32) };
  assert.deepEqual(await findings({ ...evidenceOf(seven), draw, promised: null }, seven.page), all(["shown"], whats));
});

/** The same draw with another priority beside it, of these leaves, and with the number of entrants that is told. */
function beside(of: Drawn, leaves: readonly string[], { entrants = of.draw.entrants + leaves.length, root = true } = {}) {
  const rootOfIt = treeHash(leaves.map((leaf) => Buffer.from(leaf, "hex"))).toString("hex");
  const draw = { ...of.draw, entrants, entrantsRoot: { ...of.draw.entrantsRoot, ...(root && { fans: rootOfIt }) } };
  return findings({ ...evidenceOf({ ...of, draw }) }, { ...of.page, entrants, byPriority: { ...of.page.byPriority, fans: [...leaves] } });
}

test("the lists of all priorities are counted, and whoever stands in two of them, or in one without a root, is found", async () => {
  const [own, wrong] = [seven.page.byPriority["default"]!, all(["entrants"])];
  const [a, b] = ["aa".repeat(32), "bb".repeat(32)];
  assert.deepEqual(await beside(seven, [a, b]), all());
  assert.deepEqual(await beside(seven, [a, own[3]!].sort()), wrong, "in two");
  assert.deepEqual(await beside(seven, [a, b], { entrants: 8 }), wrong, "more than are told");
  assert.deepEqual(await beside(seven, [a, b], { entrants: 10 }), wrong, "fewer than are told");
  assert.deepEqual(await beside(seven, [b, a]), wrong, "out of order");
  assert.deepEqual(await beside(seven, [a, b], { root: false }), wrong, "without a root");
});

test("a priority whose list is left out of the page is found by its root", async () => {
  const draw = { ...seven.draw, entrantsRoot: { ...seven.draw.entrantsRoot, fans: treeHash([Buffer.alloc(32)]).toString("hex") } };
  assert.deepEqual(await findings({ ...evidenceOf(seven), draw }, seven.page), all(["entrants"]));
  const empty = { ...seven.draw, entrantsRoot: { ...seven.draw.entrantsRoot, fans: treeHash([]).toString("hex") } };
  assert.deepEqual(await findings({ ...evidenceOf(seven), draw: empty }, seven.page), all());
});
