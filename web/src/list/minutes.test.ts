/** When a name changes by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../words/en.js";
import type { Context } from "./context.js";
import { minuteChangesIn } from "./minutes.js";
import { planOf, row, venueOf } from "./samples.js";

const NOW = Date.parse("2026-11-30T12:00:00Z");

test("the list waits for the first name that says another minute, and for none that counts nothing down", () => {
  const held = (n: number, seconds: number) => ({
    seatId: `-A-${n}`,
    status: "held" as const,
    version: 1,
    holdExpiresAt: new Date(NOW + 1_000 * seconds).toISOString(),
  });
  const venue = venueOf(planOf(row("A", 5)), [held(1, 250), held(2, 215), held(3, 30), held(4, 95)]);
  venue.own(["-A-4"], []);
  const given = { venue, words: en, locale: "en", nowMs: () => NOW, isReadOnly: () => false };
  const context: Context = { ...given, fitsSeat: null, fitsArea: null };
  assert.equal(minuteChangesIn(context, [0, 1, 2, 3, 4]), 5_001);
  assert.equal(minuteChangesIn(context, [2, 3, 4]), Infinity);
  assert.equal(minuteChangesIn(context, []), Infinity);
});
