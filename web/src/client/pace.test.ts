/** How often is read, and for how long what is shown is trusted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "./backoff.js";
import { catchesUp, interval, isLive, staleFrom, waitAfterAnswer, waitAfterFailure, type Situation } from "./pace.js";
import { iso, START } from "./testing.js";

const joined = { at: iso(START) };
const following = { at: iso(START), follow: "availability", pollMs: 4_000 } as const;

const SITUATIONS: [string, Situation, { interval: number; isLive: boolean; staleAfter: number }][] = [
  ["looking on", { hasToken: false, joined: null, isCaughtUp: false }, { interval: 2_000, isLive: false, staleAfter: 5_000 }],
  ["not joined", { hasToken: true, joined: null, isCaughtUp: false }, { interval: 3_000, isLive: false, staleAfter: 7_500 }],
  ["catching up", { hasToken: true, joined, isCaughtUp: false }, { interval: 1_000, isLive: false, staleAfter: 5_000 }],
  ["live", { hasToken: true, joined, isCaughtUp: true }, { interval: 60_000, isLive: true, staleAfter: Infinity }],
  ["in a crowd", { hasToken: true, joined: following, isCaughtUp: true }, { interval: 4_000, isLive: false, staleAfter: 10_000 }],
];

for (const [name, situation, expected] of SITUATIONS) {
  test(`${name}: every ${expected.interval} ms, stale after ${expected.staleAfter}`, () => {
    const staleAfter = staleFrom(START, situation) - START;
    assert.deepEqual({ interval: interval(situation), isLive: isLive(situation), staleAfter }, expected);
  });
}

test("a crowd does not read in step: once a minute is 48 to 72 seconds", () => {
  const live = SITUATIONS[3]![1];
  assert.deepEqual([0, 0.5, 1].map((random) => Math.round(waitAfterAnswer(live, () => random))), [48_000, 60_000, 72_000]);
});

test("waits after failures grow to twenty seconds and have a second at least", () => {
  const waits = (random: number) => [1, 2, 3, 4, 5, 20].map((failures) => waitAfterFailure(failures, false, () => random));
  assert.deepEqual(waits(1), [3_000, 5_000, 9_000, 17_000, 20_000, 20_000]);
  assert.deepEqual(waits(0), [1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
  assert.equal(waitAfterFailure(1, true, () => 0), 20_000);
});

test("a reading catches up only when it is later than the join", () => {
  assert.equal(catchesUp(iso(START + 1), joined), true);
  assert.equal(catchesUp(iso(START), joined), false);
  assert.equal(catchesUp(null, joined), false);
  assert.equal(catchesUp(iso(START + 1), null), false);
});

test("a wait between tries is anything up to a ceiling that doubles and ends", () => {
  const ceilings = [0, 1, 2, 6, 2_000].map((failures) => backoff(failures, 500, 20_000, () => 1));
  assert.deepEqual(ceilings, [500, 1_000, 2_000, 20_000, 20_000]);
  assert.equal(backoff(3, 500, 20_000, () => 0), 0);
});
