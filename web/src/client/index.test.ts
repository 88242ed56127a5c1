/** The entry of `./client`: made in Node as in a browser, and silent until it is used. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, socketAddress } from "./index.js";
import { done, FakePage, FakeServer, FakeSockets, FakeTime, iso, settle, START, tokenFor } from "./testing.js";

function world(react: FakeServer["react"]) {
  const [time, page, server, sockets] = [new FakeTime(), new FakePage(), new FakeServer(react), new FakeSockets()];
  const fakes = { fetch: server.fetch, WebSocket: sockets.make, time, page };
  return { ...fakes, server, sockets, client: createClient({ api: "https://shop.test", token: tokenFor("alice"), ...fakes }) };
}

test("the socket is at the API's address with /ws, unless it has one of its own", () => {
  const cases: [string | null, string | null, string][] = [
    ["https://shop.test", null, "wss://shop.test/ws"],
    ["http://127.0.0.1:8080/", "", "ws://127.0.0.1:8080/ws"],
    ["https://shop.test/tickets/", null, "wss://shop.test/tickets/ws"],
    ["https://shop.test", "wss://live.shop.test/prod", "wss://live.shop.test/prod"],
    ["https://shop.test", "https://live.shop.test/prod", "wss://live.shop.test/prod"],
  ];
  for (const [api, ws, expected] of cases) assert.equal(socketAddress(api, ws), expected);
});

test("a client asks nothing until it is asked", async () => {
  const { client, time, page, server, sockets } = world(() => done({}));
  await time.advance(60_000);
  assert.deepEqual([server.asked.length, sockets.all.length, time.pending, page.listening], [0, 0, 0, 0]);
  await client.api.holds("gala");
  assert.equal(server.asked.length, 1);
});

test("until it has heard the server a client counts by the device's clock, then by nothing that can be set", async () => {
  const { client, time } = world(() => done({ serverTime: iso(START + 5_000) }));
  time.set(START - 3_600_000);
  assert.equal(client.clock.now(), START - 3_600_000);
  await client.api.holds("gala");
  time.set(START + 3_600_000);
  assert.equal(client.clock.now(), START + 5_000);
});

test("closing a client ends all that it followed", async () => {
  const { client, time, page, sockets } = world(() => "silence");
  const sink = { load() {}, take() {}, apply() {}, status() {} };
  const followers = [client.follow("gala", sink), client.follow("matinee", sink)];
  await settle();
  client.close();
  await settle();
  assert.deepEqual(followers.map(({ isStopped }) => isStopped), [true, true]);
  assert.deepEqual([sockets.last.isClosed, time.pending, page.listening], [true, 0, 0]);
});
