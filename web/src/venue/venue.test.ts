import assert from "node:assert/strict";
import { test } from "node:test";
import { at, availability, hall, held, START } from "./testing.js";

test("a seat that nobody ever had is free where its category has a price", () => {
  const { venue, look } = hall();
  assert.equal(look("West-A-1"), "available");
  venue.take(availability([], { back: null }));
  assert.equal(look("West-B-1"), "blocked");
  assert.equal(look("West-A-1"), "available");
});

test("a state that is older than what is known changes nothing", () => {
  const { venue, told, look } = hall([held("West-A-1", 3)]);
  assert.deepEqual(venue.apply([{ seatId: "West-A-1", status: "available", version: 2 }]), []);
  assert.equal(look("West-A-1"), "held");
  assert.equal(told.length, 0);
});

test("the same frame twice is news once", () => {
  const { venue } = hall();
  assert.equal(venue.apply([held("West-A-1", 1)]).length, 1);
  assert.equal(venue.apply([held("West-A-1", 1)]).length, 0);
});

test("a change says what was before, and which seats to draw again", () => {
  const { venue, told } = hall();
  const heard = venue.apply([held("West-A-2", 1), { seatId: "nowhere", status: "booked", version: 1 }]);
  assert.deepEqual(heard.map(({ state, before }) => [state.seatId, before]), [["West-A-2", "available"]]);
  assert.deepEqual(told, [{ all: false, seats: new Set([venue.plan.indexOf("West-A-2")]), areas: false }]);
});

test("a hold ends at its time by the server's clock, whoever tells", () => {
  const { venue, look } = hall([held("West-A-1", 1, 600)]);
  venue.tick(START + 599_999);
  assert.equal(look("West-A-1"), "held");
  venue.tick(START + 600_000);
  assert.equal(look("West-A-1"), "available");
  assert.equal(venue.endedAt("West-A-1"), START + 600_000);
});

test("an earlier end that comes later is not missed", () => {
  const { venue, look } = hall([held("West-A-1", 1, 600)]);
  venue.apply([held("West-A-2", 1, 30)]);
  venue.tick(START + 30_000);
  assert.equal(look("West-A-2"), "available");
  assert.equal(look("West-A-1"), "held");
});

test("a reading from before a hold's end does not end it, one from after it does", () => {
  const { venue, look } = hall([held("West-A-1", 1, 600)]);
  const free = [{ seatId: "West-A-1", status: "available" as const, version: 1 }];
  venue.take(availability(free, { asOf: at(599) }));
  assert.equal(look("West-A-1"), "held");
  venue.take(availability(free, { asOf: at(600) }));
  assert.equal(look("West-A-1"), "available");
});

test("a booking is not taken back by a reading of the same version", () => {
  const { venue, look } = hall([{ seatId: "West-A-1", status: "booked", version: 2 }]);
  venue.take(availability([held("West-A-1", 2)], { asOf: at(1) }));
  assert.equal(look("West-A-1"), "booked");
});

test("what is ours is shown as ours, whatever the others see", () => {
  const { venue, look } = hall([held("West-A-1", 1), held("West-A-2", 1)]);
  venue.own(["West-A-1"], ["East-A-1"]);
  assert.deepEqual(["West-A-1", "West-A-2", "East-A-1"].map(look), ["mine", "held", "bought"]);
  venue.own([], ["East-A-1"]);
  assert.deepEqual(["West-A-1", "East-A-1"].map(look), ["held", "bought"]);
});

test("a wish is shown at once and taken back without a trace", () => {
  const { venue, look } = hall();
  venue.own(["West-A-1"], []);
  venue.wish(["West-A-2"], "taking");
  venue.wish(["West-A-1"], "giving");
  assert.deepEqual(["West-A-1", "West-A-2"].map(look), ["giving", "taking"]);
  venue.unwish(["West-A-1", "West-A-2"]);
  assert.deepEqual(["West-A-1", "West-A-2"].map(look), ["mine", "available"]);
});

test("a reading of what is ours leaves a wish that is under way, and settles one that is answered", () => {
  const { venue, look } = hall();
  venue.wish(["West-A-1", "West-A-2"], "taking");
  venue.own(["West-A-1"], []);
  assert.deepEqual(["West-A-1", "West-A-2"].map(look), ["mine", "taking"]);
  venue.wish(["West-A-1"], "giving");
  venue.own([], []);
  assert.equal(look("West-A-1"), "available");
});

test("free seats are counted by category, places of areas among them", () => {
  const { venue } = hall([held("West-A-1", 1), held("place_floor_3", 1)]);
  assert.deepEqual(venue.free(), [7, 15]);
  venue.take(availability([], { asOf: at(1), back: null }));
  assert.deepEqual(venue.free(), [7, 0]);
});

test("places of an area are told by their counts, ours among them", () => {
  const { venue, told } = hall();
  venue.apply([held("place_floor_0", 1), { seatId: "place_floor_1", status: "booked", version: 2 }]);
  assert.equal(told.at(-1)?.areas, true);
  const [floor] = venue.areas;
  assert.deepEqual(floor!.counts(true), { available: 8, held: 1, booked: 1, blocked: 0 });
  venue.own(["place_floor_0"], ["place_floor_1"]);
  assert.deepEqual(venue.ownPlaces(floor!), { mine: 1, bought: 1 });
  venue.tick(START + 600_000);
  assert.equal(floor!.counts(true).available, 9);
});

test("no place is beyond its area", () => {
  const { venue } = hall();
  for (const id of ["place_floor_10", "place_floor_01", "place_other_0", "place_floor_-1", "floor"]) {
    assert.equal(venue.areaOf(id), undefined, id);
  }
});

test("a ticket type's price wins over the category's, and opens none that is not for sale", () => {
  const { venue } = hall();
  const ticketTypes = [{ id: "adult", name: "Adult", prices: {} }, { id: "child", name: "Child", prices: { front: 25, back: 10 } }];
  venue.take({ ...availability([], { back: null }), ticketTypes });
  const [front, back] = [venue.plan.indexOf("West-A-1")!, venue.plan.indexOf("West-B-1")!];
  assert.equal(venue.price(front), 50);
  assert.equal(venue.price(front, "child"), 25);
  assert.equal(venue.price(back, "child"), null);
});

test("a hold that ended by a clock that was wrong goes on with a reading that has it", () => {
  const { venue, look } = hall([held("West-A-1", 1, 600)]);
  venue.tick(START + 700_000);
  assert.equal(look("West-A-1"), "available");
  venue.take(availability([held("West-A-1", 1, 600)], { asOf: at(650) }));
  assert.equal(look("West-A-1"), "available");
  venue.take(availability([held("West-A-1", 1, 600)], { asOf: at(10) }));
  assert.equal(look("West-A-1"), "held");
});
