/** A venue that is kept true through lost connections, caches, changed layouts, hidden pages and pauses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Follower, Sink, Status } from "./follower.js";
import { createClient } from "./index.js";
import { done, FakePage, FakeServer, FakeSockets, FakeTime, iso, lost, no, settle, tokenFor, type Asked } from "./testing.js";
import type { AvailabilityData, PlanData, SeatState } from "./types.js";

const EVENT = "gala";
const AHEAD_MS = 2_000;

/** A server with one event: its seats, the layout's version, and how it answers. */
class House {
  readonly time = new FakeTime();
  readonly page = new FakePage();
  readonly sockets = new FakeSockets();
  seats: SeatState[] = [];
  layoutVersion = 1;
  /** How much earlier than now the clock is that dates readings. */
  cacheMs = 0;
  /** For how long each of the two caches, asked in turn, gives the same reading. */
  keptMs = 0;
  #kept: { at: number; seats: SeatState[] }[] = [0, 1].map(() => ({ at: -Infinity, seats: [] }));
  joinedWith: { follow?: "availability"; pollMs?: number } = {};
  /** In the place of what would be answered. */
  instead: (asked: Asked) => Response | Promise<Response> | Error | "silence" | null = () => null;
  readonly server = new FakeServer((asked) => this.instead(asked) ?? this.#answer(asked));

  constructor() {
    this.sockets.react = ({ action, requestId, eventId }, socket) => {
      const now = this.time.now();
      const joined = { at: iso(now + AHEAD_MS), ...this.joinedWith };
      if (action === "join") socket.tell({ type: "joined", eventId, requestId, data: joined });
      if (action === "ping") socket.tell({ type: "pong", requestId, data: { at: iso(now) } });
    };
  }

  count(what: "availability" | "plans"): number {
    return this.server.asked.filter(({ path }) => path.includes(`/${what}/`)).length;
  }

  get joins(): number {
    return this.sockets.all.flatMap(({ said }) => said).filter(({ action }) => action === "join").length;
  }

  /** Changes a seat, and tells it to whoever listens. */
  change(seatId: string, version: number, isTold = true): void {
    const state: SeatState = { seatId, status: "booked", version };
    this.seats = [...this.seats.filter((each) => each.seatId !== seatId), state];
    if (isTold) this.sockets.last.tell({ type: "seat:status:changed", eventId: EVENT, data: { changes: [state] } });
  }

  #answer({ path, headers }: Asked): Response {
    if (path.includes("/plans/")) return done({ layout: { id: "hall", version: Number(path.split("/").at(-1)) } });
    const { at, seats } = this.#read();
    const asOf = iso(at - this.cacheMs);
    const etag = JSON.stringify([this.layoutVersion, seats]);
    const about = { etag, "holdfast-as-of": asOf };
    if (headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: about });
    return done({ eventId: EVENT, layoutId: "hall", layoutVersion: this.layoutVersion, asOf, seats }, about);
  }

  #read() {
    const now = this.time.now();
    const last = this.#kept.shift()!;
    const read = now < last.at + this.keptMs ? last : { at: now, seats: this.seats };
    this.#kept.push(read);
    return read;
  }
}

/** What was told, in short: `load 1`, `take A1@2`, `apply A1@3`, `status online`, `failed not_found`. */
class Notes implements Sink {
  all: string[] = [];
  load = (plan: PlanData, { seats }: AvailabilityData) => this.#note(`load ${plan.layout.version} ${show(seats)}`);
  take = ({ seats }: AvailabilityData) => this.#note(`take ${show(seats)}`);
  apply = (changes: readonly SeatState[]) => this.#note(`apply ${show(changes)}`);
  status = ({ online, stale }: Status) => this.#note(`${online ? "online" : "offline"}${stale ? " stale" : ""}`);
  failed = (error: unknown) => this.#note(`failed ${(error as { code?: string }).code ?? String(error)}`);

  get news(): string[] {
    return this.all.filter((each) => !/^(online|offline)/.test(each));
  }

  get lastStatus(): string | undefined {
    return this.all.filter((each) => /^(online|offline)/.test(each)).at(-1);
  }

  #note(text: string): void {
    this.all.push(text.trim());
  }
}

const show = (seats: readonly SeatState[]) => seats.map(({ seatId, version }) => `${seatId}@${version}`).join(" ");

interface World {
  house: House;
  notes: Notes;
  follower: Follower;
  pass(ms: number): Promise<void>;
  reads(ms: number): Promise<number>;
}

async function follow(house = new House(), options: { token?: string } = { token: tokenFor("alice") }): Promise<World> {
  const { time, page, sockets, server } = house;
  const fakes = { fetch: server.fetch, WebSocket: sockets.make, time, page };
  const client = createClient({ api: "https://shop.test", ...options, ...fakes });
  const notes = new Notes();
  const follower = client.follow(EVENT, notes);
  const pass = (ms: number) => time.advance(ms);
  const reads = async (ms: number) => {
    const before = house.count("availability");
    await pass(ms);
    return house.count("availability") - before;
  };
  await settle();
  return { house, notes, follower, pass, reads };
}

/** Connected, joined, and read as far as frames go. */
async function live(house = new House()): Promise<World> {
  const world = await follow(house);
  await world.pass(5_000);
  return world;
}

// ---- How often it reads ---------------------------------------------------------------------------------------------

test("the plan of the availability's layout is read once, and with it the venue is ready", async () => {
  const house = new House();
  house.seats = [{ seatId: "A1", status: "held", version: 1 }];
  const { notes, follower, pass } = await follow(house);
  await follower.ready;
  assert.deepEqual(notes.news, ["load 1 A1@1"]);
  await pass(200_000);
  assert.equal(house.count("plans"), 1);
});

test("with a token it reads every second until a reading is later than the join, then once a minute", async () => {
  const { house, reads } = await follow();
  assert.equal(house.joins, 1);
  await reads(1_000);
  assert.equal(await reads(1_000), 1, "as old as the join's time, which is two seconds ahead");
  assert.equal(await reads(1_000), 1, "later than it");
  assert.equal(await reads(50_000), 0);
  assert.equal(await reads(12_000), 1);
});

test("a cache that is two seconds old makes the catching up two seconds longer", async () => {
  const house = new House();
  house.cacheMs = 2_000;
  const { reads } = await follow(house);
  assert.equal(await reads(5_500), 5);
  assert.equal(await reads(50_000), 0);
});

test("where the event has too many watchers it reads as often as it is told, and no frames are needed", async () => {
  const house = new House();
  house.joinedWith = { follow: "availability", pollMs: 5_000 };
  const { notes, reads, pass } = await follow(house);
  await pass(1_000);
  assert.equal(await reads(20_000), 4);
  house.change("A1", 1, false);
  await pass(5_000);
  assert.deepEqual(notes.news.at(-1), "take A1@1");
});

test("without a token it reads every two seconds, and connects to nothing", async () => {
  const { house, reads } = await follow(new House(), {});
  assert.equal(await reads(10_000), 5);
  assert.equal(house.sockets.all.length, 0);
});

test("while the socket cannot connect it reads every three seconds", async () => {
  const house = new House();
  house.sockets.greet = (socket) => socket.drop();
  const { reads } = await follow(house);
  assert.equal(await reads(30_000), 10);
});

test("a server that answers nothing is asked less and less, down to every twenty seconds", async () => {
  const { house, reads } = await follow(new House(), {});
  house.instead = lost;
  await reads(60_000);
  const asked = await reads(200_000);
  assert.ok(asked >= 10 && asked <= 20, String(asked));
});

test("an availability that is known already is not told again", async () => {
  const { notes, pass } = await follow(new House(), {});
  await pass(20_000);
  assert.deepEqual(notes.news, ["load 1"]);
});

// ---- What frames tell -----------------------------------------------------------------------------------------------

test("a frame is told as it comes, and a frame of another event is not", async () => {
  const { house, notes } = await live();
  house.change("A1", 1);
  const changes: SeatState[] = [{ seatId: "A2", status: "held", version: 1 }];
  house.sockets.last.tell({ type: "seat:status:changed", eventId: "other", data: { changes } });
  assert.deepEqual(notes.news, ["load 1", "apply A1@1"]);
});

test("what the server tells unasked, because frames were lost, is told too", async () => {
  const { house, notes } = await live();
  const seats: SeatState[] = [{ seatId: "A1", status: "held", version: 4 }];
  const data = { seats, asOf: iso(house.time.now()), part: 1, parts: 1 };
  house.sockets.last.tell({ type: "seats:availability", eventId: EVENT, data });
  assert.deepEqual(notes.news.at(-1), "apply A1@4");
});

test("frames that come before the plan wait for it, each seat with its latest state", async () => {
  const house = new House();
  let deliver = (_: Response) => {};
  house.instead = ({ path }) => (path.includes("/plans/") ? new Promise((resolve) => (deliver = resolve)) : null);
  const { notes } = await follow(house);
  house.change("A1", 1);
  house.change("A1", 2);
  house.change("A2", 1);
  house.change("A1", 1);
  assert.deepEqual(notes.news, []);
  deliver(done({ layout: { id: "hall", version: 1 } }));
  await settle();
  assert.deepEqual(notes.news, ["load 1", "apply A1@2 A2@1"]);
});

test("a new version of the layout is loaded; frames wait for it, and what they told before is read again", async () => {
  const { house, notes, reads } = await live();
  house.layoutVersion = 2;
  let deliver = (_: Response) => {};
  house.instead = ({ path }) => (path.includes("/plans/") ? new Promise((resolve) => (deliver = resolve)) : null);
  await reads(61_000);
  house.change("B1", 1);
  assert.deepEqual(notes.news, ["load 1"]);
  deliver(done({ layout: { id: "hall", version: 2 } }));
  await settle();
  assert.deepEqual(notes.news, ["load 1", "load 2", "apply B1@1"]);
  assert.equal(house.joins, 2);
  const soon = await reads(5_000);
  assert.ok(soon >= 2, "until a reading is later than the new join");
  assert.equal(await reads(50_000), 0);
});

test("a plan that does not come at once is asked for again, and frames go on waiting", async () => {
  const { house, notes, pass } = await live();
  house.layoutVersion = 2;
  house.instead = ({ path }) => (path.includes("/plans/") ? lost() : null);
  await pass(61_000);
  house.change("B1", 1);
  house.instead = () => null;
  await pass(10_000);
  assert.deepEqual(notes.news, ["load 1", "load 2 B1@1", "apply B1@1"]);
});

test("a stack that was set up anew counts from zero again, and everything is loaded anew", async () => {
  const { house, notes, pass } = await live();
  house.change("A1", 7);
  await pass(61_000);
  house.seats = [{ seatId: "A1", status: "held", version: 1 }];
  await pass(61_000);
  assert.deepEqual(notes.news.at(-1), "load 1 A1@1");
});

test("a stack that was set up anew is noticed by what frames alone had told of the old one", async () => {
  const { house, notes, pass } = await live();
  house.change("A1", 1);
  house.seats = [];
  house.sockets.last.drop();
  await pass(7_000);
  assert.deepEqual(notes.news, ["load 1", "apply A1@1", "load 1"]);
  await pass(200_000);
  assert.equal(notes.news.length, 3, "once");
});

test("a stack that was set up anew behind an open connection is noticed with the second reading", async () => {
  const { house, notes, pass } = await live();
  house.change("A1", 2);
  house.seats = [{ seatId: "A1", status: "held", version: 1 }];
  await pass(140_000);
  assert.deepEqual(notes.news, ["load 1", "apply A1@2", "take A1@1", "load 1 A1@1"]);
});

test("what waits of a stack that is no more is not shown, though its plan came late", async () => {
  const { house, notes, follower, pass } = await live();
  follower.pause();
  house.change("A1", 1);
  house.seats = [];
  house.instead = ({ path }) => (path.includes("/plans/") ? lost() : null);
  house.sockets.last.drop();
  await pass(7_000);
  assert.deepEqual(notes.news, ["load 1"]);
  house.change("B1", 1);
  house.instead = () => null;
  await pass(15_000);
  follower.resume();
  assert.deepEqual(notes.news, ["load 1", "load 1 B1@1", "apply B1@1"]);
});

test("readings out of a cache are no sign of a new stack, however they mix with frames and lost connections", async () => {
  for (const keptMs of [900, 2_000]) {
    const house = new House();
    house.keptMs = keptMs;
    const { notes, follower, pass } = await live(house);
    for (let turn = 1; turn <= 300; turn += 1) {
      house.change(`A${turn % 97}`, turn);
      if (turn % 50 === 0) house.sockets.last.drop();
      if (turn % 3 === 0) void follower.refresh().catch(() => {});
      await pass(370);
    }
    assert.deepEqual(notes.news.filter((each) => each.startsWith("load")), ["load 1"]);
  }
});

test("a frame that repeats what was read is no sign of a new stack", async () => {
  const { house, notes, pass, reads } = await live();
  house.change("A1", 1, false);
  await pass(65_000);
  house.change("A1", 1);
  await pass(130_000);
  assert.deepEqual(notes.news, ["load 1", "take A1@1", "apply A1@1"].concat(notes.news.slice(3)));
  assert.ok(!notes.news.slice(1).some((each) => each.startsWith("load")));
  assert.ok((await reads(120_000)) <= 2, "and is looked up once");
});

// ---- Connections that are lost --------------------------------------------------------------------------------------

test("every new connection joins anew and reads anew, so that nothing of the gap is missed", async () => {
  const { house, notes, pass, reads } = await live();
  house.sockets.last.drop();
  house.change("A1", 1, false);
  await pass(2_000);
  assert.equal(house.joins, 2);
  assert.deepEqual(notes.news, ["load 1", "take A1@1"]);
  assert.ok((await reads(3_000)) >= 2, "until a reading is later than the new join");
  assert.equal(await reads(45_000), 0, "and is live again");
});

test("a cut of a minute is noticed, shown, and made good for", async () => {
  const { house, notes, pass } = await live();
  assert.equal(notes.lastStatus, "online");
  house.instead = lost;
  house.sockets.greet = (socket) => socket.drop();
  house.page.isConnected = false;
  house.page.fire("offline");
  assert.equal(notes.lastStatus, "offline");
  await pass(10_000);
  assert.equal(notes.lastStatus, "offline stale");
  await pass(50_000);
  house.change("A1", 1, false);
  house.instead = () => null;
  house.sockets.greet = (socket) => socket.accept();
  house.page.isConnected = true;
  house.page.fire("online");
  await pass(100);
  assert.deepEqual(notes.news.at(-1), "take A1@1");
  assert.equal(notes.lastStatus, "online");
});

test("a connection that told everything until now makes nothing stale at once when it is lost", async () => {
  const { house, notes, pass } = await live();
  await pass(40_000);
  house.instead = () => "silence";
  house.sockets.greet = (socket) => socket.drop();
  house.sockets.last.drop();
  await pass(7_000);
  assert.equal(notes.lastStatus, "online");
  await pass(1_000);
  assert.equal(notes.lastStatus, "online stale");
});

test("a server without a socket is followed by reading, and is not stale", async () => {
  const house = new House();
  house.sockets.greet = (socket) => socket.drop();
  const { notes, pass } = await follow(house);
  await pass(60_000);
  assert.deepEqual(notes.all, ["load 1", "online"]);
});

test("as long as frames tell everything, readings that fail make nothing stale", async () => {
  const { house, notes, pass } = await live();
  house.instead = lost;
  await pass(120_000);
  assert.equal(notes.lastStatus, "offline");
});

test("it is stale once nothing could be vouched for in more than five seconds", async () => {
  const { house, notes, pass } = await follow(new House(), {});
  house.instead = () => "silence";
  await pass(4_900);
  assert.equal(notes.lastStatus, "online");
  await pass(200);
  assert.equal(notes.lastStatus, "online stale");
});

// ---- Pages that nobody looks at -------------------------------------------------------------------------------------

test("a hidden page reads nothing, hears frames all the same, and reads at once when it is seen", async () => {
  const { house, notes, reads } = await live();
  house.page.hide();
  assert.equal(await reads(600_000), 0);
  house.change("A1", 1);
  assert.deepEqual(notes.news.at(-1), "apply A1@1");
  house.page.see();
  assert.equal(await reads(0), 1);
});

test("a page that is opened hidden is loaded all the same", async () => {
  const house = new House();
  house.page.hide();
  const { notes, follower } = await follow(house, {});
  await follower.ready;
  assert.deepEqual(notes.news, ["load 1"]);
});

test("a page that is opened hidden goes on trying until it is loaded", async () => {
  const house = new House();
  house.page.hide();
  house.instead = lost;
  const { follower, pass } = await follow(house, {});
  house.instead = () => null;
  await pass(5_000);
  await follower.ready;
});

test("nobody is told of stale seats by looking again, as long as the next reading works", async () => {
  const { house, notes, pass } = await follow(new House(), {});
  house.page.hide();
  await pass(600_000);
  notes.all = [];
  house.page.see();
  await pass(1_000);
  assert.deepEqual(notes.all.filter((each) => each.includes("stale")), []);
});

test("whoever looks again at a page without a network is told at once that it is stale", async () => {
  const { house, notes, pass } = await follow(new House(), {});
  house.instead = lost;
  await pass(2_000);
  house.page.hide();
  await pass(600_000);
  house.instead = () => "silence";
  house.page.see();
  assert.equal(notes.lastStatus, "offline stale");
});

// ---- What its owner wants -------------------------------------------------------------------------------------------

test("paused, nothing is told; resumed, everything is, each seat once", async () => {
  const { house, notes, follower, pass } = await live();
  follower.pause();
  house.change("A1", 1);
  house.change("A1", 2);
  house.change("A2", 1, false);
  await pass(65_000);
  assert.deepEqual(notes.news, ["load 1"]);
  follower.resume();
  assert.deepEqual(notes.news.slice(1).sort(), ["apply A1@2", "take A1@2 A2@1"]);
});

test("a new layout is shown though paused, and what waited of the old one is dropped", async () => {
  const { house, notes, follower, pass } = await live();
  follower.pause();
  house.change("A1", 1, false);
  await pass(65_000);
  house.layoutVersion = 2;
  await pass(65_000);
  follower.resume();
  assert.deepEqual(notes.news, ["load 1", "load 2 A1@1"]);
});

test("refresh reads now, paused or not, and resolves when it is told", async () => {
  const { house, notes, follower } = await live();
  follower.pause();
  house.change("A1", 1, false);
  await follower.refresh();
  assert.deepEqual(notes.news, ["load 1", "take A1@1"]);
});

test("peek reads now, and paused it tells nothing", async () => {
  const { house, notes, follower, reads } = await live();
  follower.pause();
  house.change("A1", 1, false);
  house.change("A2", 1);
  const before = house.count("availability");
  await follower.peek();
  assert.equal(house.count("availability"), before + 1);
  assert.deepEqual(notes.news, ["load 1"]);
  house.page.hide();
  await reads(0);
  const asked = house.count("availability");
  await follower.peek();
  assert.equal(house.count("availability"), asked + 1, "hidden too");
  follower.resume();
  assert.deepEqual(notes.news, ["load 1", "take A1@1 A2@1", "apply A2@1"]);
});

test("peek tells what it read where nothing is paused, and does not keep a refresh from it where something is", async () => {
  const { house, notes, follower } = await live();
  house.change("A1", 1, false);
  await follower.peek();
  assert.deepEqual(notes.news, ["load 1", "take A1@1"]);
  follower.pause();
  house.change("A1", 2, false);
  await Promise.all([follower.peek(), follower.refresh()]);
  assert.deepEqual(notes.news.at(-1), "take A1@2");
});

test("peek says so when it could not read, or was stopped", async () => {
  const { house, follower } = await live();
  house.instead = lost;
  await assert.rejects(follower.peek(), { code: "offline" });
  follower.stop();
  await assert.rejects(follower.peek(), { name: "AbortError" });
});

test("refresh that is called during a reading waits for the next one", async () => {
  const house = new House();
  const { notes, follower, pass } = await follow(house, {});
  const old = done({ eventId: EVENT, layoutId: "hall", layoutVersion: 1, asOf: iso(house.time.now()), seats: [] });
  let deliver = (_: Response) => {};
  house.instead = () => new Promise((resolve) => (deliver = resolve));
  await pass(2_000);
  const refreshed = follower.refresh();
  house.instead = () => null;
  house.seats = [{ seatId: "A1", status: "booked", version: 1 }];
  deliver(old);
  await refreshed;
  assert.deepEqual(notes.news.at(-1), "take A1@1");
});

test("refresh says so when it could not read", async () => {
  const { house, follower } = await live();
  house.instead = lost;
  await assert.rejects(follower.refresh(), { code: "offline" });
});

test("an event that does not exist is told once, makes ready fail, and is asked for every twenty seconds", async () => {
  const house = new House();
  house.instead = () => no(404, "not_found");
  const { notes, follower, reads } = await follow(house, {});
  await assert.rejects(follower.ready, { code: "not_found", status: 404 });
  assert.equal(await reads(100_000), 5);
  assert.deepEqual(notes.news, ["failed not_found"]);
  house.instead = () => null;
  await reads(20_000);
  assert.deepEqual(notes.news, ["failed not_found", "load 1"], "until it does");
});

test("a server that is away for the first minute only delays what is ready", async () => {
  const house = new House();
  house.instead = lost;
  const { follower, pass, notes } = await follow(house, {});
  let isSettled = false;
  void follower.ready.finally(() => (isSettled = true));
  await pass(60_000);
  assert.equal(isSettled, false);
  assert.equal(notes.lastStatus, "offline");
  house.instead = () => null;
  await pass(20_000);
  await follower.ready;
});

test("a sink that fails is told of it, and ready fails with it", async () => {
  const house = new House();
  const { time, page, server } = house;
  const notes = new Notes();
  notes.load = () => { throw new Error("no canvas"); };
  const follower = createClient({ api: "https://shop.test", fetch: server.fetch, time, page }).follow(EVENT, notes);
  await assert.rejects(follower.ready, /no canvas/);
  assert.deepEqual(notes.news, ["failed Error: no canvas"]);
});

test("a token that comes later is used from the next reading on", async () => {
  const house = new House();
  const { time, page, sockets, server } = house;
  const client = createClient({ api: "https://shop.test", fetch: server.fetch, WebSocket: sockets.make, time, page });
  client.follow(EVENT, new Notes());
  await time.advance(3_000);
  client.tokens.use({ token: tokenFor("alice") });
  await time.advance(3_000);
  assert.equal(house.joins, 1);
});

test("stopped, it asks nothing, tells nothing, and leaves nothing behind but the client's connection", async () => {
  const { house, notes, follower, reads } = await live();
  const refreshed = follower.refresh();
  follower.stop();
  await assert.rejects(refreshed, { name: "AbortError" });
  await assert.rejects(follower.refresh(), { name: "AbortError" });
  assert.equal(house.sockets.last.said.at(-1)?.action, "leave");
  notes.all = [];
  house.change("A1", 1);
  house.sockets.last.drop();
  assert.equal(await reads(120_000), 0);
  assert.deepEqual(notes.all, []);
  assert.equal(house.joins, 1);
});

test("stopped before it was ready, ready fails, and nobody has to care", async () => {
  const house = new House();
  house.instead = () => "silence";
  const { follower } = await follow(house, {});
  follower.stop();
  await assert.rejects(follower.ready, { name: "AbortError" });
  await settle();
  assert.equal(house.time.pending, 0);
  assert.equal(house.page.listening, 0);
});
