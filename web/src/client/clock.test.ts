/** The server's clock, out of what answers say of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "./clock.js";
import { realTime } from "./surroundings.js";
import { FakeTime, iso, START } from "./testing.js";

const HOUR = 3_600_000;

function clockAt(ahead: number) {
  const time = new FakeTime();
  const clock = new ServerClock(time.now, time.deviceNow);
  /** An answer whose serverTime was read in the middle of its way, or `early` milliseconds before that. */
  const hear = (roundTrip: number, early = 0) => {
    const received = time.now();
    clock.heard(iso(received - roundTrip / 2 - early + ahead), received - roundTrip, received);
  };
  return { time, clock, hear };
}

test("before anything is heard the device's clock is all there is", () => {
  const { time, clock } = clockAt(0);
  assert.equal(clock.now(), START);
  time.set(START + HOUR);
  assert.equal(clock.now(), START + HOUR);
});

test("a device whose clock is wrong by an hour counts by the server's", () => {
  for (const ahead of [HOUR, -HOUR]) {
    const { clock, hear } = clockAt(ahead);
    hear(100);
    assert.equal(clock.now(), START + ahead);
  }
});

test("of two answers that agree the faster one counts, whichever came first", () => {
  const { clock, hear } = clockAt(5_000);
  hear(2_000, 800);
  assert.equal(clock.now(), START + 4_200);
  hear(40);
  assert.equal(clock.now(), START + 5_000);
  hear(2_000, 800);
  assert.equal(clock.now(), START + 5_000);
});

test("an answer as slow as an old one replaces it, for clocks run apart", async () => {
  const { time, clock, hear } = clockAt(0);
  hear(40);
  await time.advance(10 * HOUR);
  clock.heard(iso(time.now() + 1_000), time.now() - 100, time.now());
  assert.equal(clock.now(), time.now() + 1_050);
});

test("a server whose clock is set forward or back is followed at once", () => {
  for (const jump of [5 * 60_000, -5 * 60_000]) {
    const { time, clock, hear } = clockAt(0);
    hear(40);
    clock.heard(iso(time.now() + jump), time.now() - 900, time.now());
    assert.ok(Math.abs(clock.now() - (time.now() + jump)) <= 450);
  }
});

test("once the server was heard, setting the device's clock changes nothing", async () => {
  for (const step of [HOUR, -HOUR]) {
    const { time, clock, hear } = clockAt(5_000);
    hear(40);
    time.set(START + step);
    assert.equal(clock.now(), START + 5_000);
    await time.advance(2_000);
    assert.equal(clock.now(), START + 7_000);
    hear(40);
    assert.equal(clock.now(), START + 7_000);
  }
});

test("after a sleep in which the device counted nothing, the next answer or reading puts the clock right", () => {
  for (const word of ["heard", "heardAtLeast"] as const) {
    const { time, clock, hear } = clockAt(0);
    hear(40);
    clock[word](iso(START + HOUR), time.now() - 40, time.now());
    assert.ok(Math.abs(clock.now() - (START + HOUR)) <= 20, word);
  }
});

test("a reading's time says only that the server has come so far", () => {
  const { time, clock } = clockAt(0);
  clock.heard(iso(START + 60_000), START - 20, START);
  const known = clock.now();
  clock.heardAtLeast(iso(START + 60_000 - 1_900), START - 20, START);
  assert.equal(clock.now(), known, "two seconds old, out of a cache");
  clock.heardAtLeast(iso(START + 120_000), START - 20, START);
  assert.equal(clock.now(), time.now() + 120_000, "and later than what was known");
});

test("whoever has nothing but readings follows them", async () => {
  const { time, clock } = clockAt(0);
  clock.heardAtLeast(iso(START - HOUR - 1_500), START - 20, START);
  assert.equal(clock.now(), START - HOUR - 1_500);
  await time.advance(2_000);
  clock.heardAtLeast(iso(time.now() - HOUR - 200), time.now() - 20, time.now());
  assert.equal(clock.now(), time.now() - HOUR - 200, "a fresher one");
  await time.advance(2_000);
  clock.heardAtLeast(iso(time.now() - HOUR - 1_800), time.now() - 20, time.now());
  assert.equal(clock.now(), time.now() - HOUR - 200, "an older one changes nothing");
});

test("a time that cannot be read changes nothing", () => {
  const { clock, hear } = clockAt(5_000);
  hear(40);
  clock.heard("soon", START, START);
  clock.heardAtLeast("", START, START);
  assert.equal(clock.now(), START + 5_000);
});

test("the clock that counts on does not follow the device's", (context) => {
  const before = realTime.now();
  assert.ok(Math.abs(before - Date.now()) < 60_000, "about the same");
  context.mock.method(Date, "now", () => before + HOUR);
  assert.equal(realTime.deviceNow(), before + HOUR);
  assert.ok(Math.abs(realTime.now() - before) < 60_000);
});
