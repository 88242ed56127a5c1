import assert from "node:assert/strict";
import { test } from "node:test";
import { hall, held } from "../venue/testing.js";
import { nearestFree } from "./nearest.js";

function offered(lost: string[], states = [] as ReturnType<typeof held>[]): string[] {
  const { venue } = hall(states);
  return nearestFree(venue, lost.map((id) => venue.plan.indexOf(id)!)).map((seat) => venue.plan.ids[seat]!);
}

test("the nearest free seat of the same category is offered", () => {
  assert.deepEqual(offered(["West-A-1"], [held("West-A-1", 1)]), ["West-A-2"]);
  assert.deepEqual(offered(["West-A-1"], [held("West-A-2", 1)]), ["West-A-3"]);
});

test("none is offered twice", () => {
  assert.deepEqual(offered(["West-A-1", "West-A-3"], [held("West-A-1", 1), held("West-A-3", 1)]), ["West-A-2", "East-A-1"]);
});

test("where the category is gone nothing is offered", () => {
  const all = ["West", "East"].flatMap((section) => [1, 2, 3].map((n) => held(`${section}-A-${n}`, 1)));
  assert.deepEqual(offered(["West-A-1"], [...all, held("seat_T1_0", 1), held("seat_T1_1", 1)]), []);
});
