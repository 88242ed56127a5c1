import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../words/en.js";
import { isNews, outlook, waitWords, type Outlook } from "./outlook.js";

const MINUTE_MS = 60_000;

/** Answers one after another, each as seconds to wait and when it came, in seconds. */
function hearing(...answers: [wait: number | null, at: number][]): Outlook[] {
  let before: Outlook | null = null;
  return answers.map(([wait, at]) => (before = outlook(before, wait, at * 1_000)));
}

test("the turn is expected when the last answer says so", () => {
  assert.deepEqual(hearing([120, 0], [60, 30]), [{ turnAt: 120_000, isSlower: false }, { turnAt: 90_000, isSlower: false }]);
});

test("an answer that says only a little more does not push the turn back", () => {
  assert.deepEqual(hearing([120, 0], [95, 30], [68, 60]).map(({ turnAt }) => turnAt), [120_000, 120_000, 120_000]);
  assert.deepEqual(hearing([3_600, 0], [3_700, 200]).at(-1), { turnAt: 3_600_000, isSlower: false });
});

test("an answer that says longer is believed, and the line has become slower", () => {
  assert.deepEqual(hearing([120, 0], [180, 30]).at(-1), { turnAt: 210_000, isSlower: true });
  assert.equal(hearing([120, 0], [124, 0], [128, 0], [140, 0]).at(-1)!.isSlower, true, "little by little, too");
});

test("a line that has become slower is so until it becomes faster again", () => {
  assert.deepEqual(hearing([120, 0], [180, 0], [175, 5], [60, 10]).map(({ isSlower }) => isSlower), [false, true, false, false]);
  assert.deepEqual(hearing([120, 0], [180, 0], [182, 0]).map(({ isSlower }) => isSlower), [false, true, true]);
});

test("a line that stands has no end, and one that goes on again is not slower than it was", () => {
  assert.deepEqual(hearing([120, 0], [null, 10], [300, 20]).slice(1), [{ turnAt: null, isSlower: false }, { turnAt: 320_000, isSlower: false }]);
});

test("a wait is told in coarse steps, which never go up as it grows shorter", () => {
  const told = (minutes: number) => waitWords(minutes * MINUTE_MS, en, "en");
  assert.deepEqual([-3, 0.9, 1.2, 4.4, 22, 89, 91, 200].map(told), [
    "less than a minute", "less than a minute", "about 1 minute", "about 4 minutes", "about 20 minutes", "about 90 minutes",
    "about 2 hours", "about 3 hours",
  ]);
  const minutes = (text: string) => (/less/.test(text) ? 0 : Number(/\d+/.exec(text)![0]) * (/hour/.test(text) ? 60 : 1));
  const steps = Array.from({ length: 600 }, (_, half) => minutes(told(half / 2)));
  assert.deepEqual(steps, [...steps].sort((a, b) => a - b));
});

test("of those ahead it is news when they are half as many as last said, or a number that counts", () => {
  const heard = (from: number) => {
    const said: number[] = [];
    for (let ahead = from, last = Infinity; ahead >= 0; ahead -= 1) if (isNews(last, ahead)) said.push((last = ahead));
    return said;
  };
  assert.deepEqual(heard(300), [300, 150, 100, 50, 25, 12, 10, 5, 2, 1, 0]);
  assert.deepEqual(heard(3), [3, 1, 0]);
  assert.equal(isNews(7, 7), false);
  assert.equal(isNews(7, 9), false, "whoever is further back has lost nothing worth hearing");
});
