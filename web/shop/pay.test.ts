/** What a payment comes to where Holdfast is slow, silent or of another mind: against a Holdfast that says what it is told to. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";

const HOLD = { holdId: "h", seatIds: ["A1", "A2"], totalAmount: 150, currency: "USD" };
const BOOKING = { bookingId: "b", totalAmount: 150, currency: "USD" };
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

const holdfast = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  const path = request.url!.replace(/\?.*/, "").replace("/seat-booking/", "");
  asked.push({ path, body: text && JSON.parse(text) });
  const { exp } = JSON.parse(Buffer.from(request.headers.authorization!.split(".")[1]!, "base64url").toString());
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
  { buyer: `buyer-${buyer}`, eventId: "e", holdId: "h", contact: { name: "Ann", email: "ann@example.org" }, card });
const paths = () => asked.map(({ path }) => path);
const transactions = () => asked.flatMap(({ path, body }) => (path === "confirm" ? [body.paymentInfo.transactionId] : []));
const sorry = (code: string) => (error: { code?: string }) => error.code === code;

beforeEach(() => {
  [holds, confirms] = [[HOLD], [BOOKING]];
  asked.length = clockAheadMs = 0;
  buyer += 1;
});

test("a hold is charged what Holdfast says, and exactly its seats are confirmed for its buyer", async () => {
  const booked = await pay(order());
  assert.deepEqual(booked, { amount: 150, ...BOOKING, seatIds: HOLD.seatIds, transactionId: "h-1" });
  const { eventId, userId, seatIds, paymentInfo, contactInfo, passengers } = asked[1]!.body;
  assert.deepEqual([eventId, userId, seatIds], ["e", order().buyer, HOLD.seatIds]);
  assert.deepEqual(paymentInfo, { transactionId: "h-1", gateway: "demo-shop", status: "paid" });
  assert.deepEqual(contactInfo, order().contact);
  assert.deepEqual(passengers, HOLD.seatIds.map((seatId) => ({ seatId, name: "Ann" })));
});

test("however often it is asked, at once and later, a selection is paid once", async () => {
  const [first, second] = await Promise.all([pay(order()), pay(order())]);
  assert.deepEqual([second, await pay(order())], [first, first]);
  assert.deepEqual(paths(), ["holds", "confirm"]);
});

test("a card that is declined confirms nothing, and the next one is another transaction", async () => {
  await assert.rejects(pay(order("400000000002")), sorry("declined"));
  await assert.rejects(pay(order("400000000002")), sorry("declined"));
  assert.deepEqual(transactions(), []);
  await pay(order());
  assert.deepEqual(transactions(), ["h-3"]);
});

test("a hold that is over, or another buyer's, is not charged", async () => {
  holds = [{ ...HOLD, holdId: "another" }];
  await assert.rejects(pay(order()), sorry("not_held"));
  assert.deepEqual(paths(), ["holds"]);
});

test("a confirm without an answer is sent again by itself, as the same payment", async () => {
  confirms = [null, { status: 503, code: "throttled", message: "Busy" }, BOOKING];
  assert.equal((await pay(order())).bookingId, "b");
  assert.deepEqual(transactions(), ["h-1", "h-1", "h-1"]);
});

test("whoever pays again after silence is not charged again, also where the hold is gone by then", async () => {
  confirms = [null];
  await assert.rejects(pay(order()), sorry("no_answer"));
  [holds, confirms] = [[], [BOOKING]];
  assert.equal((await pay(order("400000000002"))).bookingId, "b");
  assert.deepEqual([new Set(transactions()), paths().filter((path) => path === "holds").length], [new Set(["h-1"]), 1]);
});

test("money for seats that were lost meanwhile is given back, and the next try charges anew", async () => {
  confirms = [NOT_HELD, BOOKING];
  await assert.rejects(pay(order()), sorry("given_back"));
  await pay(order());
  assert.deepEqual([transactions(), paths().filter((path) => path === "holds").length], [["h-1", "h-2"], 2]);
});

test("a booking that costs something else than was charged is cancelled", async () => {
  confirms = [{ ...BOOKING, totalAmount: 200 }];
  await assert.rejects(pay(order()), sorry("given_back"));
  assert.deepEqual(paths(), ["holds", "confirm", "bookings/b/cancel"]);
});

test("tokens go by the clock of whoever checks them", async () => {
  for (const minutes of [20, 0]) {
    clockAheadMs = minutes * 60_000;
    assert.equal((await pay({ ...order(), buyer: `${minutes}` })).bookingId, "b");
  }
  const { buyerToken } = await import("./holdfast.mjs");
  const { sub, iat, exp } = JSON.parse(Buffer.from(buyerToken("ann").split(".")[1]!, "base64url").toString());
  assert.deepEqual([sub, exp - iat], ["ann", 300]);
});
