/** The routes: where each request goes, what it carries, and that the documents' words are the only ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./api.js";
import { ServerClock } from "./clock.js";
import { Http } from "./http.js";
import { query } from "./paths.js";
import { done, FakeServer, iso, START, tokenFor, type Asked } from "./testing.js";
import { Tokens } from "./tokens.js";

function world(react: (asked: Asked, nth: number) => Response = () => done({})) {
  const server: FakeServer = new FakeServer((asked) => react(asked, server.asked.length));
  const tokens = new Tokens({ token: tokenFor("alice") }, () => START);
  return { server, api: new Api(new Http({ tokens, clock: new ServerClock(() => START), fetch: server.fetch })) };
}

const SEATS = { eventId: "e", seatIds: ["A1"] };
const TABLE = { eventId: "e", tableId: "t" };
const AREA = { eventId: "e", areaId: "a", quantity: 2 };
const BEST = { eventId: "e", quantity: 2 };
const EVENT = { eventId: "e" };
const ORDER = { eventId: "e", contactInfo: { name: "A" }, paymentInfo: { transactionId: "t" } };

const CALLS: [string, (api: Api) => Promise<unknown>, string, unknown?][] = [
  ["plan", (api) => api.plan("hall/1", 3), "GET /seat-booking/plans/hall%2F1/3"],
  ["availability", (api) => api.availability("a b", null), "GET /seat-booking/availability/a%20b"],
  ["holds", (api) => api.holds("a&b"), "GET /seat-booking/holds?eventId=a%26b"],
  ["holdSeats", (api) => api.holdSeats(SEATS), "POST /seat-booking/hold-seats", SEATS],
  ["holdTable", (api) => api.holdTable(TABLE), "POST /seat-booking/hold-table", TABLE],
  ["holdArea", (api) => api.holdArea(AREA), "POST /seat-booking/hold-area", AREA],
  ["holdBest", (api) => api.holdBest(BEST), "POST /seat-booking/best-available", BEST],
  ["release", (api) => api.release(EVENT), "POST /seat-booking/release", EVENT],
  ["extend", (api) => api.extend(EVENT), "POST /seat-booking/extend", EVENT],
  ["confirm", (api) => api.confirm(ORDER), "POST /seat-booking/confirm", ORDER],
  ["line", (api) => api.line("e"), "GET /seat-booking/queue/e/line"],
  ["drawPage", (api) => api.drawPage("a b", 2), "GET /seat-booking/queue/a%20b/draw/2"],
  ["place", (api) => api.place("e"), "GET /seat-booking/queue/e"],
  ["join", (api) => api.join("e"), "POST /seat-booking/queue/e", {}],
  ["leave", (api) => api.leave("e"), "DELETE /seat-booking/queue/e"],
];

for (const [name, call, expected, body] of CALLS) {
  test(`${name} asks ${expected}`, async () => {
    const { api, server } = world();
    await call(api);
    const [asked] = server.asked;
    assert.equal(`${asked!.method} ${asked!.path}`, expected);
    assert.deepEqual(asked!.body, body);
  });
}

test("what everyone is answered alike is asked without a token", async () => {
  const { api, server } = world();
  await Promise.all([api.plan("hall", 1), api.availability("e", null), api.line("e"), api.holds("e")]);
  assert.deepEqual(server.asked.map(({ headers }) => headers.has("authorization")), [false, false, false, true]);
});

test("a pass goes along with what holds, and without one there is no header", async () => {
  const { api, server } = world();
  await api.holdSeats({ eventId: "e", seatIds: ["A1"] }, { pass: "let me in" });
  await api.holdSeats({ eventId: "e", seatIds: ["A1"] }, { pass: undefined });
  assert.deepEqual(server.asked.map(({ headers }) => headers.get("holdfast-pass")), ["let me in", null]);
});

test("a reading brings its etag and its time, and only that where nothing has changed", async () => {
  const headers = { etag: 'W/"1"', "holdfast-as-of": iso(START) };
  const { api, server } = world(({ headers: sent }) =>
    sent.get("if-none-match") === 'W/"1"' ? new Response(null, { status: 304, headers }) : done({ seats: [] }, headers));
  assert.deepEqual(await api.availability("e", null), { data: { seats: [] }, etag: 'W/"1"', asOf: iso(START) });
  assert.deepEqual(await api.availability("e", 'W/"1"'), { data: null, etag: 'W/"1"', asOf: iso(START) });
  assert.equal(server.asked.length, 2);
});

test("where the header is kept from the page, a reading's own time counts", async () => {
  const { api } = world(() => done({ asOf: iso(START), seats: [] }));
  assert.equal((await api.availability("e", null)).asOf, iso(START));
});

test("a reading is not sent again by itself: whoever reads again and again does that", async () => {
  const { api, server } = world(() => new Response("", { status: 503 }));
  await assert.rejects(api.availability("e", null), { code: "no_answer" });
  assert.equal(server.asked.length, 1);
});

test("bookings are read page by page, and only those of the event that stand are given", async () => {
  const booking = (bookingId: string, eventId: string, status: string) => ({ bookingId, eventId, status });
  const pages = [
    { bookings: [booking("1", "e", "confirmed"), booking("2", "other", "confirmed")], nextCursor: "c&2" },
    { bookings: [booking("3", "e", "cancelled"), booking("4", "e", "confirmed")], nextCursor: null },
  ];
  const { api, server } = world((_, nth) => done(pages[nth - 1]));
  assert.deepEqual((await api.bookings("e")).map(({ bookingId }) => bookingId), ["1", "4"]);
  assert.deepEqual(server.asked.map(({ path }) => path), [
    "/seat-booking/bookings?limit=100",
    "/seat-booking/bookings?limit=100&cursor=c%262",
  ]);
});

test("a buyer with bookings without end is not read without end", async () => {
  const { api, server } = world(() => done({ bookings: [], nextCursor: "more" }));
  await api.bookings("e");
  assert.equal(server.asked.length, 10);
});

test("a query leaves out what is not there", () => {
  assert.equal(query({ a: 1, b: undefined }), "?a=1");
  assert.equal(query({ a: undefined }), "");
});

test("a word that the documents do not have does not compile", async () => {
  const { api } = world();
  // @ts-expect-error seatIds is misspelt
  await api.holdSeats({ eventId: "e", seatIdz: ["A1"] });
  // @ts-expect-error a table has to be named
  await api.holdTable({ eventId: "e" });
  // @ts-expect-error an answer has no such field
  assert.equal((await api.holdSeats({ eventId: "e", seatIds: ["A1"] })).seatz, undefined);
});
