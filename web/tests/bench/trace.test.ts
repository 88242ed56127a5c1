/** Frames out of traces that are made up. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BEGIN_MARK, END_MARK, framesOf, type TraceEvent } from "./trace.js";

const MAIN = { pid: 1, tid: 1 };
const mark = (name: string, ts: number): TraceEvent => ({ name, ph: "I", ts, ...MAIN });
const task = (ts: number, dur: number, thread = MAIN): TraceEvent => ({
  name: "ThreadControllerImpl::RunTask", ph: "X", ts, dur, tdur: dur / 2, ...thread,
});
const callback = (ts: number): TraceEvent => ({ name: "FireAnimationFrame", ph: "X", ts, dur: 10, ...MAIN });
/** A task with one animation callback in it. */
const frame = (ts: number, dur: number) => [task(ts, dur), callback(ts + 10)];

const framed = (...events: TraceEvent[][]) => (
  framesOf([mark(BEGIN_MARK, 1_000), ...events.flat(), mark(END_MARK, 90_000)]));

describe("a frame's work", () => {
  test("is what its own task took and all others until the next frame", () => {
    const frames = framed(frame(2_000, 4_000), [task(7_000, 1_000), task(9_000, 500)], frame(18_000, 2_000), frame(34_000, 1_000));
    assert.deepEqual(frames, [{ callbacks: 1, wall: 5.5, cpu: 2.75 }, { callbacks: 1, wall: 2, cpu: 1 }]);
  });

  test("is one frame's, however many callbacks ran in it", () => {
    const frames = framed([...frame(2_000, 4_000), callback(3_000)], frame(18_000, 1_000));
    assert.deepEqual(frames, [{ callbacks: 2, wall: 4, cpu: 2 }]);
  });

  test("does not count a task twice that ran inside of another", () => {
    const frames = framed([...frame(2_000, 4_000), task(3_000, 1_000)], frame(18_000, 1_000));
    assert.deepEqual(frames, [{ callbacks: 1, wall: 4, cpu: 2 }]);
  });

  test("leaves out other threads, and what was before the first mark or after the last", () => {
    const elsewhere = [task(5_000, 9_000, { pid: 1, tid: 2 }), task(5_000, 9_000, { pid: 2, tid: 1 })];
    const frames = framed(frame(100, 800), frame(2_000, 1_000), elsewhere, frame(18_000, 1_000), frame(95_000, 1_000));
    assert.deepEqual(frames, [{ callbacks: 1, wall: 1, cpu: 0.5 }]);
  });

  test("is nothing to be told without marks", () => assert.throws(() => framesOf(frame(0, 1)), /no marks/));
});
