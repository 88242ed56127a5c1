import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line, PlaceInLine } from "../../client/types.js";
import { at, START } from "../../venue/testing.js";
import { en } from "../../words/en.js";
import { timeOfDay } from "../speech.js";
import { isNearEnd, toldOf } from "./panel.js";

const SPEECH = { words: en, locale: "en-GB", timeZone: "America/New_York" };

const waiting: PlaceInLine = {
  status: "waiting", priority: "standard", number: 1_240, ahead: 1_200, estimatedWaitSeconds: 30, seatsLeft: 2_000, likely: true, pollAfterSeconds: 10,
};
const place = (fields: Partial<PlaceInLine>) => ({ ...waiting, ...fields });

function told(standing: PlaceInLine, { opensAt = null as string | null, turnAt = null as number | null, isSlower = false } = {}) {
  const line = { room: { standing, line: { opensAt } as Line }, outlook: { turnAt, isSlower }, nowMs: START };
  const { number = "", title, text, notes = "" } = toldOf(line, SPEECH)!;
  return { title: `${number} ${title}`.trim(), text: text.trim(), notes };
}

const clock = (ms: number) => timeOfDay(new Date(ms).toISOString(), SPEECH);

test("who waits is told how many are ahead, for how long, and what the odds are", () => {
  const { title, text, notes } = told(waiting, { turnAt: START + 240_000 });
  assert.deepEqual([title, text], ["1,200 people ahead of you", "Expected wait: about 4 minutes."]);
  assert.match(notes, /Your number is 1,240\. Seats left: 2,000, at least one for everyone ahead of you\./);
  assert.match(told(place({ seatsLeft: 3, likely: false })).notes, /Seats left: 3, fewer than people ahead of you\./);
  assert.equal(told(place({ ahead: 1 })).title, "1 person ahead of you");
  assert.equal(told(place({ ahead: 0 })).title, "You are next");
});

test("a line that stands says so, and one that has become slower", () => {
  assert.equal(told(waiting).text, "The line stands still at the moment.");
  assert.match(told(waiting, { turnAt: START + 240_000, isSlower: true }).text, /The line has become slower\.$/);
});

test("before it opens it says when, by the clocks of the event, and counts the last hour", () => {
  const early = place({ status: "early" });
  assert.match(told(early, { opensAt: at(250) }).text, new RegExp(`opens at ${clock(START + 250_000)}, in 4:10\\.`));
  assert.match(told(early, { opensAt: at(2 * 3_600) }).text, new RegExp(`opens at ${clock(START + 2 * 3_600_000)}\\.`));
  assert.match(told(early, { opensAt: at(72 * 3_600) }).text, /opens at \d+ \p{L}+ \d{4}, \d\d:\d\d/u, "with its day");
  assert.equal(told(early, { opensAt: at(-1) }).text, "The room opens in a moment.");
  assert.equal(told(early).text, "The room opens in a moment.");
});

test("a place whose lot is not drawn has no number, and nothing is told of how many are ahead", () => {
  const undrawn = place({ status: "early", number: null, ahead: null, estimatedWaitSeconds: null });
  const { title, text, notes } = told(undrawn, { opensAt: at(250) });
  assert.equal(title, "Your place is kept");
  assert.doesNotMatch(`${text} ${notes}`, /number|null|NaN|undefined/);
});

test("a pass says until when it is good, and how long still as its end nears", () => {
  const admitted = (seconds: number) => place({ status: "admitted", pass: "p", passExpiresAt: at(seconds) });
  assert.equal(told(admitted(900)).text, `Choose your seats until ${clock(START + 900_000)}. What you hold by then can still be booked.`);
  assert.match(told(admitted(170)).text, /\(about 3 minutes left\)/);
  const isNear = (seconds: number) => isNearEnd({ standing: admitted(seconds) }, START);
  assert.deepEqual([isNear(301), isNear(299), isNearEnd({ standing: waiting }, START)], [false, true, false]);
});

test("where nobody has to wait any more it says so, with or without a pass", () => {
  const open = place({ status: "open", number: null });
  assert.deepEqual([told(open).title, told(open).text], ["Nobody has to wait now", ""]);
  assert.match(told({ ...open, pass: "p", passExpiresAt: at(900) }).text, /^Choose your seats until/);
});

test("without a place there is nothing to show", () => {
  assert.equal(toldOf({ room: { standing: null, line: null }, outlook: null, nowMs: START }, SPEECH), null);
});
