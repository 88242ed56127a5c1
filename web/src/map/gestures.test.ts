import assert from "node:assert/strict";
import { test } from "node:test";
import { handle, NO_HANDS, type Gesture, type Pressed } from "./gestures.js";
import { keyAsk, wheelFactor } from "./keys.js";

type Step = [type: Pressed["type"], x: number, y: number, id?: number, time?: number];

/** What a sequence of pointer events comes to. */
function play(...steps: Step[]): Gesture[] {
  let hands = NO_HANDS;
  return steps.flatMap(([type, x, y, id = 1, time = 0]) => {
    const next = handle(hands, { type, at: { x, y }, id, time, kind: "touch" });
    hands = next.hands;
    return next.gesture ? [next.gesture] : [];
  });
}

const kinds = (gestures: Gesture[]) => gestures.map(({ type }) => type);

test("a press that hardly moves is a tap", () => {
  assert.deepEqual(play(["down", 10, 10], ["move", 13, 12], ["up", 13, 12]), [
    { type: "tap", at: { x: 13, y: 12 }, count: 1, kind: "touch" },
  ]);
});

test("a drag is never a tap, even where it ends as it began", () => {
  assert.deepEqual(kinds(play(["down", 10, 10], ["move", 30, 10], ["move", 10, 10], ["up", 10, 10])), ["pan", "end"]);
  assert.deepEqual(kinds(play(["down", 10, 10], ["up", 30, 10])), ["end"], "a leap without a move between");
});

test("a drag pans by what the pointer has moved, without a leap at its start", () => {
  const [pan] = play(["down", 10, 10], ["move", 20, 10], ["move", 15, 18]);
  assert.deepEqual(pan, { type: "pan", dx: 5, dy: -8 });
});

test("a press that the browser takes away is no tap", () => {
  assert.deepEqual(kinds(play(["down", 10, 10], ["cancel", 10, 10])), ["end"]);
});

test("two taps at one place in short order are a double tap, a third begins anew", () => {
  const taps = play(
    ["down", 10, 10, 1, 0], ["up", 10, 10, 1, 50], ["down", 12, 10, 2, 150], ["up", 12, 10, 2, 200],
    ["down", 12, 10, 3, 250], ["up", 12, 10, 3, 300],
  );
  assert.deepEqual(taps.map((tap) => tap.type === "tap" && tap.count), [1, 2, 1]);
});

test("taps far from each other, or long after, are single ones", () => {
  const far = play(["down", 10, 10, 1, 0], ["up", 10, 10, 1, 50], ["down", 90, 10, 2, 150], ["up", 90, 10, 2, 200]);
  const late = play(["down", 10, 10, 1, 0], ["up", 10, 10, 1, 50], ["down", 10, 10, 2, 900], ["up", 10, 10, 2, 950]);
  for (const taps of [far, late]) assert.deepEqual(taps.map((tap) => tap.type === "tap" && tap.count), [1, 1]);
});

test("two fingers that part zoom by how much further they are apart, around their middle", () => {
  const [pinch] = play(["down", 0, 0, 1], ["down", 100, 0, 2], ["move", 200, 0, 2]);
  assert.deepEqual(pinch, { type: "pinch", factor: 2, at: { x: 100, y: 0 }, dx: -50, dy: 0 });
});

test("two fingers are no tap, and the last one that is left no drag that leaps", () => {
  const gestures = play(["down", 0, 0, 1], ["down", 100, 0, 2], ["up", 100, 0, 2], ["move", 5, 0, 1], ["up", 5, 0, 1]);
  assert.deepEqual(gestures, [{ type: "pan", dx: -5, dy: 0 }, { type: "end" }]);
});

test("a pointer that was never pressed here does nothing", () => {
  assert.deepEqual(play(["move", 10, 10], ["up", 10, 10], ["cancel", 1, 1]), []);
});

const KEY = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

test("arrows pan, with Shift further; plus, minus and 0 zoom; other keys are the page's", () => {
  assert.deepEqual(keyAsk({ ...KEY, key: "ArrowRight" }), { type: "pan", dx: 80, dy: 0 });
  assert.deepEqual(keyAsk({ ...KEY, key: "ArrowUp", shiftKey: true }), { type: "pan", dx: 0, dy: -320 });
  assert.deepEqual(keyAsk({ ...KEY, key: "0" }), { type: "whole" });
  const [closer, further] = ["+", "-"].map((key) => keyAsk({ ...KEY, key }));
  assert.ok(closer?.type === "zoom" && further?.type === "zoom" && Math.abs(closer.factor * further.factor - 1) < 1e-9);
  for (const key of ["Tab", "Enter", "a", "PageDown"]) assert.equal(keyAsk({ ...KEY, key }), null);
});

test("keys with a modifier are the browser's", () => {
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(keyAsk({ ...KEY, key: "+", [modifier]: true }), null);
  }
});

test("a plain wheel is the page's until the map was pressed, and when all is shown and it zooms out", () => {
  const wheel = (deltaY: number, ctrlKey = false) => ({ deltaY, deltaMode: 0, ctrlKey, metaKey: false });
  assert.equal(wheelFactor(wheel(-100), false, false), null);
  assert.ok(wheelFactor(wheel(-100), true, false)! > 1);
  assert.ok(wheelFactor(wheel(100), true, false)! < 1);
  assert.equal(wheelFactor(wheel(100), true, true), null);
  assert.ok(wheelFactor(wheel(-100), true, true)! > 1);
  assert.ok(wheelFactor(wheel(-10, true), false, true)! > 1, "a pinch on a trackpad");
});

test("one notch of the wheel is about as far in pixels, lines and pages", () => {
  const factor = (deltaY: number, deltaMode: number) =>
    wheelFactor({ deltaY, deltaMode, ctrlKey: false, metaKey: false }, true, false)!;
  assert.ok(Math.abs(Math.log(factor(-48, 0)) - Math.log(factor(-3, 1))) < 0.01);
  assert.ok(factor(-9_999, 0) < 2.2 && factor(-5, 2) < 2.2);
});
