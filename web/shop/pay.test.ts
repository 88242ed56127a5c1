/** What a payment comes to where Holdfast is slow, silent or of another mind: against a Holdfast that says what it is told to. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

const HOLD = { holdId: "h", seatIds: ["A1", "A2"], totalAmount: 150, currency: "USD" };
const BOOKING = { bookingId: "b", totalAmount: 150, currency: "USD", seats: [{ seatId: "A2" }, { seatId: "A1" }] };
const NOT_HELD = { status: 409, code: "not_held", message: "User does not hold all required seats" };

const UNAUTHORIZED = { status: 401, code: "unauthorized", message: "The token has expired" };

/** An answer; null breaks the connection without one. */
type Answer = Record<string, unknown> | null;

let holds: unknown[];
/** What confirms are answered, one after the other; the last one again and again. */
let confirms: Answer[];
/** How far its clock is ahead of the shop's. */
let clockAheadMs = 0;
const asked: { path: string; body: any }[] = [];

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());

const holdfast = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  const path = request.url!.replace(/\?.*/, "").replace("/seat-booking/", "");
  asked.push({ path, body: text && JSON.parse(text) });
  const { exp } = claimsOf(request.headers.authorization!);
  const isOver = exp * 1000 < Date.now() + clockAheadMs;
  const confirm = () => (confirms.length > 1 ? confirms.shift()! : confirms[0]!);
  const answer = isOver ? UNAUTHORIZED : path === "confirm" ? confirm() : path === "holds" ? { holds } : {};
  if (!answer) return void request.socket.destroy();
  response.setHeader("date", new Date(Date.now() + clockAheadMs).toUTCString());
  response.writeHead(Number(answer.status ?? 200)).end(JSON.stringify(answer.code ? answer : { data: answer }));
});
holdfast.listen(0, "127.0.0.1");
await once(holdfast, "listening");
after(() => void holdfast.close().closeAllConnections());

process.env.HOLDFAST_URL = `http://127.0.0.1:${(holdfast.address() as AddressInfo).port}`;
process.env.HOLDFAST_JWT_SECRET = "a-secret-of-this-test";
const { pay } = await import("./pay.mjs");

/** Each test's buyer has paid nothing before. */
let buyer = 0;
const order = (card = "424242424242") => (
  { buyer: `buyer-${buyer}`, eventId: "e", holdId: "h", total: 150, currency: "USD",
    contact: { name: "Ann", email: "ann@example.org" }, card });
const paths = () => asked.map(({ path }) => path);
const transactions = () => asked.flatMap(({ path, body }) => (path === "confirm" ? [body.paymentInfo.transactionId] : []));
/** Each payment once, in the order in which they came. */
const charges = () => [...new Set(transactions())];
const sorry = (code: string) => (error: { code?: string }) => error.code === code;

beforeEach(() => {
  [holds, confirms] = [[HOLD], [BOOKING]];
  asked.length = clockAheadMs = 0;
  buyer += 1;
});

test("a hold is charged what Holdfast says, and exactly its seats are confirmed for its buyer", async () => {
  const booked = await pay(order());
  const [transactionId] = charges();
  assert.deepEqual(booked, { bookingId: "b", totalAmount: 150, currency: "USD", seatIds: HOLD.seatIds, transactionId });
  const { eventId, userId, seatIds, paymentInfo, contactInfo, passengers } = asked[1]!.body;
  assert.deepEqual([eventId, userId, seatIds], ["e", order().buyer, HOLD.seatIds]);
  assert.deepEqual(paymentInfo, { transactionId, gateway: "demo-shop", status: "paid" });
  assert.deepEqual(contactInfo, order().contact);
  assert.deepEqual(passengers, HOLD.seatIds.map((seatId) => ({ seatId, name: "Ann" })));
});

test("however often it is asked, at once and later, a selection is paid once", async () => {
  const [first, second] = await Promise.all([pay(order()), pay(order())]);
  assert.equal(second, first);
  assert.deepEqual(paths(), ["holds", "confirm"]);
  holds = [];
  assert.equal(await pay(order()), first);
  assert.equal(charges().length, 1);
});

test("seats that were added to a hold while it was paid are another payment", async () => {
  await pay(order());
  holds = [{ ...HOLD, seatIds: ["A3"], totalAmount: 75 }];
  await assert.rejects(pay(order()), sorry("changed"));
  confirms = [{ bookingId: "c", totalAmount: 75, seats: [{ seatId: "A3" }] }];
  assert.equal((await pay({ ...order(), total: 75 })).bookingId, "c");
  assert.equal(charges().length, 2);
});

test("nothing but the sum that the buyer was shown is charged", async () => {
  const isTold = ({ code, message, more }: any) =>
    code === "changed" && message.includes("the total is now $150.00") && more.totalAmount === 150;
  await assert.rejects(pay({ ...order(), total: 75 }), isTold);
  await assert.rejects(pay({ ...order(), currency: "EUR" }), isTold);
  assert.deepEqual(paths(), ["holds", "holds"]);
});

test("a card that is declined confirms nothing, and the next one may pay", async () => {
  await assert.rejects(pay(order("400000000002")), sorry("declined"));
  assert.deepEqual(transactions(), []);
  await pay(order());
  assert.equal(charges().length, 1);
});

test("a hold that is over, or another buyer's, is not charged", async () => {
  holds = [{ ...HOLD, holdId: "another" }];
  await assert.rejects(pay(order()), sorry("not_held"));
  assert.deepEqual(paths(), ["holds"]);
});

test("a confirm without an answer is sent again by itself, as the same payment", async () => {
  confirms = [null, { status: 503, code: "throttled", message: "Busy" }, BOOKING];
  assert.equal((await pay(order())).bookingId, "b");
  assert.deepEqual([transactions().length, charges().length], [3, 1]);
});

for (const [what, answer] of Object.entries({
  silence: null,
  "a token that is refused": UNAUTHORIZED,
  "too many requests": { status: 429, code: "throttled", message: "Slow down" },
  "a seat that another request has for a moment": { status: 409, code: "seat_locked", message: "Busy" },
})) {
  test(`${what} decides nothing: whoever pays again is not charged again, also where the hold is gone by then`, async () => {
    confirms = [answer];
    await assert.rejects(pay(order(), 50), sorry("unsure"));
    [holds, confirms] = [[], [BOOKING]];
    assert.equal((await pay(order("400000000002"))).bookingId, "b");
    assert.deepEqual([charges().length, paths().filter((path) => path === "holds").length], [1, 1]);
  });
}

test("a refusal that says nothing of seats or payment keeps the money until somebody has looked", async () => {
  confirms = [{ status: 403, code: "forbidden", message: "The role is missing" }, BOOKING];
  await assert.rejects(pay(order()), sorry("unsure"));
  await pay(order());
  assert.equal(charges().length, 1);
});

test("what nobody waits for any longer is booked all the same, or the money is given back", async () => {
  for (const [last, outcome] of [[BOOKING, "b"], [NOT_HELD, "given_back"]] as const) {
    buyer += 1;
    confirms = [null, last];
    asked.length = 0;
    await assert.rejects(pay(order(), 50), sorry("unsure"));
    while (transactions().length < 2) await pause(20);
    [holds, confirms] = [[], [NOT_HELD]];
    assert.equal(await pay(order()).then(({ bookingId }) => bookingId, ({ code }) => code), outcome);
    assert.deepEqual([transactions().length, charges().length], [2, 1]);
    holds = [HOLD];
  }
});

test("money for seats that were lost meanwhile is given back, and the next try charges anew", async () => {
  confirms = [NOT_HELD, BOOKING];
  await assert.rejects(pay(order()), sorry("given_back"));
  await pay(order());
  assert.deepEqual([charges().length, paths().filter((path) => path === "holds").length], [2, 2]);
});

test("a booking that is not what was charged is cancelled", async () => {
  confirms = [{ ...BOOKING, totalAmount: 200 }];
  await assert.rejects(pay(order()), sorry("given_back"));
  assert.deepEqual(paths(), ["holds", "confirm", "bookings/b/cancel"]);
  confirms = [{ ...BOOKING, seats: [{ seatId: "A1" }, { seatId: "B9" }] }];
  await assert.rejects(pay(order()), sorry("given_back"));
});

test("tokens go by the clock of whoever checks them", async () => {
  for (const minutes of [20, 0]) {
    clockAheadMs = minutes * 60_000;
    assert.equal((await pay({ ...order(), buyer: `${minutes}` })).bookingId, "b");
  }
  const { buyerToken } = await import("./holdfast.mjs");
  const { sub, iat, exp } = claimsOf(await buyerToken("ann"));
  assert.deepEqual([sub, exp - iat], ["ann", 300]);
});

test("a shop that has heard no time for a minute asks for it before it signs", async (context) => {
  const { buyerToken } = await import("./holdfast.mjs");
  const now = performance.now.bind(performance);
  context.mock.method(performance, "now", () => now() + 61_000);
  clockAheadMs = 1_200_000;
  assert.ok(claimsOf(await buyerToken("ann")).iat * 1000 > Date.now() + 1_190_000);
  await buyerToken("ann");
  assert.deepEqual(paths(), ["health"]);
});
