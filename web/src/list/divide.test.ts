/** How plans of all kinds are divided into groups. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "../venue/plan.js";
import { en } from "../words/en.js";
import { divide, GROUP_MAX } from "./divide.js";
import { area, planOf, row, seat, table } from "./samples.js";
import { groupTitle } from "./tally.js";

const titles = (plan: Plan) => divide(plan).map((group) => groupTitle(plan, group, en, "en"));
const rows = (count: number, seats: number, section = "") =>
  Array.from({ length: count }, (_, n) => row(String.fromCharCode(65 + n), seats, { section, y: 30 * n })).flat();

const CASES: { claim: string; plan: Plan; groups: string[] }[] = [
  {
    claim: "a section is one group, with its rows",
    plan: planOf([...rows(2, 3, "101"), ...rows(2, 3, "Balcony")]),
    groups: ["Section 101", "Balcony"],
  },
  {
    claim: "a section of as many seats as fit is not divided, and one with more is, by row",
    plan: planOf([...rows(10, GROUP_MAX / 10, "1"), ...rows(3, 167, "2")]),
    groups: ["Section 1", "Section 2, row A", "Section 2, row B", "Section 2, row C"],
  },
  {
    claim: "a plan without sections is divided by row, however small",
    plan: planOf(rows(2, 2)),
    groups: ["Row A", "Row B"],
  },
  {
    claim: "seats without section and row come by the hundred",
    plan: planOf(row(null, 250)),
    groups: ["Seats 1 to 100", "Seats 101 to 200", "Seats 201 to 250"],
  },
  {
    claim: "a row that is too long comes by the hundred",
    plan: planOf([...row("A", GROUP_MAX + 1, { section: "1" }), ...row("B", 4, { section: "1" })]),
    groups: ["s 1 to 100", "s 101 to 200", "s 201 to 300", "s 301 to 400", "s 401 to 500", " 501"]
      .map((part) => `Section 1, row A, seat${part}`).concat("Section 1, row B"),
  },
  {
    claim: "seats that have no numbers are counted",
    plan: planOf(Array.from({ length: 101 }, (_, n) => seat(`chair-${n}`, 0, n))),
    groups: ["Seats 1 to 100", "Seat 101"],
  },
  {
    claim: "tables are groups of their own, in the plan's order, and areas come last",
    plan: planOf([seat("seat_t4_0", 0, 0), ...row("A", 2), seat("seat_t4_1", 9, 9), seat("seat_vip table_0", 0, 0)], {
      items: [table("t4", "4", 2), table("vip table", null, 1)],
      areas: [area("north", "Standing North", 100)],
    }),
    groups: ["Table 4", "Row A", "Vip table", "Standing North"],
  },
  { claim: "a plan of nothing has no groups", plan: planOf([]), groups: [] },
];

for (const { claim, plan, groups } of CASES) test(claim, () => assert.deepEqual(titles(plan), groups));

test("every seat is in one group, and keys are never the same", () => {
  const slashes = planOf([...row("a/b", 2, { section: "x" }), ...row("b", 2, { section: "x/a" })]);
  const plans = [...CASES.map(({ plan }) => plan), slashes];
  for (const plan of plans) {
    const groups = divide(plan);
    assert.deepEqual(groups.flatMap(({ seats }) => seats).sort((a, b) => a - b), [...plan.x.keys()]);
    assert.equal(new Set(groups.map(({ key }) => key)).size, groups.length);
  }
});

test("rows keep the plan's order, seats go by their numbers", () => {
  const numbered = (number: number | string, rowLabel: string) =>
    seat(`${rowLabel}${number}`, -30 * Number(number), 0, { seatNumber: number, rowLabel, section: "1" });
  const plan = planOf([numbered(10, "Z"), numbered("9", "Z"), numbered(2, "Z"), numbered(1, "A")]);
  const [group] = divide(plan);
  assert.deepEqual(group!.rows.map(({ label, seats }) => [label, seats.map((each) => plan.numbers[each])]), [
    ["Z", ["2", "9", "10"]],
    ["A", ["1"]],
  ]);
});

test("without clear numbers the seats of a row go along it, whichever way it runs", () => {
  const along = (spots: [string, number, number][]) => {
    const plan = planOf(spots.map(([id, x, y]) => seat(id, x, y, { rowLabel: "A" })));
    return divide(plan)[0]!.seats.map((each) => plan.ids[each]);
  };
  assert.deepEqual(along([["c", 60, 1], ["a", 0, 2], ["b", 30, 0]]), ["a", "b", "c"]);
  assert.deepEqual(along([["c", 1, 60], ["a", 2, 0], ["b", 0, 30]]), ["a", "b", "c"]);
});

test("a section without row labels keeps the plan's order where numbers come twice", () => {
  const twice = [seat("a1", 0, 0), seat("a2", 30, 0), seat("b1", 0, 30), seat("b2", 30, 30)];
  const plan = planOf(twice.map((each) => ({ ...each, section: "1", seatNumber: each.id[1]! })));
  assert.deepEqual(divide(plan)[0]!.seats, [0, 1, 2, 3]);
});
