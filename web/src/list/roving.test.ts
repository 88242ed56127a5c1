/** Where each key leads to from a seat, and from a heading. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { divide } from "./divide.js";
import { type KeyPress, type Move, moved, moveOf, stepped } from "./roving.js";
import { area, planOf, row, seat } from "./samples.js";

/** Section 1: A1 A2 A3 / B1 B2 B3, row B one seat further right; an area; section 2: C1 C2. */
const PLAN = planOf(
  [
    ...row("A", 3, { section: "1" }),
    ...row("B", 3, { section: "1", y: 30 }).map((each) => ({ ...each, position: { x: each.position.x + 30, y: 30 } })),
    ...row("C", 2, { section: "2", y: 60 }),
  ].map((each) => ({ ...each, id: each.id.slice(2).replace("-", "") })),
  { areas: [area("field", "Field", 10)] },
);
const [ONE, TWO, FIELD] = divide(PLAN);
const GROUPS = [ONE!, FIELD!, TWO!];

function from(id: string, move: Move): string {
  const start = PLAN.indexOf(id)!;
  const at = GROUPS.findIndex(({ seats }) => seats.includes(start));
  return PLAN.ids[moved(GROUPS, at, start, move, PLAN)]!;
}

const CASES: [string, Move, string, string][] = [
  ["A1", "right", "A2", "right goes along the row"],
  ["A2", "left", "A1", "left goes back along it"],
  ["A3", "right", "B1", "right of a row's last seat is the next row's first"],
  ["B1", "left", "A3", "left of a row's first seat is the last of the row before"],
  ["B3", "right", "C1", "right of a group's last seat is the next group's first, past what has no seats"],
  ["C1", "left", "B3", "left of a group's first seat is the last of the group before"],
  ["C2", "right", "A1", "the very last seat is followed by the first"],
  ["A1", "left", "C2", "the first seat comes after the very last"],
  ["A2", "down", "B1", "down keeps the place on the plan, not the number"],
  ["B1", "up", "A2", "up does as well"],
  ["A1", "down", "B1", "down from beside a shorter row goes to its nearest seat"],
  ["B3", "down", "C2", "down from the last row goes into the next group"],
  ["C1", "up", "B1", "up from the first row goes into the last row of the group before"],
  ["A3", "up", "C2", "up from the very first row comes to the very last"],
  ["C2", "down", "A2", "down from the very last row comes to the very first"],
  ["B2", "rowStart", "B1", "Home goes to the row's first seat"],
  ["B2", "rowEnd", "B3", "End goes to its last"],
  ["B2", "groupStart", "A1", "with Ctrl, Home goes to the group's first"],
  ["A2", "groupEnd", "B3", "with Ctrl, End goes to its last"],
  ["A2", "nextGroup", "C1", "PageDown goes to the next group"],
  ["B2", "previousGroup", "C1", "PageUp to the one before, round and round"],
];

for (const [start, move, end, claim] of CASES) {
  test(`${claim}: ${start} ${move}`, () => assert.equal(from(start, move), end));
}

test("no seat is a dead end, and right alone comes by them all", () => {
  const seen = new Set<string>();
  let at = "A1";
  for (let n = 0; n < PLAN.count; n += 1) {
    seen.add(at);
    at = from(at, "right");
  }
  assert.equal(seen.size, PLAN.count);
  assert.equal(at, "A1");
});

test("the only seat there is keeps the focus", () => {
  const plan = planOf([seat("lone", 0, 0)]);
  const around: Move[] = ["left", "right", "up", "down", "previousGroup", "nextGroup"];
  const moves: Move[] = [...around, "rowStart", "rowEnd", "groupStart", "groupEnd"];
  for (const move of moves) assert.equal(moved(divide(plan), 0, 0, move, plan), 0);
});

test("keys that belong to browser and screen reader are left to them", () => {
  const press = (key: string, held: Partial<KeyPress> = {}) =>
    moveOf({ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...held });
  assert.equal(press("ArrowLeft"), "left");
  assert.equal(press("Home", { ctrlKey: true }), "groupStart");
  for (const held of [{ altKey: true }, { metaKey: true }, { shiftKey: true }, { ctrlKey: true }]) {
    assert.equal(press("ArrowLeft", held), null);
  }
  for (const key of ["Tab", "Enter", " ", "a", "toString"]) assert.equal(press(key), null);
});

test("between headings up and down go round and round, Home and End to the ends", () => {
  const table: [number, Move, number | null][] = [
    [0, "down", 1], [2, "down", 0], [0, "up", 2],
    [1, "rowStart", 0], [1, "rowEnd", 2],
    [1, "left", null], [1, "nextGroup", null],
  ];
  for (const [at, move, next] of table) assert.equal(stepped(at, 3, move), next, `${at} ${move}`);
});
