/** Requests that are answered, refused, lost, and sent again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "./clock.js";
import { Refused, Unanswered } from "./errors.js";
import { Http, type Call } from "./http.js";
import { done, FakePage, FakeServer, FakeTime, iso, lost, no, START, tokenFor, type Asked } from "./testing.js";
import { Tokens, type TokenSource } from "./tokens.js";

type React = (asked: Asked, nth: number) => ReturnType<FakeServer["react"]>;

const HOLD: Call = { method: "POST", path: "/seat-booking/hold-seats", body: { eventId: "e", seatIds: ["A1"] } };
const HOLDS: Call = { method: "GET", path: "/seat-booking/holds" };

function world(react: React, source: TokenSource = { token: tokenFor("alice") }) {
  const time = new FakeTime();
  const page = new FakePage();
  const clock = new ServerClock(time.now);
  const server: FakeServer = new FakeServer((asked) => react(asked, server.asked.length));
  const tokens = new Tokens(source, time.now);
  const http = new Http({ base: "https://shop.test/", tokens, clock, fetch: server.fetch, time, page });
  return { time, page, clock, server, http, keys: () => server.asked.map(({ headers }) => headers.get("idempotency-key")) };
}

/** Lets time pass until the call is settled. */
async function sent({ http, time }: ReturnType<typeof world>, call: Call, within = 20_000) {
  const answer = http.send(call).then(({ data }) => ({ data }), (error: unknown) => ({ error }));
  await time.advance(within);
  return answer as Promise<{ data?: unknown; error?: unknown }>;
}

test("an answer is opened, and asked for with token, type and key", async () => {
  const w = world(() => done({ holdId: "h1" }));
  assert.deepEqual(await sent(w, HOLD), { data: { holdId: "h1" } });
  const [asked] = w.server.asked;
  assert.equal(asked!.path, "https://shop.test/seat-booking/hold-seats");
  assert.equal(asked!.headers.get("authorization"), `Bearer ${tokenFor("alice")}`);
  assert.equal(asked!.headers.get("content-type"), "application/json");
  assert.match(asked!.headers.get("idempotency-key")!, /^[0-9a-f]{32}$/);
  assert.deepEqual(asked!.body, HOLD.body);
});

test("what is public goes without a token, and nothing that is read has a key", async () => {
  const w = world(() => done({}));
  await sent(w, { ...HOLDS, isPublic: true });
  assert.equal(w.server.asked[0]!.headers.get("authorization"), null);
  assert.deepEqual(w.keys(), [null]);
});

test("a no is a refusal with all that the answer says, and is not asked again", async () => {
  const w = world(() => no(409, "seat_held", { data: { conflictingSeats: ["A1"] } }));
  const { error } = await sent(w, HOLD);
  assert.ok(error instanceof Refused);
  const { code, status, message, data } = error;
  assert.deepEqual({ code, status, message, data }, {
    code: "seat_held", status: 409, message: "It is seat_held", data: { conflictingSeats: ["A1"] },
  });
  assert.equal(w.server.asked.length, 1);
});

const UNANSWERED: [string, () => ReturnType<FakeServer["react"]>][] = [
  ["a connection that breaks", lost],
  ["silence", () => "silence"],
  ["502", () => new Response("Bad Gateway", { status: 502 })],
  ["503", () => no(503, "throttled", { headers: { "retry-after": "1" } })],
  ["504", () => new Response("", { status: 504 })],
  ["500 of the gateway", () => Response.json({ message: "Internal Server Error" }, { status: 500 })],
  ["429", () => no(429, "throttled", { headers: { "retry-after": "2" } })],
  ["a page of something in between", () => new Response("<html>Sign in to the network</html>")],
  ["a seat that is being written", () => no(409, "seat_locked")],
];

for (const [name, react] of UNANSWERED) {
  test(`after ${name} the request goes out again with the same key`, async () => {
    const w = world((_, nth) => (nth === 1 ? react() : done({ holdId: "h1" })));
    assert.deepEqual(await sent(w, HOLD), { data: { holdId: "h1" } });
    const keys = w.keys();
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  });
}

test("two requests have two keys, and a given key is kept", async () => {
  const w = world(() => done({}));
  await sent(w, HOLD);
  await sent(w, HOLD);
  await sent(w, { ...HOLD, key: "again" });
  const [first, second, third] = w.keys();
  assert.notEqual(first, second);
  assert.equal(third, "again");
});

test("what is not answered is given up after a few tries, and is not called refused", async () => {
  const offline = world(lost);
  const { error } = await sent(offline, HOLD);
  assert.ok(error instanceof Unanswered && error.code === "offline");
  assert.equal(offline.server.asked.length, 5);

  const silent = world(() => "silence");
  const start = silent.time.now();
  const outcome = silent.http.send(HOLD).catch((each: unknown) => ({ each, after: silent.time.now() - start }));
  await silent.time.advance(30_000);
  const { each, after } = (await outcome) as { each: Unanswered; after: number };
  assert.equal(each.code, "no_answer");
  assert.ok(after <= 15_000);
});

test("silence in a browser that says it has no network is called offline", async () => {
  const w = world(() => "silence");
  w.page.isConnected = false;
  const { error } = await sent(w, HOLD);
  assert.equal((error as Unanswered).code, "offline");
});

test("429 waits as long as it is told to, and where that is too long it is the answer", async () => {
  const w = world((_, nth) => (nth === 1 ? no(429, "throttled", { headers: { "retry-after": "3" } }) : done({})));
  const answer = w.http.send(HOLD);
  await w.time.advance(2_900);
  assert.equal(w.server.asked.length, 1);
  await w.time.advance(1_000);
  await answer;

  const busy = world(() => no(429, "throttled", { headers: { "retry-after": "60" } }));
  const { error } = await sent(busy, HOLD);
  assert.ok(error instanceof Refused && error.code === "throttled" && error.retryAfterSeconds === 60);
});

test("a try that was lost may have been acted on, whatever the door says to the next", async () => {
  const w = world((_, nth) => (nth === 1 ? lost() : no(429, "throttled", { headers: { "retry-after": "60" } })));
  assert.ok((await sent(w, HOLD)).error instanceof Unanswered);
  const settled = world((_, nth) => (nth === 1 ? lost() : no(409, "seat_held")));
  assert.ok((await sent(settled, HOLD)).error instanceof Refused);
});

test("a refused token is replaced once, under the same key", async () => {
  const given = [tokenFor("alice", 60), tokenFor("alice", 120), tokenFor("alice", 180)];
  let asked = 0;
  const source = { tokenProvider: async () => given[asked++]! };
  const bearer = (n: number) => `Bearer ${given[n]}`;
  const w = world(({ headers }) => (headers.get("authorization") === bearer(1) ? done({}) : no(401, "unauthorized")), source);
  assert.deepEqual(await sent(w, HOLD), { data: {} });
  const [first, second] = w.keys();
  assert.equal(first, second);

  asked = 0;
  const never = world(() => no(401, "unauthorized"), source);
  assert.equal(((await sent(never, HOLD)).error as Refused).code, "unauthorized");
  assert.equal(never.server.asked.length, 2);
});

test("a fixed token that is refused is not tried twice", async () => {
  const w = world(() => no(401, "unauthorized"));
  assert.equal(((await sent(w, HOLD)).error as Refused).status, 401);
  assert.equal(w.server.asked.length, 1);
});

test("whoever asked may want no more of it: under way, between tries, before", async () => {
  for (const react of [(): "silence" => "silence", lost]) {
    const w = world(react);
    const ending = new AbortController();
    const answer = w.http.send({ ...HOLD, signal: ending.signal });
    const rejected = assert.rejects(answer, { name: "AbortError" });
    await w.time.advance(100);
    ending.abort();
    await rejected;
    await w.time.advance(20_000);
    assert.equal(w.server.asked.length, 1);
    await assert.rejects(w.http.send({ ...HOLD, signal: ending.signal }), { name: "AbortError" });
    assert.equal(w.server.asked.length, 1);
  }
});

test("an answer that is not the API's own is known by its status", async () => {
  for (const [status, code] of [[404, "not_found"], [403, "forbidden"], [413, "invalid_data"]] as const) {
    const w = world(() => Response.json({ message: "Not Found" }, { status }));
    const { error } = await sent(w, HOLD);
    assert.deepEqual([(error as Refused).code, (error as Refused).status], [code, status]);
  }
});

test("the server's clock is heard of every answer; of one that was kept, from when it was asked for first", async () => {
  const w = world(() => done({ serverTime: iso(START + 60_000) }));
  await sent(w, HOLDS, 0);
  assert.equal(w.clock.now(), START + 60_000);

  // The first answer is lost on its way; the second, seconds later, is the same one.
  const kept = world((_, nth) => (nth === 1 ? "silence" : done({ serverTime: iso(START + 60_000) })));
  kept.clock.heard(iso(START + 60_000), START, START);
  await sent(kept, HOLD);
  assert.equal(kept.clock.now(), kept.time.now() + 60_000);
});

test("a reading of what is known already is unchanged, whether the server or the browser's cache says so", async () => {
  const headers = { etag: 'W/"1"', "holdfast-as-of": iso(START + 5_000) };
  const answers = [() => new Response(null, { status: 304, headers }), () => done({ seats: [] }, headers)];
  for (const react of answers) {
    const w = world(react);
    const { data } = await w.http.send({ ...HOLDS, knownEtag: 'W/"1"' });
    assert.equal(data, null);
    assert.equal(w.clock.now(), START + 5_000);
  }
  const w = world(answers[1]!);
  assert.deepEqual((await w.http.send({ ...HOLDS, knownEtag: null })).data, { seats: [] });
});

test("nothing is left behind: no timer outlives its request", async () => {
  const w = world(() => done({}));
  await sent(w, HOLD, 0);
  assert.equal(w.time.pending, 0);
});
