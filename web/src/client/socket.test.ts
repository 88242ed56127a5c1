/** The connection: made, kept, lost, made again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "./clock.js";
import { Refused, Unanswered } from "./errors.js";
import { Socket } from "./socket.js";
import { FakePage, FakeSockets, FakeTime, iso, settle, tokenFor, type FakeSocket, type Said } from "./testing.js";
import { Tokens, type TokenSource } from "./tokens.js";

const pong = ({ action, requestId }: Said, socket: FakeSocket, at: string) => {
  if (action === "ping") socket.tell({ type: "pong", requestId, data: { at } });
};

function world(source: TokenSource = { token: tokenFor("alice") }) {
  const time = new FakeTime();
  const page = new FakePage();
  const sockets = new FakeSockets();
  sockets.react = (said, each) => pong(said, each, iso(time.now()));
  const clock = new ServerClock(time.now);
  const tokens = new Tokens(source, time.now);
  const socket = new Socket({ address: () => "wss://shop.test/ws", tokens, clock, WebSocket: sockets.make, time, page });
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  socket.listen({ opened: tell("opened"), closed: tell("closed"), frame: ({ type }) => void told.push(type) });
  return { time, page, sockets, clock, tokens, socket, told };
}

async function opened(source?: TokenSource) {
  const w = world(source);
  w.socket.open();
  await settle();
  return w;
}

/** A provider of tokens that are each good for so many seconds. */
function provided(seconds: number) {
  const given: string[] = [];
  const tokenProvider = async () => {
    given.push(tokenFor(`alice-${given.length}`, seconds * (given.length + 1)));
    return given.at(-1)!;
  };
  return { given, source: { tokenProvider } };
}

test("it connects with the token as a subprotocol, once however often it is opened", async () => {
  const { sockets, socket, told } = await opened();
  socket.open();
  await settle();
  assert.equal(sockets.all.length, 1);
  assert.equal(sockets.last.url, "wss://shop.test/ws");
  assert.deepEqual(sockets.last.protocols, ["holdfast", tokenFor("alice")]);
  assert.deepEqual(told, ["opened"]);
  assert.equal(socket.isOpen, true);
});

test("without a token, or where there are no sockets, it waits quietly", async () => {
  const { sockets, socket, time } = await opened({});
  await time.advance(60_000);
  assert.equal(sockets.all.length, 0);
  assert.equal(time.pending, 0);
  socket.close();
});

test("an answer finds whoever asked for it; a failure rejects with its code", async () => {
  const { sockets, socket } = await opened();
  const conflicts = { conflictingSeats: ["A1"] };
  sockets.react = ({ action, requestId }, each) => {
    if (action === "join") each.tell({ type: "joined", requestId, data: { at: iso(0) } });
    else each.tell({ type: "seat:hold:failed", requestId, data: { code: "seat_held", message: "Held", ...conflicts } });
  };
  const [held, joined] = await Promise.allSettled([
    socket.ask("seat:hold", { eventId: "e", seatIds: ["A1"] }),
    socket.ask("join", { eventId: "e", snapshot: false }),
  ]);
  assert.deepEqual(joined.status === "fulfilled" && joined.value.data, { at: iso(0) });
  assert.ok(held.status === "rejected" && held.reason instanceof Refused);
  assert.deepEqual([held.reason.code, held.reason.data], ["seat_held", conflicts]);
  assert.deepEqual(sockets.last.said.map(({ action, eventId }) => [action, eventId]), [["seat:hold", "e"], ["join", "e"]]);
});

test("a question without an answer is given up: after a while, with the connection, and at once without one", async () => {
  const { sockets, socket, time } = await opened();
  sockets.react = () => {};
  const asked = () => socket.ask("holds:get", {}).catch((error: Unanswered) => error.code);
  const late = asked();
  await time.advance(10_000);
  assert.equal(await late, "no_answer");
  const dropped = asked();
  await settle();
  sockets.last.drop();
  assert.equal(await dropped, "no_answer");
  assert.equal(await asked(), "offline");
});

test("a lost connection is made again, later and later, up to every twenty seconds", async () => {
  const { sockets, time, told } = await opened();
  sockets.greet = (each) => each.drop();
  sockets.last.drop();
  assert.deepEqual(told, ["opened", "closed"]);
  const gaps: number[] = [];
  for (let nth = 2; nth < 10; nth += 1) {
    const from = time.now();
    while (sockets.all.length < nth) await time.advance(50);
    gaps.push(time.now() - from);
  }
  assert.deepEqual(gaps.map((gap) => Math.round(gap / 250) * 250), [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  assert.deepEqual(told, ["opened", "closed"], "a connection that never came about did not end");
});

test("only a frame starts the waits anew: a server that accepts and drops is not hammered", async () => {
  const { sockets, time } = await opened();
  for (let nth = 0; nth < 6; nth += 1) {
    sockets.last.drop();
    await time.advance(10_000);
  }
  const before = sockets.all.length;
  sockets.last.drop();
  await time.advance(5_000);
  assert.equal(sockets.all.length, before, "half of twenty seconds");
  await time.advance(5_000);
  sockets.last.tell({ type: "pong", data: { at: iso(time.now()) } });
  sockets.last.drop();
  await time.advance(300);
  assert.equal(sockets.all.length, before + 2);
});

test("a connection that is never accepted nor refused is given up", async () => {
  const w = world();
  w.sockets.greet = () => {};
  w.socket.open();
  await w.time.advance(10_000);
  assert.equal(w.sockets.last.isClosed, true);
  await w.time.advance(250);
  assert.equal(w.sockets.all.length, 2);
});

test("a ping every four minutes keeps it, tells the time, and finds out when nobody answers", async () => {
  const { sockets, socket, clock, time, told } = await opened();
  sockets.react = (said, each) => pong(said, each, iso(time.now() + 60_000));
  await time.advance(4 * 60_000);
  assert.deepEqual(sockets.last.said.map(({ action }) => action), ["ping"]);
  assert.equal(clock.now(), time.now() + 60_000);
  sockets.react = () => {};
  await time.advance(4 * 60_000 + 9_000);
  assert.equal(socket.isOpen, true);
  await time.advance(1_000);
  assert.equal(told.at(-1), "closed");
  assert.equal(sockets.all[0]!.isClosed, true);
});

test("what an old connection still says is not heard", async () => {
  const { sockets, socket, told } = await opened();
  const [old] = sockets.all;
  socket.reconnect();
  await settle();
  assert.deepEqual(told, ["opened", "closed", "opened"]);
  old!.tell({ type: "seats:booked", data: { seatIds: ["A1"] } });
  old!.drop();
  assert.deepEqual(told, ["opened", "closed", "opened"]);
});

test("what is no frame is passed over", async () => {
  const { sockets, socket } = await opened();
  for (const data of ["no JSON", "null", "3", "{}"]) sockets.last.dispatchEvent(new MessageEvent("message", { data }));
  assert.equal(socket.isOpen, true);
});

test("the browser says that the network is gone, and that it is back", async () => {
  const { sockets, page, told, time } = await opened();
  page.fire("offline");
  assert.equal(told.at(-1), "closed");
  page.fire("online");
  await settle();
  assert.equal(told.at(-1), "opened");
  assert.equal(sockets.all.length, 2);
  page.fire("online");
  await settle();
  assert.equal(sockets.last.said.at(-1)?.action, "ping", "one that seems open is asked");
  await time.advance(1_000);
  assert.equal(sockets.all.length, 2);
});

test("whoever looks again asks a sleeping connection whether it lives", async () => {
  const { sockets, page, time, told } = await opened();
  sockets.react = () => {};
  page.fire("seen");
  await time.advance(10_000);
  assert.equal(told.at(-1), "closed");
  page.fire("seen");
  await settle();
  assert.equal(told.at(-1), "opened", "and does not wait for the next try");
});

test("a page that goes into the back/forward cache takes no connection along, and has one again when it comes back", async () => {
  const { sockets, page, told, time } = await opened();
  page.fire("frozen");
  assert.equal(sockets.last.isClosed, true);
  await time.advance(60_000);
  assert.equal(sockets.all.length, 1);
  page.fire("restored");
  await settle();
  assert.deepEqual(told, ["opened", "closed", "opened"]);
});

test("every connection asks for the token anew, and has the one of its time", async () => {
  const { source, given } = provided(20);
  const { sockets, time } = await opened(source);
  sockets.last.drop();
  await time.advance(250);
  assert.deepEqual(sockets.last.protocols[1], given[0]);
  await time.advance(14_000);
  sockets.last.drop();
  await time.advance(1_000);
  assert.notEqual(sockets.last.protocols[1], given[0]);
});

test("it connects anew before its token runs out", async () => {
  const { source, given } = provided(600);
  const { sockets, time, told } = await opened(source);
  await time.advance(550_000);
  assert.deepEqual(told.filter((each) => each !== "pong"), ["opened"]);
  await time.advance(10_000);
  assert.equal(sockets.all.length, 2);
  assert.equal(sockets.last.protocols[1], given[1]);
  assert.equal(told.at(-1), "opened");
});

test("an action that is refused for its token connects anew with a fresh one", async () => {
  const { source, given } = provided(600);
  const { sockets, socket, time } = await opened(source);
  const data = { code: "unauthorized", message: "Token" } as const;
  sockets.react = ({ requestId }, each) => each.tell({ type: "error", requestId, data });
  await assert.rejects(socket.ask("join", { eventId: "e" }), { code: "unauthorized" });
  await time.advance(250);
  assert.deepEqual(sockets.all.map(({ protocols }) => protocols[1]), [given[0], given[1]]);
});

test("a server that refuses every token is not hammered", async () => {
  const { source } = provided(600);
  const { sockets, socket, time } = await opened(source);
  const data = { code: "unauthorized", message: "Token" } as const;
  sockets.react = ({ requestId }, each) => each.tell({ type: "error", requestId, data });
  socket.listen({ opened: () => void socket.ask("ping", {}).catch(() => {}) });
  socket.reconnect();
  await time.advance(120_000);
  assert.ok(sockets.all.length < 20, String(sockets.all.length));
});

test("a handshake that fails again and again may be for the token: another one is tried", async () => {
  const { source, given } = provided(600);
  const w = world(source);
  w.sockets.greet = (each) => (each.protocols[1] === given[0] ? each.drop() : each.accept());
  w.socket.open();
  await w.time.advance(2_000);
  assert.equal(w.sockets.last.protocols[1], given[1]);
  assert.equal(w.socket.isOpen, true);
});

test("a callback that fails is asked again with the next try", async () => {
  let asked = 0;
  const tokenProvider = async () => ((asked += 1) < 3 ? Promise.reject(new Error("later")) : tokenFor("alice"));
  const w = world({ tokenProvider });
  w.socket.open();
  await w.time.advance(10_000);
  assert.equal(w.socket.isOpen, true);
});

test("closing ends everything", async () => {
  for (const before of ["open", "connecting", "waiting"] as const) {
    const { sockets, socket, page, time, told } = await opened();
    if (before !== "open") sockets.greet = before === "waiting" ? (each) => each.drop() : () => {};
    if (before !== "open") socket.reconnect();
    await settle();
    socket.close();
    assert.equal(time.pending, 0, before);
    assert.equal(page.listening, 0, before);
    assert.equal(sockets.last.isClosed || before === "waiting", true, before);
    assert.equal(told.at(-1), "closed", before);
    socket.reconnect();
    await time.advance(60_000);
    assert.equal(socket.isOpen, false);
  }
});

test("a word that the documents do not have does not compile", async () => {
  const { socket } = world();
  // @ts-expect-error seatIds is misspelt
  await assert.rejects(socket.ask("seat:hold", { eventId: "e", seatIdz: ["A1"] }));
  // @ts-expect-error there is no such action
  await assert.rejects(socket.ask("seat:steal", { eventId: "e" }));
  // @ts-expect-error the answer has no such field
  await assert.rejects(socket.ask("ping", {}).then(({ data }) => data.when));
});

test("a connection that does not come about is told with why, one that is lost is not", async () => {
  const { sockets, socket, time, tokens } = world();
  const failed: unknown[] = [];
  socket.listen({ failed: (error) => void failed.push((error as Error).message) });
  sockets.greet = (each) => each.drop();
  socket.open();
  await settle();
  assert.deepEqual(failed, ["offline"]);
  sockets.greet = (each) => each.accept();
  await time.advance(30_000);
  sockets.last.drop();
  assert.deepEqual(failed, ["offline"]);
  tokens.use({ tokenProvider: () => Promise.reject(new Error("Signed out")) });
  await time.advance(1_000);
  assert.deepEqual(failed, ["offline", "Signed out"]);
  socket.close();
});

test("whoever hears that it failed may end it, or connect anew at once", async () => {
  const { sockets, socket, time } = world();
  sockets.greet = (each) => each.drop();
  const end = socket.listen({ failed: () => socket.close() });
  socket.open();
  await time.advance(60_000);
  assert.deepEqual([sockets.all.length, time.pending], [1, 0]);
  end();
  const again = socket.listen({ failed: () => (again(), socket.reconnect()) });
  socket.open();
  await settle();
  assert.equal(sockets.all.length, 3);
  socket.close();
});
