import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "../client/api.js";
import { Unanswered } from "../client/errors.js";
import type { ServerClock } from "../client/clock.js";
import type { Socket, SocketListener } from "../client/socket.js";
import type { PlaceInLine } from "../client/types.js";
import { at, START } from "../venue/testing.js";
import { nextLook, WaitingRoom, type Standing } from "./waiting-room.js";

const waiting: PlaceInLine = {
  status: "waiting", priority: "standard", number: 7, ahead: 6, estimatedWaitSeconds: 30, seatsLeft: 100, likely: true, pollAfterSeconds: 10,
};
const admitted: PlaceInLine = { ...waiting, status: "admitted", ahead: 0, admittedAt: at(0), pass: "p", passExpiresAt: at(300) };

function room(answers: Record<string, () => unknown>, isRenewable = false) {
  const calls: string[] = [];
  const failures: unknown[] = [];
  const told: (Standing | null)[] = [];
  let listener: SocketListener = {};
  const api = new Proxy({}, { get: (_, name: string) => async () => {
    calls.push(name);
    return answers[name]!();
  } }) as Api;
  const socket = {
    ask: async () => { throw new Unanswered("offline"); },
    listen: (heard: SocketListener) => {
      listener = heard;
      return () => {};
    },
  } as unknown as Socket;
  const made = new WaitingRoom({
    eventId: "show", api, socket, clock: { now: () => START } as ServerClock, tokens: { isRenewable },
    listener: { waiting: (standing) => told.push(standing), waitingStopped: () => {}, failed: (error) => failures.push(error) },
  });
  return { room: made, calls, told, failures, push: (frame: object) => listener.frame?.(frame as never) };
}

const refused = (code: string) => () => { throw Object.assign(new Error(code), { code }); };
const line = (open: boolean) => () => ({ open, opensAt: null });

test("where nobody has to wait, no place is taken", async (t) => {
  const { room: made, calls } = room({ line: line(true) });
  t.after(() => made.stop());
  await made.start("alice");
  assert.deepEqual([calls, made.pass], [["line"], undefined]);
});

test("where there is a line a place is taken, once", async (t) => {
  const { room: made, calls, told } = room({ line: line(false), place: refused("not_found"), join: () => waiting });
  t.after(() => made.stop());
  await made.start("alice");
  assert.deepEqual(calls, ["line", "place", "join"]);
  assert.deepEqual(told, [waiting]);
});

test("the frame that tells of the turn brings the pass", async (t) => {
  const { room: made, push } = room({ line: line(false), place: () => waiting });
  t.after(() => made.stop());
  await made.start("alice");
  push({ type: "queue:admitted", eventId: "another", data: admitted });
  assert.equal(made.pass, undefined);
  push({ type: "queue:admitted", eventId: "show", data: admitted });
  assert.equal(made.pass, "p");
});

test("a turn that is over takes no new place unasked", async (t) => {
  const { room: made, calls } = room({ line: line(false), place: () => ({ ...waiting, status: "done" }), join: () => waiting });
  t.after(() => made.stop());
  await made.start("alice");
  assert.deepEqual([made.standing?.status, calls], ["done", ["line", "place"]]);
  await made.join();
  assert.equal(made.standing?.status, "waiting");
});

test("a line of an event whose sales are over is closed", async (t) => {
  const { room: made } = room({ line: line(false), place: refused("not_found"), join: refused("sales_closed") });
  t.after(() => made.stop());
  await made.start("alice");
  assert.deepEqual(made.standing, { status: "closed" });
});

test("a buyer whose token has run out is told once, and asks no more until there is another token", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let isSignedIn = false;
  const place = () => (isSignedIn ? waiting : refused("unauthorized")());
  const { room: made, calls, told, failures } = room({ line: line(false), place });
  t.after(() => made.stop());
  await made.start("alice");
  t.mock.timers.tick(3_600_000);
  assert.deepEqual([told, failures.length, calls], [[{ status: "unauthorized" }], 1, ["line", "place"]]);
  isSignedIn = true;
  made.renew();
  await settled();
  assert.deepEqual([made.standing, calls.length], [waiting, 3]);
  made.renew();
  assert.equal(calls.length, 3, "whoever is signed in is not looked for again");
});

test("where another token may come, it is asked for again, and the buyer still told only once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let isSignedIn = false;
  const place = () => (isSignedIn ? waiting : refused("unauthorized")());
  const { room: made, told, failures } = room({ line: line(false), place }, true);
  t.after(() => made.stop());
  await made.start("alice");
  t.mock.timers.tick(5_000);
  await settled();
  assert.deepEqual([told.length, failures.length], [1, 1]);
  isSignedIn = true;
  t.mock.timers.tick(5_000);
  await settled();
  assert.deepEqual(told, [{ status: "unauthorized" }, waiting]);
});

/** Fails the first time that it is asked. */
function later<Answer>(answer: () => Answer): () => Answer {
  let isFirst = true;
  return () => {
    if (!isFirst) return answer();
    isFirst = false;
    throw new Unanswered("offline");
  };
}

test("whoever has left the line is not put back into it when the line cannot be read at first", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { room: made, calls } = room({ line: later(line(false)), leave: () => ({}), place: refused("not_found"), join: () => waiting });
  t.after(() => made.stop());
  await made.leave();
  await made.start("");
  t.mock.timers.tick(5_000);
  await settled();
  assert.deepEqual([made.standing, calls], [{ status: "left" }, ["leave", "line", "line"]]);
});

test("where the line cannot be read at first, it is read again before a place is taken", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const early = room({ line: later(() => ({ open: false, opensAt: at(60) })), place: () => ({ ...waiting, status: "early" }) });
  const free = room({ line: later(line(true)), join: () => waiting });
  t.after(() => [early, free].forEach(({ room: made }) => made.stop()));
  await Promise.all([early.room.start("alice"), free.room.start("bob")]);
  t.mock.timers.tick(5_000);
  await settled();
  assert.equal(early.room.line?.opensAt, at(60));
  assert.deepEqual(free.calls, ["line", "line"]);
});

const undrawn = { status: "early", number: null, ahead: null, estimatedWaitSeconds: null };
const beforeDraw = (draw: object) => () => ({ open: false, opensAt: at(60), draw: { commitment: "c", entrants: 3, ...draw } });

test("as long as a lot is to be drawn the line is read with each look, and no more once the seed is there", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let drawn = {};
  const { room: made, calls } = room({ line: () => beforeDraw(drawn)(), place: () => ({ ...waiting, ...undrawn }) });
  t.after(() => made.stop());
  await made.start("alice");
  drawn = { seed: "s" };
  const looks = [calls.splice(0)];
  for (let look = 0; look < 2; look += 1) {
    t.mock.timers.tick(10_000);
    await settled();
    looks.push(calls.splice(0));
  }
  assert.deepEqual(looks, [["line", "place", "line"], ["place", "line"], ["place"]]);
  assert.equal(made.line?.draw?.seed, "s");
});

test("a line without a draw is read once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { room: made, calls } = room({ line: line(false), place: () => waiting });
  t.after(() => made.stop());
  await made.start("alice");
  t.mock.timers.tick(10_000);
  await settled();
  assert.deepEqual(calls, ["line", "place", "place"]);
});

test("a line that cannot be read again takes nothing from the place, nor from what is known of the draw", async (t) => {
  let isRead = false;
  const read = () => {
    if (isRead) throw new Unanswered("offline");
    isRead = true;
    return beforeDraw({})();
  };
  const { room: made, told } = room({ line: read, place: () => ({ ...waiting, ...undrawn }) });
  t.after(() => made.stop());
  await made.start("alice");
  assert.deepEqual([told.length, made.standing?.status, made.line?.draw?.entrants], [1, "early", 3]);
});

test("how far it was at first counts from the number that the lot gives, and there is none before", async (t) => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  Object.defineProperty(globalThis, "sessionStorage", { value: storage, configurable: true });
  t.after(() => Reflect.deleteProperty(globalThis, "sessionStorage"));
  let place: object = { ...waiting, ...undrawn };
  const { room: made } = room({ line: beforeDraw({}), place: () => place });
  t.after(() => made.stop());
  await made.start("alice");
  assert.equal(made.aheadAtFirst, 0);
  place = { ...waiting, number: 40, ahead: 39 };
  await made.refused();
  place = { ...waiting, number: 40, ahead: 12 };
  await made.refused();
  assert.equal(made.aheadAtFirst, 39);
});

test("whoever has left a line that is no more need not take a place", async (t) => {
  let isOpen = false;
  const { room: made, told } = room({ line: () => line(isOpen)(), leave: () => ({}) });
  t.after(() => made.stop());
  await made.leave();
  await made.start("");
  assert.deepEqual(made.standing, { status: "left" });
  isOpen = true;
  await made.start("");
  assert.deepEqual([made.standing, told.at(-1)], [null, null]);
});

test("leaving that fails is told to whoever asked for it, and tried again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { room: made, calls } = room({ leave: later(() => ({})) });
  t.after(() => made.stop());
  await assert.rejects(made.leave(), Unanswered);
  t.mock.timers.tick(5_000);
  await settled();
  assert.deepEqual([made.standing, calls], [{ status: "left" }, ["leave", "leave"]]);
});

/** Until all that was asked is answered. */
const settled = () => new Promise((resolve) => void setImmediate(resolve));

test("one looks again as often as the engine says, at the end of the pass too, and never at what is over", () => {
  assert.equal(nextLook(waiting, START), 10_000);
  assert.equal(nextLook({ ...admitted, pollAfterSeconds: 60 }, START + 299_500), 1_000);
  assert.equal(nextLook({ ...admitted, pollAfterSeconds: 60 }, START + 290_000), 10_000);
  assert.equal(nextLook({ ...waiting, status: "done" }, START), 0);
  assert.equal(nextLook({ ...waiting, status: "open" }, START), 0);
  assert.equal(nextLook({ status: "left" }, START), 0);
});
