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

function room(answers: Record<string, () => unknown>) {
  const calls: string[] = [];
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
  const made = new WaitingRoom({ eventId: "show", api, socket, clock: { now: () => START } as ServerClock, changed: (standing) => told.push(standing) });
  return { room: made, calls, told, push: (frame: object) => listener.frame?.(frame as never) };
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

test("one looks again as often as the engine says, at the end of the pass too, and never at what is over", () => {
  assert.equal(nextLook(waiting, START), 10_000);
  assert.equal(nextLook({ ...admitted, pollAfterSeconds: 60 }, START + 299_500), 1_000);
  assert.equal(nextLook({ ...admitted, pollAfterSeconds: 60 }, START + 290_000), 10_000);
  assert.equal(nextLook({ ...waiting, status: "done" }, START), 0);
  assert.equal(nextLook({ ...waiting, status: "open" }, START), 0);
  assert.equal(nextLook({ status: "left" }, START), 0);
});
