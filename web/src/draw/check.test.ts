import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrawPage } from "../client/types.js";
import { check, type Evidence } from "./check.js";
import { crowd, drawn, type Drawn } from "./testing.js";

const ALL = ["commitment", "beacon", "inclusion", "entrants", "number"];

const evidenceOf = ({ draw, number, inclusion }: Drawn): Evidence =>
  ({ draw, number, inclusion, priority: "default", subject: "alice" });

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
const withoutBeacon = ALL.filter((what) => what !== "beacon");

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
  assert.deepEqual((await findings({ ...evidenceOf(seven), subject: "mallory" }, seven.page)).slice(2, 4), ["inclusion: wrong", "entrants: wrong"]);
});

test("what cannot be read, or is too much, is not called right", async () => {
  assert.deepEqual(await findings(evidenceOf(seven), null), [...all([], ALL.slice(0, 3)), "number: unread"]);
  const many = { ...seven.draw, entrants: 100_001 };
  assert.deepEqual(await findings({ ...evidenceOf(seven), draw: many }, seven.page), [...all([], ALL.slice(0, 3)), "number: many"]);
});
