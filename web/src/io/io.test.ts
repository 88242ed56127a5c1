/** The older system's client code over the client: connecting, trips, verbs, and what goes wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { iso, lost, no, settle, START, tokenFor } from "../client/testing.js";
import ioByDefault, { io, type Auth } from "./index.js";
import { Bus, TRIP } from "./testing.js";

const later = iso(START + 600_000);

async function joined(bus = new Bus()) {
  const socket = bus.connect();
  socket.emit("join:trip", { tripId: TRIP });
  await bus.time.advance(3_000);
  return { bus, socket };
}

// ---- Connecting -----------------------------------------------------------------------------------------------------

test("it is the default export too, and connects by itself, after whoever called it could listen", async () => {
  assert.equal(ioByDefault, io);
  const bus = new Bus();
  const socket = bus.connect();
  assert.deepEqual([socket.connected, socket.id, bus.sockets.all.length], [false, undefined, 0]);
  await settle();
  assert.deepEqual([socket.connected, socket.disconnected, typeof socket.id], [true, false, "string"]);
  assert.deepEqual(bus.names(), ["connect"]);
  assert.deepEqual(bus.sockets.last.protocols, ["holdfast", tokenFor("john")]);
});

test("its address is the API's base address, or the socket's", async () => {
  const cases = [
    ["http://localhost:5000", "ws://localhost:5000/ws"], ["https://bus.test/live/", "wss://bus.test/live/ws"],
    ["ws://bus.test", "ws://bus.test/ws"], ["wss://bus.test/ws", "wss://bus.test/ws"],
  ];
  for (const [url, address] of cases) {
    const bus = new Bus();
    bus.connect({}, url).emit("join:trip", { tripId: TRIP });
    await settle();
    assert.equal(bus.sockets.last.url, address);
    const base = address!.replace(/^ws/, "http").replace(/\/ws$/, "");
    assert.equal(bus.server.asked[0]!.path, `${base}/seat-booking/availability/${TRIP}`);
  }
  const bus = new Bus();
  bus.connect({ ws: "wss://live.bus.test/prod" });
  await settle();
  assert.equal(bus.sockets.last.url, "wss://live.bus.test/prod");
});

test("with autoConnect false it waits for connect, and connects once however often it is called", async () => {
  const bus = new Bus();
  const socket = bus.connect({ autoConnect: false });
  await settle();
  assert.equal(bus.sockets.all.length, 0);
  socket.connect().connect();
  await settle();
  socket.connect();
  await settle();
  assert.equal(bus.sockets.all.length, 1);
});

test("open and close are connect and disconnect, and all listeners are removed at once, of one event or of all", async () => {
  const bus = new Bus();
  const socket = bus.connect({ autoConnect: false }).open();
  await settle();
  assert.equal(socket.connected, true);
  socket.removeAllListeners("disconnect").close();
  assert.deepEqual([socket.connected, bus.names()], [false, ["connect"]]);
  socket.removeAllListeners().open();
  await settle();
  assert.deepEqual([socket.connected, bus.names()], [true, ["connect"]]);
});

test("it disconnects when told, says so, and stays away; connect brings it back under another id", async () => {
  const bus = new Bus();
  const socket = bus.connect();
  await settle();
  const before = socket.id;
  socket.disconnect();
  assert.deepEqual(bus.of("disconnect"), ["io client disconnect"]);
  await bus.time.advance(600_000);
  assert.deepEqual([bus.sockets.all.length, bus.time.pending, socket.connected], [1, 0, false]);
  socket.connect();
  await settle();
  assert.ok(socket.connected && socket.id !== before);
});

test("disconnected before it began, it never connects", async () => {
  const bus = new Bus();
  bus.connect().disconnect();
  await settle();
  assert.equal(bus.sockets.all.length, 0);
});

test("a lost connection is made again by itself", async () => {
  const bus = new Bus();
  const socket = bus.connect();
  await settle();
  bus.sockets.last.drop();
  assert.deepEqual([bus.of("disconnect"), socket.connected], [["transport close"], false]);
  await bus.time.advance(30_000);
  assert.deepEqual(bus.names(), ["connect", "disconnect", "connect"]);
});

test("a connection that does not come about is told as an Error, and tried again", async () => {
  const bus = new Bus();
  bus.sockets.greet = (each) => each.drop();
  const socket = bus.connect();
  await settle();
  const [error] = bus.of("connect_error");
  assert.ok(error instanceof Error);
  assert.match(error.message, /cannot be reached/);
  bus.sockets.greet = (each) => each.accept();
  await bus.time.advance(30_000);
  assert.equal(socket.connected, true);
});

test("disconnected by whoever hears of the error, it does not try again", async () => {
  const bus = new Bus();
  bus.sockets.greet = (each) => each.drop();
  const socket = bus.connect();
  socket.on("connect_error", () => socket.disconnect());
  await bus.time.advance(600_000);
  assert.deepEqual([bus.sockets.all.length, bus.time.pending], [1, 0]);
});

test("without sockets or a token there is an error that says what to do, and nothing else happens", async () => {
  const bus = new Bus();
  const real = globalThis.WebSocket;
  // Node 20 has none.
  Reflect.deleteProperty(globalThis, "WebSocket");
  try {
    bus.connect({ WebSocket: undefined });
    await settle();
  } finally {
    globalThis.WebSocket = real;
  }
  const socket = bus.connect({ auth: {} });
  await bus.time.advance(60_000);
  const messages = bus.of("connect_error").map(({ message }) => message);
  assert.equal(messages.length, 2);
  assert.match(messages[0], /option WebSocket/);
  assert.match(messages[1], /option auth/);
  socket.auth = { token: tokenFor("john") };
  socket.connect();
  await settle();
  assert.equal(socket.connected, true);
});

test("auth is asked again for each connection: a function, or what the object says by then", async () => {
  let count = 0;
  const asked = () => tokenFor(`john-${(count += 1)}`);
  const first: [Auth, (auth: Auth) => void][] = [
    [(give) => give({ token: asked() }), () => {}],
    [{ token: asked() }, (auth) => Object.assign(auth, { token: asked() })],
  ];
  for (const [auth, change] of first) {
    const bus = new Bus();
    bus.connect({ auth });
    await settle();
    change(auth);
    bus.sockets.last.drop();
    await bus.time.advance(30_000);
    const tokens = bus.sockets.all.map(({ protocols }) => protocols[1]);
    assert.equal(tokens.length, 2);
    assert.notEqual(tokens[0], tokens[1]);
  }
});

test("an auth function that fails is told, whichever way it does", async () => {
  const failures: Auth[] = [
    () => { throw new Error("Signed out"); }, () => Promise.reject(new Error("Signed out")), (give) => give({}),
  ];
  for (const auth of failures) {
    const bus = new Bus();
    const socket = bus.connect({ auth });
    await settle();
    const [error] = bus.of("connect_error");
    assert.match(error.message, /Signed out|No token/);
    assert.equal(error.code, "unauthorized");
    socket.disconnect();
  }
});

// ---- Emitting -------------------------------------------------------------------------------------------------------

test("what is emitted is sent in order once there is a connection, each when the one before is answered", async () => {
  const bus = new Bus();
  const socket = bus.connect();
  socket.emit("seat:hold", { tripId: TRIP, seatLabel: "1A" }).emit("booking:confirm", { tripId: TRIP });
  socket.emit("chat", { requestId: "mine", action: "mine", text: "x" });
  await settle();
  const hold = { action: "seat:hold", tripId: TRIP, seatLabel: "1A" };
  assert.deepEqual(bus.said(), [hold]);
  const { requestId } = bus.sockets.last.said.at(-1)!;
  bus.react = (said, each) => each.tell({ type: "done", requestId: said.requestId, data: {} });
  bus.sockets.last.tell({ type: "done", requestId, data: {} });
  await settle();
  assert.deepEqual(bus.said(), [hold, { action: "booking:confirm", tripId: TRIP }, { action: "chat", text: "x" }]);
});

test("a trip that takes its time keeps nothing else waiting", async () => {
  const bus = new Bus();
  bus.instead = () => "silence";
  bus.connect().emit("join:trip", { tripId: TRIP }).emit("holds:get");
  await settle();
  assert.deepEqual(bus.said(), [{ action: "holds:get" }]);
});

test("what is emitted while the connection is lost, or waits for an answer then, is sent once on the next one", async () => {
  const bus = new Bus();
  const socket = bus.connect();
  await settle();
  const first = bus.sockets.last;
  socket.emit("seat:hold", { tripId: TRIP, seatLabel: "1A" }).emit("seat:hold", { tripId: TRIP, seatLabel: "1B" });
  first.drop();
  socket.emit("holds:get");
  bus.react = (said, each) => each.tell({ type: "done", requestId: said.requestId, data: {} });
  await bus.time.advance(30_000);
  assert.deepEqual(bus.of("seat:hold:failed").map(({ code, seatLabel }) => [code, seatLabel]), [["no_answer", "1A"]]);
  assert.deepEqual(bus.said(first).length, 1);
  assert.deepEqual(bus.said(), [{ action: "seat:hold", tripId: TRIP, seatLabel: "1B" }, { action: "holds:get" }]);
});

test("answers come as their events, with trip and labels, and to the acknowledgement", async () => {
  const bus = new Bus();
  const answersTo: Record<string, Record<string, unknown>> = {
    "seat:hold": { type: "seat:hold:success", data: { eventId: TRIP, heldSeats: ["1A"], expiresAt: later } },
    "holds:get": { type: "holds", data: { holds: [], serverTime: iso(START) } },
    "booking:confirm": { type: "booking:success", data: { eventId: TRIP, seats: [{ seatId: "1A" }, { seatId: "1B" }] } },
  };
  bus.react = ({ action, requestId }, socket) => socket.tell({ ...answersTo[action], requestId });
  const socket = bus.connect();
  const answers: unknown[] = [];
  const hear = (answer: unknown) => void answers.push(answer);
  socket.emit("seat:hold", { tripId: TRIP, seatLabel: "1A" }, hear).emit("holds:get", hear).emit("booking:confirm", { tripId: TRIP });
  await settle();
  const [held] = bus.of("seat:hold:success");
  const named = { tripId: TRIP, eventId: TRIP };
  assert.deepEqual(held, { ...named, seatLabels: ["1A"], seatLabel: "1A", heldSeats: ["1A"], expiresAt: later });
  assert.deepEqual(bus.of("booking:success").map(({ tripId, seatLabels, seatLabel }) => [tripId, seatLabels, seatLabel]), [[TRIP, ["1A", "1B"], undefined]]);
  assert.deepEqual(bus.of("holds"), [{ holds: [], serverTime: iso(START) }]);
  assert.deepEqual(answers, [held, { holds: [], serverTime: iso(START) }]);
});

test("a refusal is the verb's own failure event, also where the frame is a plain error", async () => {
  const bus = new Bus();
  const held = { type: "seat:hold:failed", data: { code: "seat_held", message: "Held", conflictingSeats: ["1A"] } };
  const no = { type: "error", data: { code: "invalid_data", message: "No", retryAfterSeconds: 2 } };
  bus.react = ({ action, requestId }, socket) => socket.tell({ ...(action === "seat:hold" ? held : no), requestId });
  const socket = bus.connect();
  const answers: unknown[] = [];
  socket.emit("seat:hold", { tripId: TRIP, seatLabel: "1A" }, (answer) => answers.push(answer));
  for (const verb of ["seat:release", "booking:confirm", "chat"]) socket.emit(verb, { tripId: TRIP });
  await settle();
  const named = { tripId: TRIP, eventId: TRIP };
  const taken = { ...named, seatLabels: ["1A"], seatLabel: "1A", conflictingSeats: ["1A"], code: "seat_held", message: "Held" };
  const refused = { ...named, code: "invalid_data", message: "No", retryAfterSeconds: 2 };
  assert.deepEqual(bus.told.slice(1), [
    ["seat:hold:failed", taken], ["seat:release:failed", refused], ["booking:failed", refused], ["error", refused],
  ]);
  assert.deepEqual(answers, [taken]);
});

test("what was not answered fails with no_answer; what cannot be written fails too", async () => {
  const bus = new Bus();
  const socket = bus.connect();
  await settle();
  const loop: { self?: object } = {};
  loop.self = loop;
  socket.emit("seat:hold", loop).emit("booking:confirm", { tripId: TRIP, seatLabels: ["1A"] });
  await settle();
  bus.sockets.last.drop();
  await settle();
  assert.deepEqual(bus.of("booking:failed").map(({ code, seatLabel }) => [code, seatLabel]), [["no_answer", "1A"]]);
  assert.deepEqual(bus.of("seat:hold:failed").map(({ code }) => code), ["invalid_data"]);
});

test("an error that nobody asked for reaches the handler of errors, and without one nothing breaks", async () => {
  const bus = new Bus();
  const socket = bus.connect();
  await settle();
  const frame = { type: "error", data: { code: "invalid_data", message: "Bad JSON" } };
  bus.sockets.last.tell(frame);
  assert.deepEqual(bus.of("error"), [frame.data]);
  socket.off("error");
  bus.sockets.last.tell(frame);
  assert.equal(bus.of("error").length, 1);
});

// ---- Handlers -------------------------------------------------------------------------------------------------------

test("handlers come and go: once, off with one, off with an event, off with all", async () => {
  const bus = new Bus();
  const socket = bus.connect();
  const heard: string[] = [];
  const [first, second] = [() => heard.push("first"), () => heard.push("second")];
  socket.once("news", () => heard.push("once")).on("news", first).on("news", second);
  await settle();
  const news = () => bus.sockets.last.tell({ type: "news", data: {} });
  const heardOf = (act: () => void) => (heard.splice(0), act(), news(), [...heard]);
  assert.deepEqual(heardOf(() => {}), ["once", "first", "second"]);
  assert.deepEqual(heardOf(() => {}), ["first", "second"]);
  assert.deepEqual(heardOf(() => socket.off("news", first)), ["second"]);
  assert.deepEqual(heardOf(() => socket.off("news").on("other", first)), []);
  assert.deepEqual(heardOf(() => socket.on("news", first).off()), []);
});

test("a handler that throws keeps the news from nobody, and its error is nobody's to swallow", async (context) => {
  const bus = new Bus();
  const socket = bus.connect();
  const heard: unknown[] = [];
  socket.on("news", () => { throw new Error("the page's own"); }).on("news", (data) => void heard.push(data));
  await settle();
  const queued: (() => void)[] = [];
  context.mock.method(globalThis, "queueMicrotask", (run: () => void) => queued.push(run));
  bus.sockets.last.tell({ type: "news", data: { n: 1 } });
  assert.deepEqual(heard, [{ n: 1 }]);
  assert.throws(() => queued.forEach((run) => run()), /the page's own/);
});

// ---- Trips ----------------------------------------------------------------------------------------------------------

test("joining a trip tells every seat once, as it is now", async () => {
  const bus = new Bus();
  bus.seats = [{ seatId: "1B", status: "held", version: 3, holdExpiresAt: later }];
  await joined(bus);
  const named = { tripId: TRIP, eventId: TRIP };
  const executive = { categoryId: "executive", price: 24 };
  const notForSale = { status: "blocked", version: 0, categoryId: "standard", price: null };
  assert.deepEqual(bus.of("seats:availability"), [{
    ...named,
    seats: [
      { seatLabel: "1A", seatId: "1A", status: "available", version: 0, ...executive },
      { seatLabel: "1B", seatId: "1B", status: "held", version: 3, holdExpiresAt: later, ...executive },
      { seatLabel: "2A", seatId: "2A", ...notForSale },
      { seatLabel: "2B", seatId: "2B", ...notForSale },
    ],
  }]);
});

test("every change is told once, label by label; repeats and what comes late are not", async () => {
  const { bus } = await joined();
  bus.tell({ seatId: "1A", status: "held", version: 1, holdExpiresAt: later }, { seatId: "1B", status: "booked", version: 2 });
  bus.tell({ seatId: "1B", status: "held", version: 1 }, { seatId: "1A", status: "held", version: 1 });
  bus.tell({ seatId: "1A", status: "available", version: 2 });
  bus.sockets.last.tell({ type: "seats:availability", eventId: TRIP, data: { seats: [{ seatId: "1A", status: "held", version: 3 }], asOf: iso(START), part: 1, parts: 1 } });
  const told = bus.of("seat:status:changed").map(({ seatLabel, status, version, tripId }) => [seatLabel, status, version, tripId]);
  assert.deepEqual(told, [["1A", "held", 1, TRIP], ["1B", "booked", 2, TRIP], ["1A", "available", 2, TRIP], ["1A", "held", 3, TRIP]]);
  const [{ holdExpiresAt }, , free] = bus.of("seat:status:changed");
  assert.deepEqual([holdExpiresAt, "holdExpiresAt" in free], [later, false]);
  assert.equal(bus.of("seats:availability").length, 1);
});

test("what a later reading shows is told as changes", async () => {
  const { bus } = await joined();
  bus.seats = [{ seatId: "1A", status: "booked", version: 2 }];
  await bus.time.advance(120_000);
  assert.deepEqual(bus.of("seat:status:changed").map(({ seatLabel, status }) => [seatLabel, status]), [["1A", "booked"]]);
});

test("bookings are told with labels", async () => {
  const { bus } = await joined();
  bus.sockets.last.tell({ type: "seats:booked", eventId: TRIP, data: { seatIds: ["1A", "1B"] } });
  assert.deepEqual(bus.of("seats:booked"), [{ tripId: TRIP, eventId: TRIP, seatLabels: ["1A", "1B"], seatIds: ["1A", "1B"] }]);
});

test("another join is answered again, with what was heard since; two at once are answered once", async () => {
  const { bus, socket } = await joined();
  const change = { seatId: "1A", status: "booked", version: 1 } as const;
  bus.tell(change);
  bus.seats = [change];
  const answers: unknown[] = [];
  socket.emit("join:trip", { tripId: TRIP }, (answer) => answers.push(answer)).emit("join", { eventId: TRIP });
  await settle();
  const told = bus.of("seats:availability");
  assert.equal(told.length, 2);
  assert.equal(told[1].seats[0].status, "booked");
  assert.deepEqual(answers, [told[1]]);
});

test("after a lost connection trips are joined again: every seat is told anew, with what was missed", async () => {
  const { bus } = await joined();
  bus.sockets.last.drop();
  bus.seats = [{ seatId: "1A", status: "held", version: 1 }];
  await bus.time.advance(30_000);
  assert.equal(bus.sockets.last.said.filter(({ action }) => action === "join").length, 1);
  const told = bus.of("seats:availability");
  assert.equal(told.length, 2);
  assert.equal(told[1].seats[0].status, "held");
  bus.tell({ seatId: "1A", status: "available", version: 2 });
  assert.equal(bus.of("seat:status:changed").at(-1).status, "available");
});

test("the same after disconnect and connect; in between nothing is asked and nothing told", async () => {
  const { bus, socket } = await joined();
  socket.disconnect();
  const before = [bus.server.asked.length, bus.told.length];
  await bus.time.advance(600_000);
  assert.deepEqual([bus.server.asked.length, bus.told.length], before);
  socket.connect();
  await bus.time.advance(3_000);
  assert.equal(bus.of("seats:availability").length, 2);
  assert.deepEqual(bus.of("error"), []);
});

test("where a reading fails, a join is answered with what is known, and the rest follows", async () => {
  const { bus, socket } = await joined();
  bus.instead = () => lost();
  bus.tell({ seatId: "1A", status: "held", version: 1 });
  socket.emit("join:trip", { tripId: TRIP });
  await settle();
  assert.deepEqual(bus.of("seats:availability").map(({ seats }) => seats[0].status), ["available", "held"]);
  bus.instead = () => null;
  bus.seats = [{ seatId: "1A", status: "available", version: 2 }];
  await bus.time.advance(60_000);
  assert.equal(bus.of("seat:status:changed").at(-1).status, "available");
});

test("a trip that there is not is an error, and is not asked for again", async () => {
  const bus = new Bus();
  bus.instead = () => no(404, "not_found");
  const socket = bus.connect();
  const answers: unknown[] = [];
  socket.emit("join:trip", { tripId: "none" }, (answer) => answers.push(answer));
  await bus.time.advance(3_000);
  const failure = { tripId: "none", eventId: "none", code: "not_found", message: "It is not_found" };
  assert.deepEqual([bus.of("error"), answers], [[failure], [failure]]);
  const asked = bus.server.asked.length;
  await bus.time.advance(600_000);
  assert.equal(bus.server.asked.length, asked);
});

test("a trip that was left is not followed, and not joined again", async () => {
  const { bus, socket } = await joined();
  const answers: unknown[] = [];
  socket.emit("leave:trip", { tripId: TRIP }, (answer) => answers.push(answer));
  await settle();
  assert.deepEqual(bus.of("left"), [{ tripId: TRIP, eventId: TRIP }]);
  assert.deepEqual(answers, [{ tripId: TRIP, eventId: TRIP }]);
  bus.tell({ seatId: "1A", status: "held", version: 1 });
  bus.sockets.last.drop();
  await bus.time.advance(30_000);
  assert.equal(bus.sockets.last.said.filter(({ action }) => action === "join").length, 0);
  assert.deepEqual([bus.of("seat:status:changed"), bus.of("seats:availability").length], [[], 1]);
});

test("a join without a trip is sent as it is, and refused by the server", async () => {
  const bus = new Bus();
  bus.connect().emit("join:trip", {});
  await settle();
  assert.deepEqual(bus.said(), [{ action: "join:trip" }]);
  assert.equal(bus.server.asked.length, 0);
});
