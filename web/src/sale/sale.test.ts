import assert from "node:assert/strict";
import { test } from "node:test";
import { at, held, START } from "../venue/testing.js";
import { heldAnswer, hold, opened, scene, settled } from "./testing.js";
import { Trouble } from "./trouble.js";

const ids = ({ seats }: { seats: readonly { seatId: string }[] }) => seats.map(({ seatId }) => seatId);

test("a seat is shown as being taken before the answer, and is ours after it", async () => {
  const { sale, look, told } = await opened({ holdSeats: () => heldAnswer(["West-A-1"]) });
  const holding = sale.hold(["West-A-1"]);
  assert.equal(look("West-A-1"), "taking");
  await holding;
  assert.equal(look("West-A-1"), "mine");
  assert.deepEqual(sale.selection, {
    holdId: "h1", seats: [{ seatId: "West-A-1", categoryId: "front", price: 50 }], totalAmount: 50, currency: "EUR", expiresAt: at(600),
  });
  assert.deepEqual(told.map(([name]) => name), ["holdChanged"]);
});

test("a refused hold is rolled back, and says why", async () => {
  const refusal = Object.assign(new Error("held"), { code: "seat_held", data: { conflictingSeats: ["West-A-1"] } });
  const { sale, look, told, calls } = await opened({ holdSeats: () => { throw refusal; } });
  await assert.rejects(sale.hold(["West-A-1", "West-A-2"]), refusal);
  assert.deepEqual([look("West-A-1"), look("West-A-2"), sale.selection.seats.length], ["available", "available", 0]);
  assert.deepEqual(told, []);
  await settled();
  assert.deepEqual(calls.map(({ name }) => name), ["holdSeats"], "a rush of refusals must not become a rush of readings");
});

test("a hold whose answer was lost is read back", async () => {
  const lost = Object.assign(new Error("no answer"), { code: "no_answer" });
  const { sale } = await opened({ holdSeats: () => { throw lost; }, holds: () => ({ holds: [hold(["West-A-1"])] }) });
  await assert.rejects(sale.hold(["West-A-1"]), lost);
  await settled();
  assert.deepEqual(ids(sale.selection), ["West-A-1"]);
});

test("a second hold joins the first, a release leaves the rest", async () => {
  const { sale } = await opened({
    holdSeats: ({ seatIds }: { seatIds: string[] }) => heldAnswer(seatIds),
    release: ({ seatIds }: { seatIds: string[] }) => ({ eventId: "show", releasedSeats: seatIds }),
  });
  await sale.hold(["West-A-1"]);
  await sale.hold(["West-A-2", "West-A-2"]);
  assert.deepEqual([ids(sale.selection), sale.selection.totalAmount], [["West-A-1", "West-A-2"], 100]);
  await sale.release(["West-A-1"]);
  assert.deepEqual([ids(sale.selection), sale.selection.totalAmount], [["West-A-2"], 50]);
  await sale.release(["West-A-2"]);
  assert.deepEqual(sale.selection, { holdId: null, seats: [], totalAmount: 0, currency: "EUR", expiresAt: null });
});

test("a hold that began after the last one ended has nothing of it", async () => {
  const { sale, answers } = await opened({ holdSeats: () => heldAnswer(["West-A-1"]) });
  await sale.hold(["West-A-1"]);
  answers.holdSeats = () => heldAnswer(["West-A-2"], { holdId: "h2" });
  await sale.hold(["West-A-2"]);
  assert.deepEqual(ids(sale.selection), ["West-A-2"]);
});

test("where the sum is another than this page reckons, the hold is read", async () => {
  const { sale } = await opened({
    holdSeats: () => heldAnswer(["West-A-1"], { price: 60 }),
    holds: () => ({ holds: [hold(["West-A-1"], { price: 60 })] }),
  });
  await sale.hold(["West-A-1"]);
  await settled();
  assert.equal(sale.selection.totalAmount, 60);
});

test("a seat in two ticket types is priced by the one that was asked for", async () => {
  const { sale, venue, calls } = await opened({ holdSeats: () => heldAnswer(["West-A-1"], { price: 25 }) });
  venue.ticketTypes = [{ id: "adult", name: "Adult", prices: {} }, { id: "child", name: "Child", prices: { front: 25 } }];
  await sale.hold(["West-A-1"], { ticketTypes: { "West-A-1": "child" } });
  assert.deepEqual(sale.selection.seats, [{ seatId: "West-A-1", categoryId: "front", price: 25, ticketTypeId: "child" }]);
  assert.deepEqual(calls[0]!.body, { eventId: "show", seatIds: ["West-A-1"], ticketTypes: { "West-A-1": "child" } });
});

test("verbs go out in the order of the clicks, and a confirm waits for the holds before it", async () => {
  const order: string[] = [];
  const slow = async (name: string, answer: object, ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    order.push(name);
    return answer;
  };
  const seats = [{ seatId: "West-A-1", categoryId: "front", price: 50 }];
  const { sale, told } = await opened({
    holdSeats: () => slow("hold", heldAnswer(["West-A-1"]), 20),
    confirm: () => slow("confirm", { bookingId: "b", seats }, 0),
  });
  const both = [sale.hold(["West-A-1"]), sale.confirm({})];
  assert.equal(sale.isBusy, true);
  await Promise.all(both);
  assert.deepEqual(order, ["hold", "confirm"]);
  assert.equal(sale.isBusy, false);
  assert.deepEqual(told.map(([name]) => name), ["holdChanged", "holdChanged", "booked"]);
});

test("it is told when all that was asked for is answered, and not before", async () => {
  let rests = 0;
  const { sale } = await opened({ holdSeats: ({ seatIds }: { seatIds: string[] }) => heldAnswer(seatIds) }, {
    listener: { beforeHold: () => true, holdChanged: () => {}, rested: () => (rests += 1) } as never,
  });
  rests = 0;
  await Promise.all([sale.hold(["West-A-1"]), sale.hold(["West-A-2"])]);
  assert.equal(rests, 1);
});

test("what is booked is ours and no longer held", async () => {
  const seats = [{ seatId: "West-A-1", categoryId: "front", price: 50 }];
  const { sale, look } = await opened({ holdSeats: () => heldAnswer(["West-A-1"]), confirm: () => ({ bookingId: "b", seats }) });
  await sale.hold(["West-A-1"]);
  await sale.confirm({});
  assert.deepEqual([look("West-A-1"), sale.selection.seats.length], ["bought", 0]);
});

test("more seats than the page allows are refused before anything is asked", async () => {
  const { sale, calls } = await opened({ holdSeats: ({ seatIds }: { seatIds: string[] }) => heldAnswer(seatIds) }, { maxSeats: () => 2 });
  await sale.hold(["West-A-1", "West-A-2"]);
  await sale.hold(["West-A-1"]);
  await assert.rejects(sale.hold(["West-A-3"]), { code: "limit_exceeded" });
  await assert.rejects(sale.holdBest({ quantity: 1 }), { code: "limit_exceeded" });
  assert.equal(calls.length, 2);
});

test("a page may stop a hold, and a read-only map holds nothing", async () => {
  const readOnly = await opened({}, { refusal: () => new Trouble("forbidden", "read-only") });
  await assert.rejects(readOnly.sale.release(), { code: "forbidden" });
  const { sale, calls } = await opened({}, { listener: { beforeHold: () => false, rested: () => {} } as never });
  await assert.rejects(sale.hold(["West-A-1"]), { code: "cancelled" });
  assert.equal(calls.length + readOnly.calls.length, 0);
});

test("a seat whose hold has just ended is asked for once anyone may take it", async () => {
  const { sale, venue, clock, calls } = await opened({ holdSeats: () => heldAnswer(["West-A-1"]) });
  venue.apply([held("West-A-1", 1, 10)]);
  clock.nowMs = START + 11_950;
  venue.tick(clock.nowMs);
  const holding = sale.hold(["West-A-1"]);
  await settled();
  assert.equal(calls.length, 0);
  await holding;
  assert.equal(calls.length, 1);
});

test("quick clicks do not get past the limit that the page sets", async () => {
  const { sale, calls } = await opened({ holdSeats: ({ seatIds }: { seatIds: string[] }) => heldAnswer(seatIds) }, { maxSeats: () => 1 });
  const outcomes = await Promise.allSettled([sale.hold(["West-A-1"]), sale.hold(["West-A-2"]), sale.hold(["West-A-3"])]);
  assert.deepEqual(outcomes.map(({ status }) => status), ["fulfilled", "rejected", "rejected"]);
  assert.equal(calls.length, 1);
});

test("how many are the best may be said by ticket types alone", async () => {
  const { sale, calls } = await opened({ holdBest: () => ({ ...heldAnswer(["West-A-1"]), together: true, seats: [] }) });
  await sale.holdBest({ ticketTypes: { adult: 2, child: 1 } });
  assert.deepEqual(calls[0]!.body, { eventId: "show", ticketTypes: { adult: 2, child: 1 }, quantity: 3 });
});

test("a hold has come about in the selection when its promise is kept, of places too", async () => {
  const { sale, answers } = await opened({ holdSeats: () => heldAnswer(["place_floor_0"], { price: 20 }) });
  answers.holds = () => ({ holds: [hold(["place_floor_0"], { price: 20 })] });
  await sale.hold(["place_floor_0"]);
  assert.deepEqual(ids(sale.selection), ["place_floor_0"]);
});

test("what was held before the page knew of it is in the total", async () => {
  const unknown = scene({ holdSeats: () => heldAnswer(["West-A-2"]), holds: () => ({ holds: [hold(["West-A-1", "West-A-2"])] }) });
  await unknown.sale.hold(["West-A-2"]);
  assert.equal(unknown.sale.selection.totalAmount, 100);
});

test("a hold does not expire on the page while its booking is asked for", async () => {
  const seats = [{ seatId: "West-A-1", categoryId: "front", price: 50 }];
  const made = await opened({ holdSeats: () => heldAnswer(["West-A-1"]), confirm: () => ({ bookingId: "b", seats }) });
  await made.sale.hold(["West-A-1"]);
  made.told.length = 0;
  const confirming = made.sale.confirm({});
  made.sale.tick(START + 600_001);
  await confirming;
  assert.deepEqual(made.told.map(([name]) => name), ["holdChanged", "booked"]);
});

test("a hold that is refused for want of a pass looks for a place in the line", async () => {
  const refusal = Object.assign(new Error("queue"), { code: "queue_required" });
  const { sale, told } = await opened({ holdSeats: () => { throw refusal; } });
  await assert.rejects(sale.hold(["West-A-1"]), refusal);
  assert.deepEqual(told, [["queueRequired", null]]);
});
