import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlaceInLine } from "../client/types.js";
import { at, START } from "../venue/testing.js";
import { stageOf } from "./stage.js";
import { before, crowd, drawn } from "./testing.js";

const made = drawn(crowd(3), { isBeacon: true });
const { early, missing } = before(made);
const place: PlaceInLine = {
  status: "early", priority: "default", number: null, ahead: null, estimatedWaitSeconds: null, seatsLeft: 9, likely: true, pollAfterSeconds: 10,
};

test("before the room opens a draw is early, and then it is made", () => {
  assert.equal(stageOf(early, place, at(60), START), "early");
  assert.equal(stageOf(early, place, at(0), START), "drawing");
  assert.equal(stageOf(early, place, null, START), "drawing");
});

test("as long as the beacon's round is missing, that is what it waits for", () => {
  assert.equal(stageOf(missing, place, at(-60), START), "beacon");
});

test("whoever was counted has a place by lot, and whoever came later has not", () => {
  const numbered = { ...place, status: "waiting" as const, number: 2, ahead: 1 };
  assert.equal(stageOf(made.draw, { ...numbered, inclusion: made.inclusion }, at(-60), START), "drawn");
  assert.equal(stageOf(made.draw, { ...numbered, status: "admitted", inclusion: made.inclusion }, at(-60), START), "drawn");
  assert.equal(stageOf(made.draw, numbered, at(-60), START), "late");
});

test("of a place that is none a draw says nothing", () => {
  for (const standing of [null, { status: "left" as const }, { ...place, status: "done" as const }, { ...place, status: "open" as const }]) {
    assert.equal(stageOf(made.draw, standing, at(-60), START), null);
  }
});
