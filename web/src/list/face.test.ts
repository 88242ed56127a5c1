/** What buttons and headings say of seats, tables and areas. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../words/en.js";
import type { Context } from "./context.js";
import { divide } from "./divide.js";
import { seatFace, tableFace } from "./face.js";
import { area, planOf, row, seat, table, venueOf } from "./samples.js";
import { tallyOf } from "./tally.js";

const CHAIRS = [0, 1, 2, 3].map((n) => seat(`seat_t4_${n}`, 30 * n, 0, { categoryId: n ? "lower" : "upper" }));
const PLAN = planOf([...row("A", 6), ...CHAIRS], { items: [table("t4", "4", 4)], areas: [area("field", "Field", 10)] });
const [ROW, TABLE, FIELD] = divide(PLAN);

function contextOf(more: Partial<Context> = {}): Context {
  const states = [
    { seatId: "-A-1", status: "held" as const, version: 1, holdExpiresAt: "2026-11-30T12:04:10.000Z" },
    { seatId: "-A-2", status: "booked" as const, version: 1 },
  ];
  const venue = venueOf(PLAN, states);
  venue.own(["-A-3"], ["-A-4"]);
  venue.wish(["-A-5"], "taking");
  const nowMs = () => Date.parse("2026-11-30T12:00:00Z");
  return { venue, words: en, locale: "en", nowMs, isReadOnly: () => false, fitsSeat: null, fitsArea: null, ...more };
}

test("only what is free or one's own can be chosen, only what one holds is pressed", () => {
  const faces = ROW!.seats.map((each) => seatFace(contextOf(), each));
  assert.deepEqual(faces.map(({ status, own, isPressed, isDisabled }) => [status, own, isPressed, isDisabled]), [
    ["held", null, false, true],
    ["booked", null, false, true],
    ["available", "mine", true, false],
    ["available", "bought", false, true],
    ["available", "taking", false, true],
    ["available", null, false, false],
  ]);
});

test("where nothing may be changed nothing can be chosen", () => {
  const context = contextOf({ isReadOnly: () => true });
  assert.ok(ROW!.seats.every((each) => seatFace(context, each).isDisabled));
  assert.ok(tableFace(context, TABLE!).isDisabled);
});

test("what the filter does not let through is put aside, and nothing is without a filter", () => {
  const context = contextOf({ fitsSeat: (each) => each === 1 });
  assert.deepEqual(ROW!.seats.filter((each) => !seatFace(context, each).isAside), [1]);
  assert.ok(!seatFace(contextOf(), 0).isAside);
});

test("a table can be taken whole while all of it is free, and given up while all of it is one's own", () => {
  const context = contextOf();
  const face = () => tableFace(context, TABLE!);
  assert.deepEqual(face(), { name: "Whole table, 4 seats, €405.00, free", isPressed: false, isDisabled: false });
  context.venue.own(CHAIRS.slice(1).map(({ id }) => id), []);
  assert.deepEqual(face(), { name: "Whole table, 4 seats, €405.00", isPressed: false, isDisabled: true });
  context.venue.own(CHAIRS.map(({ id }) => id), []);
  assert.deepEqual(face(), { name: "Whole table, 4 seats, €405.00, held by you", isPressed: true, isDisabled: false });
});

test("a group counts what is free for this buyer, and the least that costs", () => {
  const { venue } = contextOf();
  assert.deepEqual(tallyOf(venue, ROW!), { total: 6, free: 1, mine: 1, bought: 1, least: 120 });
  assert.deepEqual(tallyOf(venue, TABLE!), { total: 4, free: 4, mine: 0, bought: 0, least: 45 });
  assert.deepEqual(tallyOf(venue, FIELD!), { total: 10, free: 10, mine: 0, bought: 0, least: 120 });
});

test("of an area its places are counted, one's own too", () => {
  const { venue } = contextOf();
  venue.own(["place_field_3", "place_field_4"], []);
  venue.apply([3, 4, 5].map((n) => ({ seatId: `place_field_${n}`, status: "held" as const, version: 1 })));
  assert.deepEqual(tallyOf(venue, FIELD!), { total: 10, free: 7, mine: 2, bought: 0, least: 120 });
});
