import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { PlaceInLine } from "../../client/types.js";
import type { Standing, WaitingRoom } from "../../sale/waiting-room.js";
import { at, START } from "../../venue/testing.js";
import { en } from "../../words/en.js";
import { LineDesk } from "./line-desk.js";

const waiting: PlaceInLine = {
  status: "waiting", priority: "standard", number: 7, ahead: 6, estimatedWaitSeconds: 30, seatsLeft: 100, likely: true, pollAfterSeconds: 10,
};
const admitted: PlaceInLine = { ...waiting, status: "admitted", pass: "p", passExpiresAt: at(900) };

/** A page that nobody looks at, with a sound card: what it was asked to play, and whether it still is open. */
class Sounds {
  static made: Sounds[] = [];
  state = "suspended";
  tones = 0;
  currentTime = 0;
  constructor() {
    Sounds.made.push(this);
  }
  async resume() { this.state = "running"; }
  async close() { this.state = "closed"; }
  createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() {} }; }
  createOscillator() {
    this.tones += 1;
    return { frequency: {}, connect: (next: unknown) => next, start() {}, stop() {} };
  }
}

const kept = { ...Object.getOwnPropertyDescriptors(globalThis) };
const STAND_INS = ["AudioContext", "document", "sessionStorage", "addEventListener", "removeEventListener"];
let page: EventTarget;

beforeEach(() => {
  page = new EventTarget();
  Sounds.made = [];
  const document = Object.assign(new EventTarget(), { title: "A shop", defaultView: page, visibilityState: "hidden" });
  const values = [Sounds, document, { getItem: () => "", setItem() {} }, page.addEventListener.bind(page), page.removeEventListener.bind(page)];
  STAND_INS.forEach((name, n) => Object.defineProperty(globalThis, name, { value: values[n], configurable: true }));
});

afterEach(() => {
  for (const name of STAND_INS) {
    if (kept[name]) Object.defineProperty(globalThis, name, kept[name]);
    else Reflect.deleteProperty(globalThis, name);
  }
});

/** Tells the desk one standing after another. */
function desk() {
  const [said, called]: string[][] = [[], []];
  const made = new LineDesk({
    speech: () => ({ words: en, locale: "en-GB", timeZone: "UTC" }),
    say: (text) => said!.push(text),
    call: (text) => called!.push(text),
    attempt: () => {},
    changed: () => {},
    root: {} as Node,
  });
  const room = { standing: null as Standing | null, line: null, aheadAtFirst: 0 };
  const hear = (...standings: Standing[]) => {
    for (const standing of standings) {
      Object.assign(room, { standing, pass: (standing as PlaceInLine).pass });
      made.heard(room as unknown as WaitingRoom, START);
      made.tick(room as unknown as WaitingRoom, START);
    }
  };
  return { hear, said: said!, called: called!, rest: () => made.rest() };
}

const tones = () => Sounds.made.reduce((sum, each) => sum + each.tones, 0);

test("whoever waited is called, flagged and rung when the room is not needed any more", () => {
  const { hear, called } = desk();
  hear(waiting, { ...waiting, status: "open", number: null }, { ...waiting, status: "open", number: null });
  assert.deepEqual(called, ["Nobody has to wait now."]);
  assert.deepEqual([document.title, tones()], ["Your turn! – A shop", 2]);
});

test("whoever did not wait is not called", () => {
  const { hear, called } = desk();
  hear({ ...waiting, status: "open", number: null });
  assert.deepEqual([called, document.title, tones()], [[], "A shop", 0]);
});

test("whoever had to sign in while waiting is called all the same, and once", () => {
  const { hear, called } = desk();
  hear(waiting, { status: "unauthorized" }, admitted, { ...admitted, passExpiresAt: at(60) });
  assert.equal(called.length, 1);
  assert.match(called[0]!, /^It is your turn/);
});

test("whoever has left is not called when the room is not needed any more", () => {
  const { hear, called } = desk();
  hear(waiting, { status: "left" }, { ...waiting, status: "open" });
  assert.deepEqual(called, []);
});

test("a wish from before a refresh gets its sound at the next press, and gives it back when nobody waits any more", () => {
  const { hear, rest } = desk();
  hear(waiting);
  assert.equal(Sounds.made.length, 0, "a page may not sound unasked");
  page.dispatchEvent(new Event("pointerdown"));
  page.dispatchEvent(new Event("keydown"));
  assert.deepEqual(Sounds.made.map(({ state }) => state), ["running"]);
  rest();
  page.dispatchEvent(new Event("keydown"));
  assert.deepEqual(Sounds.made.map(({ state }) => state), ["closed"]);
});
