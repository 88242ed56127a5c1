import assert from "node:assert/strict";
import { test } from "node:test";
import { hall, held } from "../venue/testing.js";
import { admits, isEmpty, noFilter, withCategory } from "./filter.js";

test("a category is switched on and off", () => {
  const front = withCategory(noFilter, 0);
  assert.equal(isEmpty(front), false);
  assert.equal(isEmpty(withCategory(front, 0)), true);
});

test("what does not fit is not admitted, one's own seats always are", () => {
  const { venue } = hall([held("West-A-1", 1), held("West-A-2", 1)]);
  venue.own(["West-A-2"], []);
  const seats = (filter: typeof noFilter) => ["West-A-1", "West-A-2", "West-A-3", "West-B-1", "West-B-2"]
    .filter((id) => admits.seat(venue, venue.plan.indexOf(id)!, filter));
  assert.deepEqual(seats({ ...noFilter, onlyFree: true }), ["West-A-2", "West-A-3", "West-B-1", "West-B-2"]);
  assert.deepEqual(seats(withCategory(noFilter, 1)), ["West-A-2", "West-B-1", "West-B-2"]);
  assert.deepEqual(seats({ ...noFilter, onlyAccessible: true }), ["West-A-2", "West-B-1"]);
});

test("an area is admitted by its category, and has no wheelchair places", () => {
  const { venue } = hall();
  assert.equal(admits.area(venue, 0, withCategory(noFilter, 0)), false);
  assert.equal(admits.area(venue, 0, withCategory(noFilter, 1)), true);
  assert.equal(admits.area(venue, 0, { ...noFilter, onlyAccessible: true }), false);
});
