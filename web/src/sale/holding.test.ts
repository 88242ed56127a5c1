import assert from "node:assert/strict";
import { test } from "node:test";
import { at, held, START } from "../venue/testing.js";
import { heldAnswer, hold, opened, scene, settled, type Scene } from "./testing.js";

async function holding(seatIds: string[]): Promise<Scene> {
  const made = await opened({ holdSeats: () => heldAnswer(seatIds) });
  await made.sale.hold(seatIds);
  made.told.length = 0;
  made.calls.length = 0;
  return made;
}

/** Lets a frame come in, as the follower does. */
function frame({ sale, venue }: Scene, ...states: Parameters<Scene["venue"]["apply"]>[0]): void {
  sale.heard(venue.apply(states));
}

test("what was held before is there again after a refresh", async () => {
  const { sale, look, told } = scene({ holds: () => ({ holds: [hold(["West-A-1"])] }) });
  await sale.open("alice");
  assert.equal(look("West-A-1"), "mine");
  assert.deepEqual(told, [["holdChanged", sale.selection]]);
});

test("bookings of before are shown as ours", async () => {
  const { sale, look } = scene({ bookings: () => [{ seats: [{ seatId: "West-A-1" }] }] });
  await sale.open("alice");
  assert.equal(look("West-A-1"), "bought");
});

test("the frame of one's own hold asks nothing", async () => {
  const made = await holding(["West-A-1"]);
  frame(made, held("West-A-1", 1));
  await settled();
  assert.deepEqual(made.calls, []);
});

test("a lost seat leaves selection and total at once, with the reason", async () => {
  const made = await holding(["West-A-1", "West-A-2"]);
  made.answers.holds = () => ({ holds: [hold(["West-A-2"])] });
  frame(made, { seatId: "West-A-1", status: "blocked", version: 2 });
  await settled();
  assert.equal(made.sale.selection.totalAmount, 50);
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged", "seatsLost"]);
  assert.deepEqual(made.told[1]![1], [{ seatId: "West-A-1", reason: "seat_blocked" }]);
});

test("a change of one's own seat that was no loss is none", async () => {
  const made = await holding(["West-A-1"]);
  made.answers.holds = () => ({ holds: [hold(["West-A-1"])] });
  frame(made, { seatId: "West-A-1", status: "available", version: 2 });
  await settled();
  assert.equal(made.told.length, 0);
});

test("a seat that was booked elsewhere by the same buyer is not lost", async () => {
  const made = await holding(["West-A-1"]);
  made.answers.holds = () => ({ holds: [hold(["West-A-1"])] });
  await made.sale.open("alice");
  made.told.length = 0;
  made.answers.holds = () => ({ holds: [] });
  made.answers.bookings = () => [{ seats: [{ seatId: "West-A-1" }] }];
  frame(made, { seatId: "West-A-1", status: "booked", version: 2 });
  await settled();
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged", "booked"]);
  assert.equal(made.look("West-A-1"), "bought");
});

test("a hold of the same end may be one's own from another tab, and is asked for", async () => {
  const made = await holding(["West-A-1"]);
  made.answers.holds = () => ({ holds: [hold(["West-A-1", "West-A-2"])] });
  frame(made, held("West-A-2", 1));
  await settled();
  assert.equal(made.look("West-A-2"), "mine");
});

test("strangers' holds are wondered about once in ten seconds", async () => {
  const made = await opened();
  frame(made, held("West-A-1", 1, 500));
  frame(made, held("West-A-2", 1, 501));
  await settled();
  frame(made, held("West-A-3", 1, 502));
  await settled();
  assert.deepEqual(made.calls.map(({ name }) => name), ["holds"]);
});

test("a hold is warned of once before its end, and is over at its end", async () => {
  const made = await holding(["West-A-1"]);
  made.sale.tick(START + 539_000);
  assert.equal(made.told.length, 0);
  made.sale.tick(START + 545_000);
  made.sale.tick(START + 546_000);
  assert.deepEqual(made.told, [["holdExpiring", 55]]);
  made.sale.tick(START + 600_000);
  assert.deepEqual(made.told.slice(1).map(([name]) => name), ["holdChanged", "holdExpired"]);
  assert.equal(made.sale.selection.holdId, null);
});

test("an extended hold is warned of anew", async () => {
  const made = await holding(["West-A-1"]);
  made.sale.tick(START + 545_000);
  made.answers.extend = () => ({ ...hold(["West-A-1"], { expiresInSeconds: 1_145 }), serverTime: at(545) });
  await made.sale.extend();
  made.sale.tick(START + 1_100_000);
  assert.deepEqual(made.told.filter(([name]) => name === "holdExpiring").map(([, left]) => left), [55, 45]);
});

test("a hold that ended while nobody looked has expired, and no seat of it is lost", async () => {
  const made = await holding(["West-A-1"]);
  made.clock.nowMs = START + 700_000;
  await made.sale.reread();
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged", "holdExpired"]);
});

test("another buyer has nothing of the first one's", async () => {
  const made = await holding(["West-A-1"]);
  made.answers.holds = () => ({ holds: [hold(["West-A-1"])] });
  await made.sale.open("alice");
  made.answers.holds = () => ({ holds: [] });
  made.told.length = 0;
  await made.sale.open("bob");
  assert.equal(made.sale.selection.holdId, null);
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged"]);
  made.sale.stop();
});

/** As the list of bookings has it. */
const bookingOf = (bookingId: string, ...seatIds: string[]) => ({
  bookingId, orderId: "o1", eventId: "show", totalAmount: 50, currency: "EUR", createdAt: "2031-05-01T10:00:00.000Z",
  seats: seatIds.map((seatId) => ({ seatId, categoryId: "front", price: 50 })),
});

test("what the shop's server has booked is not lost but told, once, whatever hints at it first", async () => {
  const made = await holding(["West-A-1"]);
  made.answers.holds = () => ({ holds: [] });
  made.answers.bookings = () => [bookingOf("b1", "West-A-1")];
  frame(made, { seatId: "West-A-1", status: "available", version: 2 });
  await settled();
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged", "booked"]);
  assert.deepEqual(made.told[1]![1], { ...bookingOf("b1", "West-A-1"), status: "confirmed" });
  assert.equal(made.look("West-A-1"), "bought");
  await made.sale.reread();
  assert.equal(made.told.length, 2);
});

test("a booking that another tab has made is told there alone", async () => {
  const made = await holding(["West-A-1"]);
  const tab = new BroadcastChannel("holdfast/show/alice");
  tab.postMessage({ kind: "booking", seatIds: ["West-A-1"] });
  await settled();
  tab.close();
  made.answers.holds = () => ({ holds: [] });
  made.answers.bookings = () => [bookingOf("b1", "West-A-1")];
  await made.sale.reread();
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged"]);
  assert.equal(made.look("West-A-1"), "bought");
});

test("bookings of before, and of seats that were not held here, are not told", async () => {
  const made = await opened({ bookings: () => [bookingOf("old", "West-A-2")] });
  made.answers.bookings = () => [bookingOf("old", "West-A-2"), bookingOf("elsewhere", "West-A-3")];
  await made.sale.reread();
  assert.deepEqual(made.told, []);
});

test("a reading that failed forgets nothing of why it was wanted", async () => {
  const made = await holding(["West-A-1"]);
  made.answers.holds = () => { throw new Error("offline"); };
  await assert.rejects(made.sale.reread());
  made.answers.holds = () => ({ holds: [] });
  made.answers.bookings = () => [{ seats: [{ seatId: "West-A-1" }] }];
  await made.sale.reread();
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged", "booked"]);
});

test("a booking that was cancelled elsewhere is ours no more", async () => {
  const made = await opened();
  made.answers.bookings = () => [{ seats: [{ seatId: "West-A-1" }] }];
  await made.sale.reread();
  assert.equal(made.look("West-A-1"), "bought");
  made.answers.bookings = () => [];
  frame(made, { seatId: "West-A-1", status: "available", version: 3 });
  await settled();
  assert.equal(made.look("West-A-1"), "available");
});

test("what ended by a clock that was wrong is held again", async () => {
  const made = await holding(["West-A-1"]);
  made.answers.holds = () => ({ holds: [hold(["West-A-1"])] });
  made.sale.tick(START + 700_000);
  await settled();
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged", "holdExpired", "holdChanged"]);
  assert.equal(made.look("West-A-1"), "mine");
});

test("without a buyer nothing is held", async () => {
  const made = await holding(["West-A-1"]);
  made.sale.close();
  assert.equal(made.sale.selection.holdId, null);
  assert.equal(made.look("West-A-1"), "available");
});
