/** Halls as large as asked, and storms that change them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GROUP_MAX } from "../../src/list/divide.js";
import { Plan } from "../../src/venue/plan.js";
import { Venue } from "../../src/venue/venue.js";
import { changes, hall } from "./venues.js";

const NOW = Date.parse("2030-01-01T12:00:00.000Z");

describe("a hall", () => {
  for (const count of [400, 1_234, 10_000]) {
    test(`of ${count} seats has so many, and no two have one id or one place`, () => {
      const { seats } = hall(count, "sections", NOW).plan;
      assert.equal(seats.length, count);
      assert.equal(new Set(seats.map(({ id }) => id)).size, count);
      assert.equal(new Set(seats.map(({ position: { x, y } }) => `${x} ${y}`)).size, count);
    });
  }

  test("has sections of at most 500 seats, or none at all with the same seats in the same places", () => {
    const [withSections, loose] = (["sections", "loose"] as const).map((kind) => new Plan(hall(10_000, kind, NOW).plan));
    assert.ok(withSections!.sections.every(({ seats }) => seats.length <= GROUP_MAX));
    assert.equal(withSections!.sections.length, 25);
    assert.equal(loose!.sections.length, 0);
    assert.deepEqual([loose!.ids, loose!.x, loose!.y], [withSections!.ids, withSections!.x, withSections!.y]);
  });

  test("has no two seats with one name in a row", () => {
    const { seats } = hall(10_000, "loose", NOW).plan;
    assert.equal(new Set(seats.map(({ rowLabel, seatNumber }) => `${rowLabel} ${seatNumber}`)).size, seats.length);
  });

  test("has seats that do not overlap", () => {
    const { x, y, count } = new Plan(hall(2_000, "sections", NOW).plan);
    for (let a = 0; a < count; a += 1) {
      for (let b = a + 1; b < count; b += 1) assert.ok(Math.hypot(x[a]! - x[b]!, y[a]! - y[b]!) > 20, `seats ${a} and ${b}`);
    }
  });

  test("says of its seats what it counts", () => {
    const { availability: { total, available, held, booked, blocked, seats } } = hall(10_000, "sections", NOW);
    assert.equal(available + held + booked + blocked, total);
    assert.ok(held > 0 && booked > 0 && blocked > 0 && seats.length > total / 4 && seats.length < total / 2);
    assert.ok(seats.every(({ status, holdExpiresAt }) => (status === "held") === (holdExpiresAt !== undefined)));
  });
});

test("every change of a storm is news", () => {
  const venue = hall(400, "sections", NOW);
  const known = new Venue(new Plan(venue.plan));
  known.take(venue.availability);
  const storm = changes(venue, NOW);
  for (let n = 0; n < 2_000; n += 1) {
    const change = storm.next().value;
    const before = known.statusOf(change.seatId);
    known.apply([change]);
    assert.notEqual(known.statusOf(change.seatId), before);
    assert.equal(known.statusOf(change.seatId), change.status);
  }
});
