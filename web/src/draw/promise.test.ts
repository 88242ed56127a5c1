import assert from "node:assert/strict";
import { test } from "node:test";
import { roundOf, Seen } from "./promise.js";
import { before, crowd, drawn, memory } from "./testing.js";

const made = drawn(crowd(5), { isBeacon: true });
const { early, missing } = before(made);
const promised = { commitment: early.commitment, round: roundOf(early) };

test("the first that is seen is kept, also over a refresh, for this place alone", () => {
  const tab = memory();
  const seen = new Seen(tab, "show", "alice");
  seen.note(early, true);
  seen.note({ ...early, commitment: "00".repeat(32) }, true);
  seen.note({ ...early, beacon: { ...early.beacon!, round: 7 } }, true);
  assert.deepEqual(new Seen(tab, "show", "alice").promised, promised);
  assert.deepEqual([new Seen(tab, "show", "bob").promised, new Seen(tab, "gala", "alice").promised], [null, null]);
});

test("that a draw named no beacon is remembered too", () => {
  const seen = new Seen(memory(), "show", "alice");
  seen.note({ commitment: early.commitment, entrants: 3 }, true);
  seen.note(early, true);
  assert.deepEqual(seen.promised, { ...promised, round: "" });
});

test("what is seen when it is fixed who takes part is no promise any more", () => {
  const seen = new Seen(memory(), "show", "alice");
  for (const late of [missing, made.draw]) seen.note(late, true);
  assert.deepEqual([seen.promised, seen.isEarly], [null, false]);
});

test("having been early is remembered until the place is given up", () => {
  const seen = new Seen(memory(), "show", "alice");
  seen.note(early, false);
  assert.equal(seen.isEarly, false);
  seen.note(early, true);
  seen.note(made.draw, false);
  assert.equal(seen.isEarly, true);
  seen.left();
  assert.equal(seen.isEarly, false);
  assert.deepEqual(seen.promised, promised, "what was promised stays so");
});
