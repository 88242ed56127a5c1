import assert from "node:assert/strict";
import { test } from "node:test";
import { hall, held } from "../venue/testing.js";
import { deedFor } from "./choosing.js";

const FIRST = { kind: "seat", seat: 0 } as const;
const TABLE = { kind: "table", table: 0 } as const;

test("a free seat is held, one's own is given up", () => {
  const { venue } = hall();
  assert.deepEqual(deedFor(venue, FIRST), { kind: "hold", seatIds: ["West-A-1"] });
  venue.own(["West-A-1"], []);
  assert.deepEqual(deedFor(venue, FIRST), { kind: "release", seatIds: ["West-A-1"] });
});

test("what cannot be had is explained", () => {
  const { venue } = hall([held("West-A-1", 1)]);
  assert.deepEqual(deedFor(venue, FIRST), { kind: "explain", seatIds: ["West-A-1"], why: "seat_held" });
  venue.apply([{ seatId: "West-A-1", status: "booked", version: 2 }]);
  assert.deepEqual(deedFor(venue, FIRST), { kind: "explain", seatIds: ["West-A-1"], why: "seat_booked" });
  venue.own([], ["West-A-1"]);
  assert.deepEqual(deedFor(venue, FIRST), { kind: "explain", seatIds: ["West-A-1"], why: "" });
});

test("a second click while the first is under way does nothing", () => {
  const { venue } = hall();
  venue.wish(["West-A-1"], "taking");
  assert.deepEqual(deedFor(venue, FIRST), { kind: "wait" });
});

test("a table is held as a whole, its rest too where a part is ours, and not where somebody has a chair", () => {
  const { venue } = hall();
  assert.deepEqual(deedFor(venue, TABLE), { kind: "holdTable", tableId: "T1" });
  venue.own(["seat_T1_0"], []);
  assert.deepEqual(deedFor(venue, TABLE), { kind: "holdTable", tableId: "T1" });
  venue.own(["seat_T1_0", "seat_T1_1"], []);
  assert.deepEqual(deedFor(venue, TABLE), { kind: "release", seatIds: ["seat_T1_0", "seat_T1_1"] });
  venue.own(["seat_T1_0"], []);
  venue.apply([held("seat_T1_1", 1)]);
  assert.deepEqual(deedFor(venue, TABLE), { kind: "explain", seatIds: ["seat_T1_1"], why: "seat_held" });
});

test("of an area as many places are held as were asked for", () => {
  assert.deepEqual(deedFor(hall().venue, { kind: "area", area: 0, quantity: 3 }), { kind: "holdArea", areaId: "floor", quantity: 3 });
});
