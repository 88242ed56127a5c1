/** A pause that can be cut short. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Alarm } from "./alarm.js";
import { FakeTime, settle } from "./testing.js";

/** After how long a pause of ten seconds ends. */
async function lasts(meddle: (alarm: Alarm, time: FakeTime) => Promise<void> | void): Promise<number> {
  const time = new FakeTime();
  const alarm = new Alarm(time);
  const start = time.now();
  const ended = alarm.wait(10_000).then(() => time.now() - start);
  await meddle(alarm, time);
  await time.advance(20_000);
  assert.equal(time.pending, 0);
  return ended;
}

test("a pause lasts as long as it was to, can be shortened or ended, and is never made longer", async () => {
  assert.equal(await lasts(() => {}), 10_000);
  assert.equal(await lasts((alarm) => alarm.within(4_000)), 4_000);
  assert.equal(await lasts((alarm) => alarm.within(15_000)), 10_000);
  assert.equal(await lasts((alarm, time) => time.advance(8_000).then(() => alarm.within(4_000))), 10_000);
  assert.equal(await lasts((alarm, time) => time.advance(3_000).then(() => alarm.ring())), 3_000);
});

test("a ring between two pauses ends the next one, and only that", async () => {
  const time = new FakeTime();
  const alarm = new Alarm(time);
  alarm.ring();
  await alarm.wait(Infinity);
  let isOver = false;
  void alarm.wait(1_000).then(() => (isOver = true));
  await time.advance(999);
  assert.equal(isOver, false);
  await time.advance(1);
  await settle();
  assert.equal(isOver, true);
});
